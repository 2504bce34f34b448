// The duty room: the queue and the map refresh by themselves; what one reads does not move.
import { mountAll } from "./chart.js";
import { live } from "./live.js";
import { createMap } from "./map.js";

const room = document.querySelector("[data-room]");
const drawer = room.querySelector(".room__drawer");
const zh = document.documentElement.lang.startsWith("zh");
const json = async (url) => {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
};

const map = createMap(document.getElementById("map"), { onPick: (place) => {
  location.href = `/sense/?q=${encodeURIComponent(place.name)}`;
} });

async function refreshMap() {
  try {
    map.setObjects(await json(room.dataset.sensors));
  } catch (error) {
    document.querySelector("[data-live-mark]").textContent = zh ? "地图数据未更新" : "map data is old";
  }
}

async function queueNow() {
  const answer = await fetch(location.href, { headers: { "HX-Request": "true" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("queue");
  return fresh;
}

// New rows wait behind a quiet bar while somebody is in the list; otherwise they come at once.
async function news() {
  refreshMap();
  const fresh = await queueNow();
  if (!fresh) return;
  const old = document.getElementById("queue");
  const known = new Set([...old.querySelectorAll("[data-id]")].map((row) => row.dataset.id));
  const added = [...fresh.querySelectorAll("[data-id]")].filter((row) => !known.has(row.dataset.id)).length;
  const reading = old.contains(document.activeElement) || !drawer.hidden;
  if (reading && added) {
    const bar = old.querySelector("[data-news]");
    bar.textContent = zh ? `${added} 条新报警，点击显示` : `${added} new: show`;
    bar.hidden = false;
    bar.onclick = () => swap(fresh);
    return;
  }
  if (!reading) swap(fresh);
}

function swap(fresh) {
  document.getElementById("queue").replaceWith(fresh);
  window.htmx.process(fresh);
}

function open() {
  drawer.hidden = false;
  room.classList.add("room--open");
  map.map.resize();
  mountAll(drawer);
}

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "drawer") {
    open();
    document.querySelectorAll("[data-chosen]").forEach((row) => row.removeAttribute("data-chosen"));
    event.detail.requestConfig.elt.closest("[data-row]")?.setAttribute("data-chosen", "");
    if (matchMedia("(max-width: 720px)").matches) drawer.scrollIntoView();
  }
  if (event.target.id === "alarm") setTimeout(news, 300);
});
room.querySelector("[data-close]").addEventListener("click", () => {
  drawer.hidden = true;
  room.classList.remove("room--open");
  map.map.resize();
  news();
});
room.querySelectorAll("[data-tab]").forEach((tab) => tab.addEventListener("click", () => {
  room.dataset.shown = tab.dataset.tab;
  room.querySelectorAll("[data-tab]").forEach((other) => other.setAttribute("aria-selected", String(other === tab)));
  map.map.resize();
}));

json(room.dataset.basemap).then((data) => map.setBasemap(data)).catch((error) => console.warn(error));
refreshMap();
setInterval(refreshMap, 15000);
live(room.dataset.live, { onEvent: news, mark: document.querySelector("[data-live-mark]") });
