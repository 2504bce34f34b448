// The map: nothing from outside; a level is colour and shape, clusters show the worst they hold.
import * as maplibre from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { putImages } from "./map_icons.js";
import { addPanels } from "./map_panels.js";
import { GROUPS, style } from "./map_style.js";
import { LEVELS, say } from "./words.js";

maplibre.setWorkerUrl(new URL("../../vendor/maplibre-gl/maplibre-gl-worker.mjs", import.meta.url).href);

const collection = (features = []) => ({ type: "FeatureCollection", features });
const point = (lon, lat, properties = {}) => ({ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties });
const WORDS = {
  "Map.Title": say("地图", "Map"),
  "NavigationControl.ZoomIn": say("放大", "Zoom in"),
  "NavigationControl.ZoomOut": say("缩小", "Zoom out"),
  "NavigationControl.ResetBearing": say("正北向上", "North up"),
  "AttributionControl.ToggleAttribution": say("数据来源", "Attribution"),
  "ScaleControl.Meters": "m",
  "ScaleControl.Kilometers": "km",
};

// Columns {id, kind, lon, lat, name, severity} → points.
export const toFeatures = (columns) => collection(columns.lon.map((lon, i) => point(lon, columns.lat[i], {
  id: columns.id[i], name: columns.name[i], kind: columns.kind[i], severity: columns.severity[i] })));

function bounds(data) {
  const box = new maplibre.LngLatBounds();
  for (const feature of data.features) if (feature.geometry.type === "Point") box.extend(feature.geometry.coordinates);
  return box.isEmpty() ? null : box;
}

function refuse(element, error) {
  const box = Object.assign(document.createElement("div"), { className: "error-state" });
  box.textContent = say("此浏览器无法显示地图（缺少 WebGL），列表中的内容是完整的。", "This browser cannot draw the map (no WebGL); the list is complete.");
  box.title = error.message;
  element.append(box);
}

function popup(map, source) {
  const tip = new maplibre.Popup({ closeButton: false, closeOnClick: false, offset: 16, className: "map-tip" });
  map.on("mousemove", source, (event) => {
    map.getCanvas().style.cursor = "pointer";
    const { properties, geometry } = event.features[0];
    const count = properties.point_count;
    const level = LEVELS[count ? properties.worst : properties.severity];
    const text = count ? say(`${count} 个监测点 · 最高：${level}`, `${count} sensors · worst: ${level}`) : `${properties.name} · ${level}`;
    tip.setLngLat(geometry.coordinates).setText(text).addTo(map);
  });
  map.on("mouseleave", source, () => { map.getCanvas().style.cursor = ""; tip.remove(); });
}

// Clicking a point calls onPick(properties) and fires "chengan:pick" on the element; a cluster opens.
function picking(map, element, onPick) {
  map.on("click", "objects", async (event) => {
    const { properties, geometry } = event.features[0];
    if (properties.cluster_id !== undefined) {
      const nearer = await map.getSource("objects").getClusterExpansionZoom(properties.cluster_id);
      map.easeTo({ center: geometry.coordinates, zoom: nearer + 0.2 });
      return;
    }
    onPick?.(properties, geometry.coordinates);
    element.dispatchEvent(new CustomEvent("chengan:pick", { detail: properties, bubbles: true }));
  });
}

const NOTHING = { map: null, setBasemap() {}, setObjects() {}, setAreas() {}, setAsOf() {}, setError() {}, choose() {}, goTo() {}, resize() {} };

export function createMap(element, { onPick, center = [0, 0], zoom = 1, attribution = "© OpenStreetMap contributors" } = {}) {
  const data = { base: collection(), areas: collection(), objects: collection(), chosen: collection() };
  const hidden = new Set();
  let isPlaced = zoom > 1;
  let map;
  try {
    map = new maplibre.Map({ container: element, style: style(data, hidden), center, zoom, attributionControl: false, locale: WORDS,
      pitchWithRotate: false, fadeDuration: 0, maxZoom: 19 });
  } catch (error) {
    refuse(element, error);
    return NOTHING;
  }
  map.addControl(new maplibre.AttributionControl({ compact: true, customAttribution: attribution }), "bottom-right");
  map.addControl(new maplibre.NavigationControl({ visualizePitch: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "bottom-right");
  const panels = addPanels(element, { onToggle: (group, isShown) => {
    hidden[isShown ? "delete" : "add"](group);
    for (const id of GROUPS[group]) if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", isShown ? "visible" : "none");
  } });
  map.on("style.load", () => putImages(map));
  map.on("error", (event) => panels.setError(say("地图出错：", "Map error: ") + (event.error?.message ?? "")));
  addEventListener("chengan:theme", () => map.setStyle(style(data, hidden), { diff: false }));
  popup(map, "objects");
  picking(map, element, onPick);

  const put = (name, given) => { data[name] = given; map.getSource(name)?.setData(given); };
  const place = (box) => {
    if (isPlaced || !box) return;
    isPlaced = true;
    map.fitBounds(box, { padding: 56, maxZoom: 16, animate: false });
  };
  return {
    map,
    setBasemap: (geojson) => put("base", geojson),
    setAreas: (geojson) => put("areas", geojson),
    setObjects: (columns) => { put("objects", toFeatures(columns)); place(bounds(data.objects)); },
    setAsOf: panels.setAsOf,
    setError: panels.setError,
    choose: (lon, lat) => put("chosen", lon === undefined ? collection() : collection([point(lon, lat)])),
    goTo: (lon, lat) => map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 16) }),
    resize: () => map.resize(),
  };
}
