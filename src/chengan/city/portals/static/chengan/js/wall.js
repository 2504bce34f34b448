// The wall: no controls; it refreshes, turns its pages by itself, and shows its own staleness.
import { live } from "./live.js";
import { createMap, feature } from "./map.js";
import { createLayers } from "./map_layers.js";
import { fetchJson } from "./toast.js";
import { beijingTime } from "./words.js";

const wall = document.querySelector("[data-wall]");
const PAGE_MS = 15_000, REFRESH_MS = 10_000;
const marks = document.querySelectorAll("[data-live-mark]");
const fail = (text) => marks.forEach((mark) => { mark.title = text; });
let shown = 0;

const map = createMap(document.getElementById("map"), { onError: fail });
const layers = createLayers(JSON.parse(document.getElementById("map-layers").textContent), map,
  { objectsUrl: wall.dataset.objects, onChange: () => {}, onError: fail });

function showPage() {
  const pages = [...wall.querySelectorAll("[data-wall-page]")];
  pages.forEach((page, i) => { page.hidden = i !== shown % pages.length; });
}

// When a request fails nothing is drawn anew, and the age of the data at the top goes on growing.
async function refresh() {
  try {
    const answer = await fetch(wall.dataset.figures, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("wall-figures");
    document.getElementById("wall-figures").replaceWith(fresh);
    showPage();
    const columns = await fetchJson(wall.dataset.sensors);
    map.setObjects(columns.lon.map((_each, i) => feature("Point", [columns.lon[i], columns.lat[i]],
      { id: columns.id[i], name: columns.name[i], severity: columns.severity[i], missing: columns.missing[i] })));
    stream.setAsOf(columns.as_of);
  } catch (error) {
    fail(error.message);
  }
}

const stream = live(wall.dataset.live, { onEvent: refresh, marks });
const clock = document.querySelector("[data-clock]");
const tick = () => { clock.textContent = beijingTime(Date.now()).slice(0, 19); };
tick();
setInterval(tick, 1000);
setInterval(() => { shown += 1; showPage(); }, PAGE_MS);
setInterval(refresh, REFRESH_MS);
layers.start();
refresh();
