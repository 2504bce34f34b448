// The map's style: our own layers only; every colour is a token; text is drawn from local fonts.
import { imageName } from "./map_icons.js";
import { token } from "./words.js";

const FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];
const worst = ["coalesce", ["get", "worst"], ["get", "severity"]];
// Normal and unknown together are unknown: no data is never drawn as safe.
const shown = ["case", ["all", ["==", worst, 0], [">", ["coalesce", ["get", "missing"], 0], 0]], -1, worst];
const kinds = (names) => ["in", ["get", "kind"], ["literal", names]];
const polygon = ["==", ["geometry-type"], "Polygon"];
const byZoom = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];

const fill = (id, names, colour, extra = {}) => ({ id, type: "fill", source: "base", filter: ["all", polygon, kinds(names)], paint: { "fill-color": token(colour), ...extra } });
const line = (id, names, colour, width, extra = {}) => ({ id, type: "line", source: "base", filter: kinds(names), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": token(colour), "line-width": width, ...extra } });
const words = (colour) => ({ "text-color": token(colour), "text-halo-color": token("--map-land"), "text-halo-width": 1.6 });

const ROADS = ["road", "bridge"];
const PLACES = ["school", "hospital", "enterprise", "station"];
export const GROUPS = {
  sensors: ["objects", "objects-count", "objects-name"],
  areas: ["areas", "areas-missing", "areas-edge"],
  buildings: ["buildings", "places", "places-name"],
  roads: ["roads-edge", "roads", "roads-name"],
  water: ["water", "streams"],
  pipes: ["pipes"],
};

function ground() {
  return [
    { id: "ground", type: "background", paint: { "background-color": token("--map-land") } },
    fill("water", ["water_body"], "--map-water"),
    line("streams", ["water_body"], "--map-water", byZoom(12, 0.5, 17, 3)),
    fill("places", PLACES, "--map-place"),
    fill("buildings", ["building"], "--map-building", { "fill-outline-color": token("--map-edge") }),
    line("roads-edge", ROADS, "--map-road-edge", byZoom(12, 1, 15, 4, 18, 15)),
    line("roads", ROADS, "--map-road", byZoom(12, 0.5, 15, 2.6, 18, 12)),
    line("pipes", ["water_pipe", "gas_pipe", "drain_pipe"], "--map-pipe", byZoom(12, 0.6, 18, 2.5), { "line-dasharray": [3, 1.5] }),
  ];
}

function areas() {
  const colour = ["match", ["get", "severity"], 5, token("--level-5"), 4, token("--level-4"), 3, token("--level-3"), 2, token("--level-2"), "transparent"];
  return [
    { id: "areas", type: "fill", source: "areas", filter: [">=", ["get", "severity"], 0], paint: { "fill-color": colour, "fill-opacity": 0.35 } },
    { id: "areas-missing", type: "fill", source: "areas", filter: ["<", ["get", "severity"], 0], paint: { "fill-pattern": "hatch", "fill-opacity": 0.6 } },
    { id: "areas-edge", type: "line", source: "areas", paint: { "line-color": token("--line-strong"), "line-width": 0.6 } },
  ];
}

function names() {
  return [
    { id: "roads-name", type: "symbol", source: "base", minzoom: 14, filter: ["all", kinds(ROADS), ["has", "name"]],
      layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "text-max-angle": 30, "symbol-spacing": 320 }, paint: words("--ink-soft") },
    { id: "places-name", type: "symbol", source: "base", minzoom: 15, filter: ["all", kinds(PLACES), ["has", "name"]],
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "text-max-width": 8 }, paint: words("--ink-soft") },
  ];
}

function objects() {
  const image = ["match", shown, ...[5, 4, 3, 2, 1, 0].flatMap((level) => [level, imageName(level)]), imageName(-1)];
  return [
    { id: "chosen", type: "circle", source: "chosen", paint: { "circle-radius": 20, "circle-color": token("--accent"), "circle-opacity": 0.15, "circle-stroke-color": token("--accent"), "circle-stroke-width": 2.5 } },
    { id: "objects", type: "symbol", source: "objects", layout: { "icon-image": image, "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": worst } },
    { id: "objects-count", type: "symbol", source: "objects", filter: ["has", "point_count"],
      layout: { "text-field": ["get", "point_count_abbreviated"], "text-font": FONT, "text-size": 12, "text-anchor": "left", "text-offset": [1.1, 0], "text-allow-overlap": true }, paint: words("--ink") },
    { id: "objects-name", type: "symbol", source: "objects", minzoom: 14.5, filter: ["!", ["has", "point_count"]],
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-anchor": "top", "text-offset": [0, 1.1], "text-max-width": 9, "text-optional": true, "symbol-sort-key": ["-", 0, worst] }, paint: words("--ink") },
  ];
}

// `data`: {base, areas, objects, chosen} as GeoJSON; `hidden`: a set of groups not to draw.
export function style(data, hidden) {
  const off = new Set([...hidden].flatMap((group) => GROUPS[group] ?? []));
  const layers = [...ground(), ...areas(), ...names(), ...objects()];
  for (const layer of layers) if (off.has(layer.id)) layer.layout = { ...layer.layout, visibility: "none" };
  return {
    version: 8,
    sources: {
      base: { type: "geojson", data: data.base },
      areas: { type: "geojson", data: data.areas },
      chosen: { type: "geojson", data: data.chosen },
      objects: { type: "geojson", data: data.objects, cluster: true, clusterRadius: 34, clusterMaxZoom: 16,
        clusterProperties: { worst: ["max", ["get", "severity"]], missing: ["+", ["case", ["<", ["get", "severity"], 0], 1, 0]] } },
    },
    layers,
  };
}
