// What fails if this fails, on the map: a mark for each object, a line from its supplier.
import { createMap } from "../chengan/js/map.js";

const KINDS = ["road", "building", "water_body", "park"];

function draw(element) {
  const given = JSON.parse(document.getElementById("cascade-shapes").textContent);
  const points = given.features.filter((each) => each.geometry.type === "Point").map((each) => each.geometry.coordinates);
  const shown = createMap(element, {});
  element.dataset.drawn = "";
  if (!shown.map || !points.length) return;
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  shown.map.fitBounds([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], { padding: 48, maxZoom: 15, animate: false });
  shown.see({ kinds: KINDS });
  fetch(`${element.dataset.base}?${new URLSearchParams(KINDS.map((kind) => ["kind", kind]))}`)
    .then((answer) => (answer.ok ? answer.json() : null)).then((base) => base && shown.setBase(base)).catch(() => {});
  shown.map.on("load", () => shown.setStage("cascade", given));
}

// A run's page brings its map when it is done.
const look = () => {
  const element = document.getElementById("cascade-map");
  if (element && element.dataset.drawn === undefined) draw(element);
};
look();
document.addEventListener("htmx:afterSettle", look);
