// The shared case: what lives is fetched when something happens; what one reads or types in stays.
import { live } from "../chengan/js/live.js";
import { createMap } from "../chengan/js/map.js";
import { toast } from "../chengan/js/toast.js";
import { say } from "../chengan/js/words.js";

const page = document.querySelector("[data-case]");
const mark = document.querySelector("[data-live-mark]");
const shown = createMap(document.getElementById("map"), { center: [Number(page.dataset.lon) || 0, Number(page.dataset.lat) || 0], zoom: page.dataset.lon ? 14.5 : 1 });
const closed = (ring) => [...ring, ring[0]];

async function fetchJson(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

const point = ({ lon, lat, ...properties }) => ({ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties });
const stage = (features) => shown.setStage("incident", { type: "FeatureCollection", features });
const KINDS = ["road", "building", "school", "hospital", "bridge", "water_body", "park", "gas_pipe", "water_pipe"];

async function drawMap() {
  const data = await fetchJson(page.dataset.map);
  stage([
    ...(data.area ? [{ type: "Feature", geometry: data.area, properties: { severity: data.level } }] : []),
    ...(data.lon === null ? [] : [point({ lon: data.lon, lat: data.lat, name: data.title, severity: data.level })]),
    ...data.resources.map((each) => point({ ...each, severity: 0 })),
    ...data.reports.map((each) => point({ ...each, severity: 1 })),
  ]);
}

const isBusy = (part) => part.contains(document.activeElement) && document.activeElement !== document.body && !document.activeElement.matches("button, a, summary");

async function refresh() {
  const answer = await fetch(location.pathname, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const old = document.getElementById(part.id);
    if (!old || isBusy(old) || old.querySelector("details[open]")) continue;
    old.replaceWith(part);
    window.htmx?.process(part);
  }
  if (!isDrawing) drawMap().catch(() => {});
}

let waiting = null;
// Many pages hear the same news at once: each waits its turn, the longer the more they are.
const TURN_MS = 10, LONGEST_MS = 10000;
const soon = (_name, others) => {
  if (waiting) return;
  const turn = Math.min((others ?? 1) * TURN_MS, LONGEST_MS) * Math.random();
  waiting = setTimeout(() => { waiting = null; refresh(); }, 150 + turn);
};

let isDrawing = false;
// Drawing: click the corners, then keep the area; the server says what is wrong with it.
function drawing() {
  const field = document.getElementById("area");
  const start = document.querySelector("[data-draw]");
  if (!start || !shown.map) return;
  let corners = [];
  const show = () => {
    const geometry = corners.length > 2 ? { type: "Polygon", coordinates: [closed(corners)] } : { type: "LineString", coordinates: corners };
    stage(corners.length > 1 ? [{ type: "Feature", geometry, properties: { severity: 2 } }] : []);
    field.value = corners.length > 2 ? JSON.stringify(geometry) : "";
    start.textContent = say(`已取 ${corners.length} 个角点，重新绘制`, `${corners.length} corners: draw again`);
  };
  start.addEventListener("click", () => { corners = []; isDrawing = true; show(); page.querySelector(".case__map").scrollIntoView({ block: "nearest" }); });
  shown.map.on("click", (event) => {
    if (!isDrawing) return;
    corners.push([Number(event.lngLat.lng.toFixed(6)), Number(event.lngLat.lat.toFixed(6))]);
    show();
  });
}

function rehearsal() {
  const form = document.querySelector("[data-clock]");
  if (!form) return;
  const box = form.querySelector("[data-run]");
  setInterval(() => { if (box.checked && !document.hidden) form.requestSubmit(); }, 1000);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(form, event.submitter ?? undefined);
    await fetch(form.action, { method: "POST", body, redirect: "manual" });
    const answer = await fetch(location.pathname, { headers: { "HX-Request": "true" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const before = fresh.querySelector("[data-clock-at]");
    form.elements.before.value = before.dataset.clockAt;
    form.querySelector("[data-clock-shown]").textContent = before.textContent;
  });
}

drawing();
rehearsal();
drawMap().catch(() => toast(say("地图数据未更新", "map data is old"), { bad: true }));
fetchJson(`/duty/objects.json?${KINDS.map((kind) => `kind=${kind}`).join("&")}`).then((data) => { shown.setBase(data); shown.see({ kinds: KINDS }); }).catch(() => {});
live(page.dataset.live, { names: ["incidents"], onEvent: soon, mark });
setInterval(refresh, 30000);
