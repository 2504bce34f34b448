// The shared case: what lives is fetched when something happens; what one reads or types in stays.
import { live } from "../chengan/js/live.js";
import { createMap } from "../chengan/js/map.js";
import { toast } from "../chengan/js/toast.js";
import { say } from "../chengan/js/words.js";

const page = document.querySelector("[data-case]");
const mark = document.querySelector("[data-live-mark]");
const shown = createMap(document.getElementById("map"), { onPick: pick, center: [Number(page.dataset.lon) || 0, Number(page.dataset.lat) || 0], zoom: page.dataset.lon ? 14.5 : 1 });
let isDrawing = false;
const closed = (ring) => [...ring, ring[0]];

async function fetchJson(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

const features = (list) => ({ type: "FeatureCollection", features: list });

// Switches: what is off is not drawn; what one chose stays on this device.
const KEPT = "chengan-case-layers";
const switches = [...document.querySelectorAll("[data-switches] input")];
const isOn = (name) => switches.find((each) => each.name === name)?.checked ?? true;
const kindsOf = (each) => each.dataset.kinds.split(",").filter(Boolean);
const ORDER = ["plume", "cordons", "incident", "teams", "reports", "wind"];
let drawn = null, picked = null, base = features([]);

function redraw() {
  shown.see({ kinds: switches.filter((each) => each.checked).flatMap(kindsOf) });
  if (drawn) shown.setStage("case", features([...(isOn("ways") ? ways(picked ?? drawn.ways) : []), ...ORDER.filter(isOn).flatMap((name) => drawn[name])]));
}

const more = (count) => (count ? say(`，更远的 ${count} 个未画`, `, ${count} further ones not drawn`) : "");

// Up- and downstream of a pipe, drawn over the base: orange feeds it, blue is fed by it.
function ways({ up, down }) {
  const tones = new Map([...up.map((id) => [id, 4]), ...down.map((id) => [id, 2])]);
  return base.features.filter((each) => tones.has(each.properties.id) && each.geometry.type === "LineString")
    .map(({ geometry, properties: { name, id } }) => ({ type: "Feature", geometry, properties: { name, severity: tones.get(id) } }));
}

async function drawMap() {
  drawn = await fetchJson(page.dataset.map);
  redraw();
}

async function pick(properties) {
  if (isDrawing || !properties.network || !properties.id) return;
  try {
    const found = await fetchJson(page.dataset.map.replace("map.json", `ways/${properties.id}/`));
    picked = found;
    redraw();
    document.querySelector("[data-ways]").textContent = say(`${found.name}：上游 ${found.up.length}（橙），下游 ${found.down.length}（蓝）${more(found.more)}`, `${found.name}: ${found.up.length} upstream (orange), ${found.down.length} downstream (blue)${more(found.more)}`);
  } catch { toast(say("未取得上下游", "Up- and downstream could not be fetched"), { bad: true }); }
}

async function fetchBase() {
  const kinds = [...new Set(switches.flatMap(kindsOf))];
  base = await fetchJson(`${page.dataset.objects}?${new URLSearchParams(kinds.map((kind) => ["kind", kind]))}`);
  shown.setBase(base);
  redraw();
}

function switching() {
  const kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  for (const each of switches) {
    if (each.name in kept) each.checked = kept[each.name];
    each.addEventListener("change", () => {
      localStorage.setItem(KEPT, JSON.stringify({ ...JSON.parse(localStorage.getItem(KEPT) ?? "{}"), [each.name]: each.checked }));
      redraw();
    });
  }
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
  drawMap().catch(() => {});
}

let waiting = null;
// Many pages hear the same news at once: each waits its turn, the longer the more they are.
const TURN_MS = 10, LONGEST_MS = 10000;
const soon = (_name, others) => {
  if (waiting) return;
  const turn = Math.min((others ?? 1) * TURN_MS, LONGEST_MS) * Math.random();
  waiting = setTimeout(() => { waiting = null; refresh(); }, 150 + turn);
};

// Drawing: click the corners, then keep it; the server says what is wrong with it.
function drawing() {
  const field = document.getElementById("area");
  const form = document.querySelector("[data-drawing]");
  if (!form || !shown.map) return;
  const start = form.querySelector("[data-draw]"), undo = form.querySelector("[data-undo]"), kind = form.querySelector("select");
  let corners = [];
  const show = () => {
    const geometry = corners.length > 2 ? { type: "Polygon", coordinates: [closed(corners)] } : { type: "LineString", coordinates: corners };
    shown.setStage("drawing", features(corners.length > 1 ? [{ type: "Feature", geometry, properties: { severity: 2 } }] : []));
    field.value = corners.length > 2 ? JSON.stringify(geometry) : "";
    start.textContent = say(`已取 ${corners.length} 个角点，重新绘制`, `${corners.length} corners: draw again`);
    undo.disabled = !corners.length;
  };
  kind.addEventListener("change", () => {
    form.action = kind.selectedOptions[0].dataset.action;
    form.querySelector("[data-cordon]").hidden = !kind.value;
  });
  start.addEventListener("click", () => { corners = []; isDrawing = true; show(); page.querySelector(".case__map").scrollIntoView({ block: "nearest" }); });
  undo.addEventListener("click", () => { corners.pop(); show(); });
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
switching();
fetchBase().catch(() => {});
live(page.dataset.live, { names: ["incidents"], onEvent: soon, mark });
setInterval(refresh, 30000);
