// What lies over the map: layers to choose, the legend, the age of the data, an error.
import { GROUPS } from "./map_style.js";
import { SEVERITIES } from "./map_icons.js";
import { LEVELS, ago, beijingClock, say } from "./words.js";

const GROUP_WORDS = {
  sensors: say("监测点", "Sensors"), areas: say("风险分区", "Risk areas"), buildings: say("建筑与场所", "Buildings"),
  roads: say("道路", "Roads"), water: say("水系", "Water"), pipes: say("管网", "Pipes"),
};
const STALE_S = 180;
const SPRITE = new URL("../icons.svg", import.meta.url).href;
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

function tile(severity) {
  const box = make("span", { className: "level__tile" });
  if (severity >= 0) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${SPRITE}#level-${severity}`);
    svg.setAttribute("aria-hidden", "true");
    svg.append(use);
    box.append(svg);
  }
  return box;
}

const badge = (severity) => make("span", { className: `level level--${severity < 0 ? "none" : severity}` }, tile(severity), LEVELS[severity]);

function foldable(title, isOpen, ...children) {
  return make("details", { className: "map-panel", open: isOpen }, make("summary", { textContent: title }), make("div", { className: "map-panel__body" }, ...children));
}

function layers(names, onToggle) {
  return names.map((name) => {
    const box = make("input", { type: "checkbox", checked: true });
    box.addEventListener("change", () => onToggle(name, box.checked));
    return make("label", { className: "choice" }, box, GROUP_WORDS[name] ?? name);
  });
}

// Returns {setAsOf(ms), setError(text or ""), element}.
export function addPanels(container, { groups = Object.keys(GROUPS), onToggle }) {
  const isWide = container.clientWidth > 600;
  const age = make("span", { className: "map-age", hidden: true });
  const fault = make("div", { className: "error-state map-fault", hidden: true });
  fault.setAttribute("role", "alert");
  const bar = make("div", { className: "map-bar" },
    foldable(say("图层", "Layers"), false, ...layers(groups, onToggle)),
    foldable(say("图例", "Legend"), isWide, ...SEVERITIES.map(badge)),
    age);
  container.append(bar, fault);
  let asOf = null;
  const draw = () => {
    age.hidden = asOf === null;
    if (asOf === null) return;
    const seconds = (Date.now() - asOf) / 1000;
    age.textContent = `${say("数据截至", "Data as of")} ${beijingClock(asOf)} · ${ago(seconds)}`;
    age.classList.toggle("stale", seconds > STALE_S);
  };
  setInterval(draw, 1000);
  return {
    setAsOf: (ms) => { asOf = ms; draw(); },
    setError: (text) => { fault.hidden = !text; fault.textContent = text; },
  };
}
