// A point picked on a map, and the two fields that hold it, follow each other.
import { createMap } from "../chengan/js/map.js";

const lon = document.getElementById("id_lon");
const lat = document.getElementById("id_lat");
const areas = JSON.parse(document.getElementById("areas").textContent);
const numbers = () => [parseFloat(lon.value), parseFloat(lat.value)];
const isPlace = ([x, y]) => Number.isFinite(x) && Number.isFinite(y) && Math.abs(x) <= 180 && Math.abs(y) <= 90;
const positions = (value) => (typeof value[0] === "number" ? [value] : value.flatMap(positions));

function view() {
  const here = numbers();
  if (isPlace(here)) return { center: here, zoom: 15 };
  const all = areas.features.flatMap((each) => positions(each.geometry.coordinates));
  if (!all.length) return {};
  const middle = (axis) => {
    const values = all.map((each) => each[axis]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  };
  return { center: [middle(0), middle(1)], zoom: 10 };
}

const shown = createMap(document.querySelector("[data-pick]"), view());
const follow = () => { if (isPlace(numbers())) shown.choose(...numbers()); };
const outlines = { ...areas, features: areas.features.map((each) => ({ ...each, properties: { ...each.properties, severity: 0 } })) };
shown.map?.on("load", () => { shown.setStage("areas", outlines); follow(); });
shown.map?.on("click", (event) => {
  lon.value = event.lngLat.lng.toFixed(6);
  lat.value = event.lngLat.lat.toFixed(6);
  follow();
});
for (const field of [lon, lat]) field.addEventListener("change", () => { follow(); if (isPlace(numbers())) shown.goTo(...numbers()); });
