// One object on the map, and what is near it; what is near opens its page.
import { collection, createMap } from "../chengan/js/map.js";

const element = document.querySelector("[data-object-map]");
const { lon, lat, id, base, here } = JSON.parse(document.getElementById("object-shapes").textContent);
const shown = createMap(element, { center: [lon, lat], zoom: 16, onPick: ({ id: other }) => { if (other && other !== id) location.href = element.dataset.page.replace("/0/", `/${other}/`); } });

async function ground() {
  const answer = await fetch(element.dataset.ground);
  if (!answer.ok) return [];
  const near = new Set(base.map((each) => each.properties.id));
  return (await answer.json()).features.filter((each) => !near.has(each.properties.id));
}

shown.see({ kinds: [...new Set(["road", "building", "water_body", "park", ...base.map((each) => each.properties.kind)])] });
shown.setBase(collection(base));
if (element.dataset.ground) ground().catch(() => []).then((features) => shown.setBase(collection([...features, ...base])));
shown.map?.on("load", () => { shown.setStage("here", collection(here)); shown.choose(lon, lat, id); });
