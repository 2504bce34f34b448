// The four-colour map: layers of cells or areas by a published rule, for any day, compared with another.
import { collection, createMap, feature } from "../chengan/js/map.js";
import { LEVELS, say } from "../chengan/js/words.js";

const root = document.querySelector("[data-risk-map]");
const form = root.querySelector("[data-choice]");
const summary = root.querySelector("[data-summary]");
const panel = root.querySelector("[data-cell-panel]");
const SINGLE_FROM = 15.5;
const MOST_DRAWN = 20000; // cells that a phone still draws; more become coarser
const MOST_SIGNED = 250; // cells in view that get a sign besides their colour
const COARSER = { h3_10: "h3_9", h3_9: "h3_8", h3_8: "h3_7" };
const WAIT_MS = 3000;
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
  if (answer.status !== 202) return answer.json();
  summary.textContent = say("这一天的汇总正在计算，稍后自动显示……", "This day is being summed; it will show by itself …");
  await new Promise((resolve) => { setTimeout(resolve, WAIT_MS); });
  return json(url);
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
  const risks = data.counts[i].reduce((sum, count) => sum + count, 0);
  const known = data.losses?.[i] ?? risks;
  const loss = known < risks ? say(`损失已知 ${known}/${risks}`, `loss known of ${known} of ${risks}`) : "";
  return [nameOf(data, i), counts.join(" "), seen, loss].filter(Boolean).join(" · ");
}

// Numbers of the cells in view, and a little around: a city's smallest hexagons are too many to draw.
function inView(data) {
  const all = data.key.map((_key, i) => i);
  if (!data.lon || !map.map || !isPlaced) return all;
  const box = map.map.getBounds();
  const [west, south, east, north] = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
  const [aside, up] = [(east - west) / 4, (north - south) / 4];
  return all.filter((i) => data.lon[i] > west - aside && data.lon[i] < east + aside && data.lat[i] > south - up && data.lat[i] < north + up);
}

// Each cell is an outline; what deserves a look gets its level's sign too, so that colour is not alone.
function features(data, seen, levelOf) {
  const isSigned = data.lon && seen.length <= MOST_SIGNED;
  return collection(seen.flatMap((i) => {
    const shape = outline(data, i);
    if (!shape) return [];
    const { severity, name } = levelOf(i);
    const about = { severity, name, cell: data.key[i], scheme: data.scheme };
    const cell = feature(shape.type, shape.coordinates, about);
    return isSigned && (severity > 2 || levelOf.isSignedAll) && severity > 0 ? [cell, feature("Point", [data.lon[i], data.lat[i]], { ...about, name: "", tip: name })] : [cell];
  }));
}

// What became of each cell since; one that nobody had assessed is new, not worse.
function compared(data, before, column) {
  const past = new Map(before.key.map((key, i) => [key, before[column][i]]));
  const count = { worse: 0, better: 0, fresh: 0 };
  const steps = data.key.map((key, i) => {
    const was = past.get(key) ?? -1;
    const now = data[column][i];
    if (was === now) return 0;
    if (was < 0 || now < 0) { count.fresh += now >= 0; return 1; }
    count[now > was ? "worse" : "better"] += 1;
    return now > was ? 5 : 2;
  });
  const levelOf = (i) => ({ severity: steps[i], name: [nameOf(data, i), `${LEVELS[past.get(data.key[i]) ?? -1]} → ${LEVELS[data[column][i]]}`].filter(Boolean).join(" · ") });
  levelOf.isSignedAll = true;
  return { levelOf, ...count };
}

let isPlaced = false;
let turn = 0;
let drawn = "";
let last = null;
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
  if (wanted !== drawn || last?.isPart) {
    root.setAttribute("aria-busy", "true");
    try {
      const found = await fitting(scheme, day);
      const before = against ? await layer(found.data.scheme, against) : null;
      if (mine !== turn) return;
      draw(found, before, COLUMN[rule], found.data.scheme !== scheme);
      drawn = wanted;
    } catch (error) {
      summary.textContent = say(`图层未能载入（${error.message}），请稍后再试。`, `The layer did not load (${error.message}); try again.`);
    }
    root.removeAttribute("aria-busy");
  }
  singles(day);
}

// The layer, or a coarser one while too many of its cells are in view.
async function fitting(scheme, day) {
  const data = await layer(scheme, day);
  const seen = inView(data);
  if (seen.length > MOST_DRAWN && COARSER[scheme]) return { ...(await fitting(COARSER[scheme], day)), isPart: true };
  return { data, seen, isPart: seen.length < data.key.length };
}

function draw({ data, seen, isPart }, before, column, isCoarser) {
  const total = data.key.length;
  const blank = data[column].filter((level) => level < 0).length;
  const coverage = say(`${total} 个单元，其中 ${blank} 个无人评估`, `${total} cells, ${blank} of them never assessed`);
  const coarser = isCoarser ? say("；放大后显示更小的六边形", "; zoom in for smaller hexagons") : "";
  if (before) {
    const { levelOf, worse, better, fresh } = compared(data, before, column);
    show(features(data, seen, levelOf));
    summary.textContent = say(`变差 ${worse}，变好 ${better}，新评估 ${fresh}；${coverage}${coarser}`, `${worse} worse, ${better} better, ${fresh} newly assessed; ${coverage}${coarser}`);
  } else {
    show(features(data, seen, (i) => ({ severity: data[column][i], name: words(data, i) })));
    summary.textContent = coverage + coarser;
  }
  last = { isPart };
  place(data);
}

function place(data) {
  if (isPlaced || !map.map || !data.key.length) return;
  isPlaced = true;
  const points = data.key.flatMap((_key, i) => (data.lon ? [[data.lon[i], data.lat[i]]] : outline(data, i)?.coordinates.flat(data.geometry[i].type === "Polygon" ? 1 : 2) ?? []));
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  const box = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
  map.map.fitBounds(box, { padding: 48, maxZoom: 14, animate: false }); // a move: it draws again
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
