// A project on the map: outline, contours, hazards, targets; in a form, its corners set by pressing.
import { collection, createMap, feature } from "../chengan/js/map.js";

const element = document.getElementById("siting-map");
const given = JSON.parse(document.getElementById("siting-shapes").textContent);
const shown = createMap(element, { center: given.centre.length ? given.centre : [0, 0], zoom: given.centre.length ? 14 : 1 });
const field = document.getElementById("id_geometry");
const NEW = 3;
let corners = [];

function read() {
  try {
    const shape = JSON.parse(field.value);
    const outline = shape.type === "Feature" ? shape.geometry : shape;
    corners = outline.type === "Polygon" ? outline.coordinates[0].slice(0, -1) : [];
    return outline;
  } catch {
    return null;
  }
}

function draw(outline) {
  const shapes = outline ? [{ type: "Feature", geometry: outline, properties: { severity: NEW } }] : [];
  const marks = corners.map((each) => feature("Point", each, { severity: NEW, name: "" }));
  shown.setStage("project", collection([...shapes, ...marks]));
}

function write() {
  const outline = corners.length > 2 ? { type: "Polygon", coordinates: [[...corners, corners[0]]] } : null;
  if (outline) field.value = JSON.stringify(outline);
  draw(outline);
}

function drawing() {
  draw(read());
  shown.map.on("click", ({ lngLat }) => { corners.push([+lngLat.lng.toFixed(6), +lngLat.lat.toFixed(6)]); write(); });
  document.querySelector("[data-undo]").addEventListener("click", () => { corners.pop(); write(); });
  document.querySelector("[data-clear]").addEventListener("click", () => { corners = []; field.value = ""; draw(null); });
  field.addEventListener("change", () => draw(read()));
}

fetch(element.dataset.ground).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null).then((ground) => ground && shown.setBase(ground));
shown.see({ kinds: ["road", "building", "water_body", "park"] });
shown.map?.on("load", () => {
  if (element.dataset.draw !== undefined) { drawing(); return; }
  shown.setStage("review", given.shapes);
  shown.setStage("places", given.points);
});
