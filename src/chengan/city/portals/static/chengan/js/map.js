// The map: our own layers only, nothing from outside; a level is colour and glyph, no data is hatched.
import * as maplibre from "../../vendor/maplibre-gl/maplibre-gl.mjs";

const GLYPHS = { 5: "◆", 4: "▲", 3: "●", 2: "■", 1: "○" };
const WORDS = { zh: { 5: "红", 4: "橙", 3: "黄", 2: "蓝", 1: "提示", 0: "正常", "-1": "无数据" },
  en: { 5: "Red", 4: "Orange", 3: "Yellow", 2: "Blue", 1: "Notice", 0: "Normal", "-1": "No data" } };
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const language = () => (document.documentElement.lang.startsWith("zh") ? "zh" : "en");
const EMPTY = { type: "FeatureCollection", features: [] };

maplibre.setWorkerUrl?.(new URL("../../vendor/maplibre-gl/maplibre-gl-worker.mjs", import.meta.url).href);

// One icon: a disc in the level's colour with its glyph; hatched grey where there is no data.
function icon(severity) {
  const size = 44, canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  pen.beginPath();
  pen.arc(22, 22, severity > 0 ? 19 : 11, 0, 7);
  pen.fillStyle = severity > 0 ? token(`--level-${severity}`) : severity === 0 ? token("--surface") : token("--hatch-b");
  pen.fill();
  pen.save();
  pen.clip();
  if (severity < 0) {
    pen.strokeStyle = token("--hatch-a"); pen.lineWidth = 4;
    for (let x = -44; x < 44; x += 9) { pen.beginPath(); pen.moveTo(x, 44); pen.lineTo(x + 44, 0); pen.stroke(); }
  }
  pen.restore();
  pen.lineWidth = 3;
  pen.strokeStyle = severity > 0 ? token("--surface") : token("--line-strong");
  pen.stroke();
  if (severity > 0) {
    pen.fillStyle = token(`--on-${severity}`);
    pen.font = "bold 20px sans-serif"; pen.textAlign = "center"; pen.textBaseline = "middle";
    pen.fillText(GLYPHS[severity], 22, 23);
  }
  return pen.getImageData(0, 0, size, size);
}

function style() {
  const line = (id, kinds, colour, width, below = 0) => ({ id, type: "line", source: "base", minzoom: below,
    filter: ["in", ["get", "kind"], ["literal", kinds]], paint: { "line-color": colour, "line-width": width } });
  const fill = (id, kind, colour) => ({ id, type: "fill", source: "base",
    filter: ["all", ["==", ["get", "kind"], kind], ["==", ["geometry-type"], "Polygon"]], paint: { "fill-color": colour } });
  return {
    version: 8,
    sources: {
      base: { type: "geojson", data: EMPTY },
      objects: { type: "geojson", data: EMPTY, cluster: true, clusterRadius: 36, clusterMaxZoom: 17,
        clusterProperties: { worst: ["max", ["get", "severity"]] } },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": token("--ground") } },
      fill("water", "water_body", token("--accent-soft")),
      fill("buildings", "building", token("--line")),
      fill("schools", "school", token("--hatch-a")),
      line("pipes", ["water_pipe"], token("--level-2"), 1),
      line("roads", ["road", "bridge"], token("--line-strong"), ["interpolate", ["linear"], ["zoom"], 12, 0.6, 17, 4]),
      { id: "objects", type: "symbol", source: "objects", layout: {
        "icon-image": ["concat", "level-", ["to-string", ["coalesce", ["get", "worst"], ["get", "severity"]]]],
        "icon-size": 0.55, "icon-allow-overlap": true, "symbol-sort-key": ["coalesce", ["get", "worst"], ["get", "severity"]] } },
      { id: "counts", type: "symbol", source: "objects", filter: ["has", "point_count"], layout: {
        "text-field": ["get", "point_count_abbreviated"], "text-size": 11, "text-offset": [1.3, -0.9], "text-allow-overlap": true },
        paint: { "text-color": token("--ink"), "text-halo-color": token("--surface"), "text-halo-width": 1.5 } },
    ],
  };
}

function legend(element) {
  const words = WORDS[language()];
  const box = document.createElement("div");
  box.className = "map-legend";
  box.innerHTML = [5, 4, 3, 2, 1, 0, -1].map((level) => `<span class="level level--${level < 0 ? "none" : level}">${GLYPHS[level] ?? (level < 0 ? "▨" : "–")} ${words[level]}</span>`).join("");
  element.append(box);
}

const toFeatures = (data) => ({ type: "FeatureCollection", features: data.lon.map((lon, i) => ({
  type: "Feature", geometry: { type: "Point", coordinates: [lon, data.lat[i]] },
  properties: { id: data.id[i], name: data.name[i], kind: data.kind[i], severity: data.severity[i] } })) });

export function createMap(element, { onPick, center = [24.944, 60.1717], zoom = 14.2 } = {}) {
  const map = new maplibre.Map({ container: element, style: style(), center, zoom, attributionControl: false,
    localIdeographFontFamily: '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif' });
  map.addControl(new maplibre.AttributionControl({ compact: true, customAttribution: "© OpenStreetMap contributors" }), "bottom-right");
  map.addControl(new maplibre.NavigationControl({ visualizePitch: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "bottom-left");
  legend(element);
  const pending = { base: null, objects: null };
  const drawIcons = () => { for (let s = -1; s <= 5; s += 1) { map.hasImage(`level-${s}`) ? map.updateImage(`level-${s}`, icon(s)) : map.addImage(`level-${s}`, icon(s), { pixelRatio: 1 }); } };
  const fillIn = () => { for (const name of ["base", "objects"]) if (pending[name]) map.getSource(name)?.setData(pending[name]); };
  let ready = false;
  map.on("load", () => { ready = true; drawIcons(); fillIn(); });
  map.on("error", (event) => console.warn("map", event.error?.message));
  addEventListener("chengan:theme", () => { map.setStyle(style()); map.once("styledata", () => { drawIcons(); fillIn(); }); });
  const set = (name, data) => { pending[name] = data; if (ready) fillIn(); };
  map.on("click", "objects", async (event) => {
    const { properties, geometry } = event.features[0];
    if (properties.cluster_id === undefined) { onPick?.(properties); return; }
    const nearer = await map.getSource("objects").getClusterExpansionZoom(properties.cluster_id);
    map.easeTo({ center: geometry.coordinates, zoom: nearer });
  });
  map.on("mouseenter", "objects", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "objects", () => { map.getCanvas().style.cursor = ""; });
  return {
    map,
    setBasemap: (geojson) => set("base", geojson),
    setObjects: (columns) => set("objects", toFeatures(columns)),
    setLayers: (visible) => { for (const [id, shown] of Object.entries(visible)) map.setLayoutProperty(id, "visibility", shown ? "visible" : "none"); },
    goTo: (lon, lat) => map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 16) }),
  };
}
