// The duty room: queue, map and drawer kept together; everything refreshes by itself.
import { live } from "./live.js";
import { createMap, feature } from "./map.js";
import { createLayers } from "./map_layers.js";
import { addPanels } from "./map_panels.js";
import { addTime } from "./map_time.js";
import { createDrawer } from "./room_drawer.js";
import { createQueue } from "./room_queue.js";
import { fetchJson } from "./toast.js";


const room = document.querySelector("[data-room]");
const given = room.dataset;
const element = document.getElementById("map");
const REFRESH_MS = 15_000;
let columns = null; // of monitored objects, as the server gave them

const pick = (properties, place) => {
  if (properties.url) drawer.open(properties.url);
  else if (properties.id !== undefined) drawer.open(given.card.replace("/0/", `/${properties.id}/`));
  map.choose(place[0], place[1], properties.id);
};
const map = createMap(element, { onPick: pick, onMove: () => drawView(), onError: (text) => panels.setError(text) });
const layers = createLayers(JSON.parse(document.getElementById("map-layers").textContent), map,
  { objectsUrl: given.objects, onChange: () => drawObjects(), onError: (text) => panels.setError(text) });
const panels = addPanels(element, { layers, onOpen: (properties, place) => { map.goTo(...place); pick(properties, place); } });
const queue = createQueue({ isBusy: () => drawer.isOpen() });
const drawer = createDrawer(room, {
  onOpen: (place) => { map.resize(); if (place) { map.choose(...place); if (isNarrow() === false) map.goTo(place[0], place[1]); } },
  onClose: () => { map.resize(); map.choose(); queue.refresh(); },
  onJudged: () => { queue.refresh(); refreshMap(); },
});
const time = addTime(element, { onsetsUrl: given.onsets, onTime: (seconds) => { layers.lookBack(seconds); refreshMap(); } });
const isNarrow = () => matchMedia("(max-width: 720px)").matches;

const toFeatures = ({ lon, lat, ...rest }) => lon.map((_each, i) => feature("Point", [lon[i], lat[i]],
  Object.fromEntries(["id", "name", "kind", "network", "severity", "missing"].map((name) => [name, rest[name][i]]))));

function drawObjects() {
  if (!columns) return;
  const all = toFeatures(columns);
  const drawn = all.filter(({ properties }) => layers.draws(properties.kind, properties.network));
  const hidden = all.filter((each) => !drawn.includes(each) && each.properties.severity > 1);
  map.setObjects(drawn);
  panels.setHidden(hidden.length, Math.max(0, ...hidden.map((each) => each.properties.severity)));
  drawView();
}

const drawView = () => panels.setInView(map.inView());

async function refreshMap() {
  const asked = time.at();
  try {
    const answer = await fetchJson(asked === null ? given.sensors : `${given.sensors}?at=${asked}`);
    if (asked !== time.at()) return; // another time was chosen meanwhile
    columns = answer;
    if (asked === null) stream.setAsOf(answer.as_of);
    panels.setAsOf(answer.as_of, asked !== null);
    panels.setError("");
    drawObjects();
  } catch (error) {
    panels.setError(error.message);
  }
}

function show(tab) {
  room.dataset.shown = tab;
  keepTabs(tab);
  map.resize();
}

// On a phone the bottom bar chooses between queue and map without a new page.
function keepTabs(tab) {
  document.querySelectorAll(".bottom a").forEach((link) => {
    const isRoom = new URL(link.href).pathname === location.pathname;
    if (!isRoom) return;
    const isMap = link.href.includes("show=map");
    if (isMap === (tab === "map")) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
}

document.querySelector(".bottom")?.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || new URL(link.href).pathname !== location.pathname) return;
  event.preventDefault();
  drawer.close();
  show(link.href.includes("show=map") ? "map" : "queue");
});

const stream = live(given.live, { onEvent: () => { queue.refresh(); if (time.at() === null) refreshMap(); }, marks: document.querySelectorAll("[data-live-mark]") });
layers.start();
refreshMap();
setInterval(() => time.at() === null && refreshMap(), REFRESH_MS);
const wanted = new URLSearchParams(location.search).get("open");
if (wanted) drawer.open(wanted);
