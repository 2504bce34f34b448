// Which layers are shown: by kind of object, by lifeline network, by stage; kept in the address.
import { collection, feature } from "./map.js";
import { fetchJson } from "./toast.js";

const PARAMETER = "layers";

// The address keeps only what differs from the defaults: `kind-park,-kind-road`.
function chosenOf(specs) {
  const shown = new Set(specs.filter((each) => each.is_on).map((each) => each.name));
  const known = new Set(specs.map((each) => each.name));
  for (const word of (new URLSearchParams(location.search).get(PARAMETER) ?? "").split(",")) {
    if (word.startsWith("-")) shown.delete(word.slice(1));
    else if (known.has(word)) shown.add(word);
  }
  return shown;
}

export function keepInAddress(changes) {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  history.replaceState(history.state, "", url);
}

// GeoJSON as it is; columns {lon, lat} become points, {ring: [[lon, lat, lon, lat …]]} areas.
export function toGeoJson(answer) {
  if (answer.type === "FeatureCollection") return answer;
  const { lon, lat, ring, ...columns } = answer;
  const count = (ring ?? lon ?? []).length;
  const lists = Object.entries(columns).filter(([, values]) => Array.isArray(values) && values.length === count);
  return collection(Array.from({ length: count }, (_, i) => {
    const properties = Object.fromEntries(lists.map(([name, values]) => [name, values[i]]));
    if (!ring) return feature("Point", [lon[i], lat[i]], properties);
    const flat = ring[i];
    return feature("Polygon", [Array.from({ length: flat.length / 2 }, (_each, n) => [flat[2 * n], flat[2 * n + 1]])], properties);
  }));
}

export function createLayers(specs, map, { objectsUrl, onChange, onError }) {
  const shown = chosenOf(specs);
  const features = new Map(); // kind → its features, fetched once
  const timers = new Map();
  let at = null;
  const of = (group) => specs.filter((each) => each.group === group);
  const isOn = (each) => shown.has(each.name);

  async function fetchKinds() {
    const missing = of("kinds").filter((each) => isOn(each) && !features.has(each.kind)).map((each) => each.kind);
    if (!missing.length) return;
    missing.forEach((kind) => features.set(kind, []));
    try {
      const answer = await fetchJson(`${objectsUrl}?${new URLSearchParams(missing.map((kind) => ["kind", kind]))}`);
      for (const each of answer.features) features.get(each.properties.kind).push(each);
      map.setBase(collection([...features.values()].flat()));
    } catch (error) {
      missing.forEach((kind) => features.delete(kind));
      onError(error.message);
    }
  }

  async function fetchStage(each) {
    if (!isOn(each)) return;
    const url = new URL(each.url, location.href);
    if (at !== null && each.looks_back) url.searchParams.set("at", at);
    try {
      map.setStage(each.name, toGeoJson(await fetchJson(url)));
    } catch (error) {
      onError(`${each.word}: ${error.message}`);
    }
  }

  function follow(each) {
    clearInterval(timers.get(each.name));
    if (!isOn(each)) { map.setStage(each.name, null); return; }
    fetchStage(each);
    timers.set(each.name, setInterval(() => at === null && fetchStage(each), each.refresh_s * 1000));
  }

  function draw() {
    map.see({ kinds: of("kinds").filter(isOn).map((each) => each.kind),
      offNetworks: of("networks").filter((each) => !isOn(each)).map((each) => each.network) });
    onChange();
  }

  function toggle(name, wanted) {
    shown[wanted ? "add" : "delete"](name);
    const kept = specs.filter((each) => isOn(each) !== each.is_on).map((each) => (isOn(each) ? "" : "-") + each.name);
    keepInAddress({ [PARAMETER]: kept.join(",") });
    const each = specs.find((spec) => spec.name === name);
    if (each.group === "stages") follow(each);
    if (each.group === "kinds") fetchKinds();
    draw();
  }

  const kindOf = new Map(of("kinds").map((each) => [each.kind, each]));
  const networkOf = new Map(of("networks").map((each) => [each.network, each]));
  return {
    specs, isOn, toggle,
    start: () => { draw(); fetchKinds(); of("stages").filter(isOn).forEach(follow); },
    // A monitored object is drawn where both its kind and its network are.
    draws: (kind, network) => (!kindOf.has(kind) || isOn(kindOf.get(kind))) && (!network || !networkOf.has(network) || isOn(networkOf.get(network))),
    lookBack: (seconds) => { at = seconds; of("stages").filter((each) => isOn(each) && each.looks_back).forEach(fetchStage); },
  };
}
