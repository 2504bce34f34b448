// The map: nothing from outside; a level is colour and shape, clusters show the worst they hold.
import * as maplibre from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { putImages } from "./map_icons.js";
import { baseFilters, pickable, style } from "./map_style.js";
import { LEVELS, say } from "./words.js";

maplibre.setWorkerUrl(new URL("../../vendor/maplibre-gl/maplibre-gl-worker.mjs", import.meta.url).href);

export const collection = (features = []) => ({ type: "FeatureCollection", features });
export const feature = (type, coordinates, properties = {}) => ({ type: "Feature", geometry: { type, coordinates }, properties });
const WORDS = {
  "Map.Title": say("地图", "Map"),
  "NavigationControl.ZoomIn": say("放大", "Zoom in"),
  "NavigationControl.ZoomOut": say("缩小", "Zoom out"),
  "NavigationControl.ResetBearing": say("正北向上", "North up"),
  "AttributionControl.ToggleAttribution": say("数据来源", "Attribution"),
  "ScaleControl.Meters": "m",
  "ScaleControl.Kilometers": "km",
};
const REACH_PX = 5;

function bounds(data) {
  const box = new maplibre.LngLatBounds();
  for (const each of data.features) if (each.geometry.type === "Point") box.extend(each.geometry.coordinates);
  return box.isEmpty() ? null : box;
}

function refuse(element, error) {
  const box = Object.assign(document.createElement("div"), { className: "error-state" });
  box.textContent = say("此浏览器无法显示地图（缺少 WebGL），列表中的内容是完整的。", "This browser cannot draw the map (no WebGL); the list is complete.");
  box.title = error.message;
  element.append(box);
}

function tipOf({ properties }) {
  const count = properties.point_count;
  const severity = count ? properties.worst : properties.severity;
  if (count) return say(`${count} 个监测对象 · 最高：${LEVELS[severity]}`, `${count} monitored objects · worst: ${LEVELS[severity]}`);
  return [properties.tip ?? properties.name, severity === undefined ? "" : LEVELS[severity]].filter(Boolean).join(" · ");
}

// What lies under a pixel, the most particular first.
function under(map, point, stages) {
  const layers = pickable(stages).filter((id) => map.getLayer(id));
  const box = [[point.x - REACH_PX, point.y - REACH_PX], [point.x + REACH_PX, point.y + REACH_PX]];
  const found = map.queryRenderedFeatures(box, { layers });
  return found.sort((a, b) => layers.indexOf(a.layer.id) - layers.indexOf(b.layer.id))[0];
}

function pointing(map, stages) {
  const tip = new maplibre.Popup({ closeButton: false, closeOnClick: false, offset: 16, className: "map-tip" });
  map.on("mousemove", (event) => {
    const found = under(map, event.point, stages());
    map.getCanvas().style.cursor = found ? "pointer" : "";
    const text = found && tipOf(found);
    if (!text) { tip.remove(); return; }
    const isPoint = found.geometry.type === "Point";
    tip.setLngLat(isPoint ? found.geometry.coordinates : event.lngLat).setText(text).addTo(map);
  });
  map.on("mouseout", () => tip.remove());
}

// Pressing a thing calls onPick(properties, [lon, lat]); a cluster opens.
function picking(map, stages, onPick) {
  map.on("click", async (event) => {
    const found = under(map, event.point, stages());
    if (!found) return;
    const { properties, geometry } = found;
    if (properties.cluster_id !== undefined) {
      const nearer = await map.getSource("objects").getClusterExpansionZoom(properties.cluster_id);
      map.easeTo({ center: geometry.coordinates, zoom: nearer + 0.2 });
      return;
    }
    onPick?.(properties, geometry.type === "Point" ? geometry.coordinates : [event.lngLat.lng, event.lngLat.lat]);
  });
}

const NOTHING = { map: null, setBase() {}, setObjects() {}, setStage() {}, see() {}, choose() {}, goTo() {}, resize() {}, inView: () => [] };

export function createMap(element, { onPick, onMove, onError, center = [0, 0], zoom = 1, attribution = "© OpenStreetMap contributors" } = {}) {
  const data = { base: collection(), objects: collection(), chosen: collection(), stages: {} };
  let see = { kinds: [], offNetworks: [], chosen: -1 };
  let isPlaced = zoom > 1;
  let map;
  try {
    map = new maplibre.Map({ container: element, style: style(data, see), center, zoom, attributionControl: false, locale: WORDS,
      pitchWithRotate: false, fadeDuration: 0, maxZoom: 19 });
  } catch (error) {
    refuse(element, error);
    return NOTHING;
  }
  map.addControl(new maplibre.AttributionControl({ compact: true, customAttribution: attribution }), "bottom-right");
  map.addControl(new maplibre.NavigationControl({ visualizePitch: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "bottom-right");
  map.on("style.load", () => { putImages(map); filter(); refill(); });
  map.on("error", (event) => onError?.(event.error?.message ?? ""));
  if (onMove) map.on("moveend", onMove);
  const redraw = () => map.setStyle(style(data, see), { diff: false });
  addEventListener("chengan:theme", redraw);
  const stages = () => Object.keys(data.stages);
  pointing(map, stages);
  picking(map, stages, onPick);

  const put = (name, given) => { data[name] = given; map.getSource(name)?.setData(given); };
  // What was put while a style was loading found no source: put it again.
  const refill = () => {
    for (const name of ["base", "objects", "chosen"]) map.getSource(name)?.setData(data[name]);
    for (const [name, geojson] of Object.entries(data.stages)) map.getSource(`stage-${name}`)?.setData(geojson);
  };
  const filter = () => { for (const [id, each] of baseFilters(see)) if (map.getLayer(id)) map.setFilter(id, each); };
  const place = (box) => {
    if (isPlaced || !box) return;
    isPlaced = true;
    map.fitBounds(box, { padding: 56, maxZoom: 16, animate: false });
  };
  return {
    map,
    setBase: (geojson) => put("base", geojson),
    setObjects: (features) => { put("objects", collection(features)); place(bounds(data.objects)); },
    // Data of another stage's layer; null takes it off. A new layer needs a place in the order: a new style.
    setStage: (name, geojson) => {
      const isKnown = name in data.stages;
      if (geojson === null) delete data.stages[name];
      else data.stages[name] = geojson;
      if (isKnown && geojson !== null) map.getSource(`stage-${name}`)?.setData(geojson);
      else if (isKnown || geojson !== null) redraw();
    },
    see: (wanted) => { see = { ...see, ...wanted }; filter(); },
    choose: (lon, lat, id) => {
      put("chosen", lon === undefined ? collection() : collection([feature("Point", [lon, lat])]));
      see = { ...see, chosen: id ?? -1 };
      filter();
    },
    goTo: (lon, lat) => map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 16) }),
    resize: () => map.resize(),
    // Monitored objects in what is shown now.
    inView: () => { const box = map.getBounds(); return data.objects.features.filter((each) => box.contains(each.geometry.coordinates)); },
  };
}
