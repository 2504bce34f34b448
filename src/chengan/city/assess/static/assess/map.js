// The four-colour map: layers of cells or areas by a published rule, for any day, compared with another.
import { collection, createMap, feature } from "../chengan/js/map.js";
import { LEVELS, say } from "../chengan/js/words.js";

const root = document.querySelector("[data-risk-map]");
const form = root.querySelector("[data-choice]");
const summary = root.querySelector("[data-summary]");
const panel = root.querySelector("[data-cell-panel]");
const SINGLE_FROM = 15.5;
const COLUMN = { worst: "worst", area: "area", loss: "loss_level" };
const given = new URLSearchParams(location.search);
for (const name of ["scheme", "rule", "back", "against"]) if (given.get(name)) form.elements[name].value = given.get(name);

const dayOf = (back) => {
  const day = new Date(`${root.dataset.today}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - Number(back));
  return day.toISOString().slice(0, 10);
};
const json = async (url) => {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
};
const kept = new Map();
const layer = (scheme, day) => {
  const key = `${scheme} ${day}`;
  if (!kept.has(key)) kept.set(key, json(`${root.dataset.layer.replace("SCHEME", scheme)}?day=${day}`).catch((error) => { kept.delete(key); throw error; }));
  return kept.get(key);
};

const map = createMap(document.getElementById("risk-map"), {
  onPick: (properties) => (properties.risk ? location.assign(root.dataset.risk.replace("/0/", `/${properties.risk}/`)) : open(properties)),
  onMove: () => refresh(),
  onError: (text) => { summary.textContent = text; },
});
// A style that was still loading when data came takes them once it stands.
let cells = null;
let base = null;
map.map?.on("style.load", () => {
  if (base) map.map.getSource("base")?.setData(base);
  if (cells) map.map.getSource("stage-cells")?.setData(cells);
});
const show = (features) => { cells = features; map.setStage("cells", features); };

function byZoom() {
  const zoom = map.map?.getZoom() ?? 12;
  return zoom < 9 ? "h3_7" : zoom < 11.5 ? "h3_8" : zoom < 14 ? "h3_9" : "h3_10";
}

function outline(data, i) {
  if (data.geometry) return data.geometry[i];
  const ring = data.ring[i];
  const corners = [];
  for (let n = 0; n < ring.length; n += 2) corners.push([data.lon[i] + ring[n] / 1e6, data.lat[i] + ring[n + 1] / 1e6]);
  return { type: "Polygon", coordinates: [[...corners, corners[0]]] };
}

const nameOf = (data, i) => (data.name_zh ? say(data.name_zh[i], data.name_en[i]) : "");

// What a cell says on hover: its count by level, how many objects of it were looked at.
function words(data, i) {
  const counts = data.counts[i].map((count, n) => (count ? `${LEVELS[n + 2]} ${count}` : "")).filter(Boolean).reverse();
  const seen = say(`已评估 ${data.seen[i]}/${data.all[i]}`, `${data.seen[i]} of ${data.all[i]} assessed`);
  return [nameOf(data, i), counts.join(" "), seen].filter(Boolean).join(" · ");
}

function features(data, levels) {
  return collection(data.key.flatMap((key, i) => {
    const shape = outline(data, i);
    if (!shape) return [];
    return [feature(shape.type, shape.coordinates, { severity: levels[i].severity, name: levels[i].name, cell: key, scheme: data.scheme })];
  }));
}

function compared(data, before, column) {
  const past = new Map(before.key.map((key, i) => [key, before[column][i]]));
  let worse = 0;
  let better = 0;
  const levels = data.key.map((key, i) => {
    const was = past.get(key) ?? -1;
    const now = data[column][i];
    const step = Math.sign(Math.max(now, 0) - Math.max(was, 0));
    if (step > 0) worse += 1;
    if (step < 0) better += 1;
    const text = `${LEVELS[was]} → ${LEVELS[now]}`;
    return { severity: step > 0 ? 5 : step < 0 ? 2 : 0, name: [nameOf(data, i), text].filter(Boolean).join(" · ") };
  });
  return { levels, worse, better };
}

let isPlaced = false;
let turn = 0;
let drawn = "";
async function refresh() {
  const rule = form.elements.rule.value;
  const scheme = form.elements.scheme.value || (isPlaced ? byZoom() : "h3_9");
  const day = dayOf(form.elements.back.value);
  const against = form.elements.against.value;
  root.querySelector("[data-day]").textContent = day;
  root.querySelector("[data-help]:not(option)").textContent = form.elements.rule.selectedOptions[0].dataset.help;
  root.querySelector("[data-compare-legend]").hidden = !against;
  keepInAddress();
  const mine = ++turn;
  const wanted = [scheme, day, rule, against].join();
  if (wanted !== drawn) {
    root.setAttribute("aria-busy", "true");
    try {
      const [data, before] = await Promise.all([layer(scheme, day), against ? layer(scheme, against) : null]);
      if (mine !== turn) return;
      draw(data, before, COLUMN[rule]);
      drawn = wanted;
    } catch (error) {
      summary.textContent = say(`图层未能载入（${error.message}），请稍后再试。`, `The layer did not load (${error.message}); try again.`);
    }
    root.removeAttribute("aria-busy");
  }
  singles(day);
}

function draw(data, before, column) {
  const total = data.key.length;
  const blank = data[column].filter((level) => level < 0).length;
  const coverage = say(`${total} 个单元，其中 ${blank} 个无人评估`, `${total} cells, ${blank} of them never assessed`);
  if (before) {
    const { levels, worse, better } = compared(data, before, column);
    show(features(data, levels));
    summary.textContent = say(`变差 ${worse}，变好 ${better}；${coverage}`, `${worse} worse, ${better} better; ${coverage}`);
  } else {
    show(features(data, data[column].map((severity, i) => ({ severity, name: words(data, i) }))));
    summary.textContent = coverage;
  }
  place(data);
}

function place(data) {
  if (isPlaced || !map.map || !data.key.length) return;
  isPlaced = true;
  const points = data.key.flatMap((_key, i) => (data.lon ? [[data.lon[i], data.lat[i]]] : outline(data, i)?.coordinates.flat(data.geometry[i].type === "Polygon" ? 1 : 2) ?? []));
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  const box = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
  map.map.fitBounds(box, { padding: 48, maxZoom: 14, animate: false });
}

// Near enough, single risks stand on the cells; only of today, from which the level is current.
async function singles(day) {
  if (!map.map || map.map.getZoom() < SINGLE_FROM || day !== root.dataset.today) { map.setObjects([]); return; }
  const box = map.map.getBounds();
  const bbox = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((each) => each.toFixed(6)).join();
  const found = await json(`${root.dataset.objects}?bbox=${bbox}`).catch(() => ({ id: [] }));
  map.setObjects(found.id.map((risk, i) => feature("Point", [found.lon[i], found.lat[i]], { risk, severity: found.severity[i], name: found.name[i] })));
}

async function open({ cell, scheme }) {
  if (!cell) return;
  const answer = await fetch(root.dataset.cell.replace("SCHEME", scheme).replace("KEY", encodeURIComponent(cell)));
  panel.innerHTML = answer.ok ? await answer.text() : "";
  panel.scrollIntoView({ block: "nearest" });
}

function keepInAddress() {
  const query = new URLSearchParams();
  for (const name of ["scheme", "rule", "back", "against"]) {
    const value = form.elements[name].value;
    if (value && value !== "0" && !(name === "rule" && value === "worst")) query.set(name, value);
  }
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
}

form.addEventListener("change", refresh);
form.elements.back.addEventListener("input", () => { root.querySelector("[data-day]").textContent = dayOf(form.elements.back.value); });
form.addEventListener("submit", (event) => event.preventDefault());
root.querySelectorAll("[data-step]").forEach((button) => button.addEventListener("click", () => {
  const step = Number(button.dataset.step);
  const back = step === 0 ? 0 : Number(form.elements.back.value) + step;
  form.elements.back.value = Math.max(0, Math.min(Number(root.dataset.span), back));
  refresh();
}));

json(`${root.dataset.base}?${new URLSearchParams([["kind", "road"], ["kind", "building"], ["kind", "water_body"], ["kind", "park"]])}`)
  .then((data) => { base = data; map.setBase(data); map.see({ kinds: ["road", "building", "water_body", "park"] }); })
  .catch((error) => console.warn(error));
refresh();
