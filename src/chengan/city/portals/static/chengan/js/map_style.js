// The map's style: our own layers only; every colour is a token; text is drawn from local fonts.
import { imageName } from "./map_icons.js";
import { token } from "./words.js";

const FONT = ["PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];
const worst = ["coalesce", ["get", "worst"], ["get", "severity"]];
// Normal and unknown together are unknown: no data is never drawn as safe.
const shown = ["case", ["all", ["==", worst, 0], [">", ["coalesce", ["get", "missing"], 0], 0]], -1, worst];
const level = ["coalesce", ["get", "severity"], -1];
const image = (of) => ["match", of, ...[5, 4, 3, 2, 1, 0].flatMap((each) => [each, imageName(each)]), imageName(-1)];
const kinds = (names) => ["in", ["get", "kind"], ["literal", names]];
const isA = (...types) => ["in", ["geometry-type"], ["literal", types.flatMap((each) => [each, `Multi${each}`])]];
const byZoom = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];
const words = (colour) => ({ "text-color": token(colour), "text-halo-color": token("--map-land"), "text-halo-width": 1.6 });
const levelColour = () => ["match", level, 5, token("--level-5"), 4, token("--level-4"), 3, token("--level-3"), 2, token("--level-2"), 1, token("--level-1"), "transparent"];
export const MEDIA = ["water", "gas", "heat", "drain", "power"];

const ROADS = ["road", "bridge"];
const PLAIN = ["water_body", "park", "building", "road"]; // drawn in their own way
const base = (id, type, filter, rest) => ({ id, type, source: "base", filter, ...rest });

function ground() {
  const round = { "line-cap": "round", "line-join": "round" };
  const medium = ["match", ["get", "medium"], ...MEDIA.flatMap((each) => [each, token(`--net-${each}`)]), token("--map-pipe")];
  return [
    base("water", "fill", ["all", isA("Polygon"), kinds(["water_body"])], { paint: { "fill-color": token("--map-water") } }),
    base("parks", "fill", ["all", isA("Polygon"), kinds(["park"])], { paint: { "fill-color": token("--map-green") } }),
    base("streams", "line", ["all", isA("LineString"), kinds(["water_body"])], { layout: round, paint: { "line-color": token("--map-water"), "line-width": byZoom(12, 0.5, 17, 3) } }),
    base("places", "fill", ["all", isA("Polygon"), ["!", kinds(PLAIN)]], { paint: { "fill-color": token("--map-place"), "fill-outline-color": token("--map-edge") } }),
    base("buildings", "fill", ["all", isA("Polygon"), kinds(["building"])], { paint: { "fill-color": token("--map-building"), "fill-outline-color": token("--map-edge") } }),
    base("roads-edge", "line", ["all", isA("LineString"), kinds(ROADS)], { layout: round, paint: { "line-color": token("--map-road-edge"), "line-width": byZoom(12, 1, 15, 4, 18, 15) } }),
    base("roads", "line", ["all", isA("LineString"), kinds(ROADS)], { layout: round, paint: { "line-color": token("--map-road"), "line-width": byZoom(12, 0.5, 15, 2.6, 18, 12) } }),
    base("pipes", "line", ["all", isA("LineString"), ["!", kinds([...ROADS, "water_body"])]], { layout: round, paint: { "line-color": medium, "line-width": byZoom(12, 1, 18, 3) } }),
  ];
}

function points() {
  return [
    base("dots", "circle", ["all", isA("Point"), ["!", kinds(["water_body", "building"])]], { minzoom: 13,
      paint: { "circle-radius": byZoom(13, 1.5, 17, 4.5), "circle-color": token("--surface"), "circle-stroke-color": token("--line-strong"), "circle-stroke-width": 1.2 } }),
    base("chosen-shape", "line", ["==", ["get", "id"], -1], { paint: { "line-color": token("--accent"), "line-width": 4 } }),
    base("roads-name", "symbol", ["all", isA("LineString"), kinds(ROADS), ["!=", ["get", "name"], ""]], { minzoom: 15,
      layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "text-max-angle": 30, "symbol-spacing": 320 }, paint: words("--ink-soft") }),
    base("places-name", "symbol", ["all", ["!", kinds([...PLAIN, "bridge"])], ["!", isA("LineString")], ["!=", ["get", "name"], ""]], { minzoom: 16,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, "text-max-width": 8, "text-anchor": "top", "text-offset": [0, 0.6], "text-optional": true }, paint: words("--ink-soft") }),
  ];
}

// A layer of another stage, whatever shapes it holds.
function stageAreas(name) {
  const source = `stage-${name}`;
  return [
    { id: `${source}-fill`, type: "fill", source, filter: ["all", isA("Polygon"), [">", level, 0]], paint: { "fill-color": levelColour(), "fill-opacity": ["case", ["has", "edge"], 0.16, 0.38] } },
    { id: `${source}-missing`, type: "fill", source, filter: ["all", isA("Polygon"), ["<", level, 0]], paint: { "fill-pattern": "hatch", "fill-opacity": 0.5 } },
    { id: `${source}-edge`, type: "line", source, filter: isA("Polygon"), paint: { "line-color": token("--line-strong"), "line-width": ["coalesce", ["get", "edge"], 0.6], "line-opacity": 0.7 } },
    { id: `${source}-line`, type: "line", source, filter: isA("LineString"), layout: { "line-cap": "round" }, paint: { "line-color": levelColour(), "line-width": byZoom(12, 2, 18, 6) } },
  ];
}

function stagePoints(name) {
  const source = `stage-${name}`;
  return [
    { id: `${source}-point`, type: "symbol", source, filter: isA("Point"), layout: { "icon-image": ["case", ["has", "sign"], ["concat", "sign-", ["get", "sign"]], image(level)], "icon-rotate": ["coalesce", ["get", "turn"], 0], "icon-rotation-alignment": "map", "icon-allow-overlap": true, "symbol-sort-key": level } },
    { id: `${source}-label`, type: "symbol", source, filter: ["all", isA("LineString"), ["has", "label"]], layout: { "symbol-placement": "line", "symbol-spacing": 220, "text-field": ["get", "label"], "text-font": FONT, "text-size": 12 }, paint: words("--ink") },
    { id: `${source}-name`, type: "symbol", source, filter: isA("Point"), minzoom: 14, layout: { "text-field": ["coalesce", ["get", "name"], ""], "text-font": FONT, "text-size": 12, "text-anchor": "top", "text-offset": [0, 1.1], "text-optional": true }, paint: words("--ink") },
  ];
}

function objects() {
  return [
    { id: "chosen", type: "circle", source: "chosen", paint: { "circle-radius": 20, "circle-color": token("--accent"), "circle-opacity": 0.15, "circle-stroke-color": token("--accent"), "circle-stroke-width": 2.5 } },
    { id: "objects", type: "symbol", source: "objects", layout: { "icon-image": image(shown), "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": worst } },
    { id: "objects-count", type: "symbol", source: "objects", filter: ["has", "point_count"],
      layout: { "text-field": ["get", "point_count_abbreviated"], "text-font": FONT, "text-size": 12, "text-anchor": "left", "text-offset": [1.1, 0], "text-allow-overlap": true }, paint: words("--ink") },
    { id: "objects-name", type: "symbol", source: "objects", minzoom: 14.5, filter: ["!", ["has", "point_count"]],
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-anchor": "top", "text-offset": [0, 1.1], "text-max-width": 9, "text-optional": true, "symbol-sort-key": ["-", 0, worst] }, paint: words("--ink") },
  ];
}

// What of the base is drawn: `see` is {kinds: [names], offNetworks: [codes], chosen: id}.
const BASE = [...ground(), ...points()].map((layer) => [layer.id, layer.filter]);
export const baseFilters = (see) => BASE.map(([id, filter]) => [id, id === "chosen-shape"
  ? ["==", ["get", "id"], see.chosen ?? -1]
  : ["all", filter, kinds(see.kinds), ["!", ["in", ["get", "network"], ["literal", see.offNetworks]]]]]);

// Which layers can be pressed, the first that is hit counts.
export const pickable = (stages) => ["objects", ...stages.map((name) => `stage-${name}-point`), "dots", "pipes",
  ...stages.flatMap((name) => [`stage-${name}-line`, `stage-${name}-fill`, `stage-${name}-missing`]), "places", "parks", "buildings", "roads", "streams", "water"];

// `data`: {base, objects, chosen} as GeoJSON, and {stages: {name: GeoJSON}}; `see` as above.
export function style(data, see) {
  const names = Object.keys(data.stages);
  const filters = new Map(baseFilters(see));
  const layers = [{ id: "ground", type: "background", paint: { "background-color": token("--map-land") } },
    ...ground(), ...names.flatMap(stageAreas), ...points(), ...names.flatMap(stagePoints), ...objects()];
  for (const layer of layers) if (filters.has(layer.id)) layer.filter = filters.get(layer.id);
  const stages = Object.fromEntries(names.map((name) => [`stage-${name}`, { type: "geojson", data: data.stages[name] }]));
  return {
    version: 8,
    sources: {
      base: { type: "geojson", data: data.base },
      chosen: { type: "geojson", data: data.chosen },
      objects: { type: "geojson", data: data.objects, cluster: true, clusterRadius: 34, clusterMaxZoom: 16,
        clusterProperties: { worst: ["max", ["get", "severity"]], missing: ["+", ["case", ["<", ["get", "severity"], 0], 1, 0]] } },
      ...stages,
    },
    layers,
  };
}
