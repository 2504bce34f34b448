// What lies over the map: layers to choose, the legend, what is in view, the age of the data, an error.
import { SEVERITIES } from "./map_icons.js";
import { LEVELS, ago, beijingClock, say } from "./words.js";

const GROUPS = { stages: say("态势", "Situation"), networks: say("生命线网络", "Lifeline networks"), kinds: say("对象种类", "Kinds of object") };
const STALE_S = 180;
const MOST_IN_VIEW = 60;
const SPRITE = new URL("../icons.svg", import.meta.url).href;
export const make = (tag, properties = {}, ...children) => {
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

export const badge = (severity, text) => make("span", { className: `level level--${severity < 0 ? "none" : severity}` }, tile(severity), text ?? LEVELS[severity]);

function foldable(name, title, ...children) {
  const body = make("div", { className: "map-panel__body" }, ...children);
  const panel = make("details", { className: "map-panel" }, make("summary", {}, title), body);
  panel.dataset.panel = name;
  return [panel, body];
}

function choice(spec, isOn, onToggle) {
  const box = make("input", { type: "checkbox", checked: isOn, name: spec.name });
  box.addEventListener("change", () => onToggle(spec.name, box.checked));
  const label = make("label", { className: "choice" }, box);
  if (spec.medium) label.append(make("span", { className: `map-line map-line--${spec.medium}`, ariaHidden: "true" }));
  label.append(make("span", {}, spec.word));
  if (spec.count !== undefined) label.append(make("span", { className: "unit map-panel__count", textContent: spec.count }));
  return label;
}

function layerGroups(layers) {
  return Object.entries(GROUPS).flatMap(([group, word]) => {
    const specs = layers.specs.filter((each) => each.group === group);
    if (!specs.length) return [];
    const set = make("fieldset", { className: "map-panel__group" }, make("legend", { textContent: word }));
    const boxes = specs.map((each) => choice(each, layers.isOn(each), layers.toggle));
    if (specs.length > 6) set.append(allOrNone(boxes));
    set.append(...boxes);
    return [set];
  });
}

function allOrNone(labels) {
  const button = (wanted, word) => {
    const made = make("button", { type: "button", className: "button button--small button--quiet", textContent: word });
    made.addEventListener("click", () => labels.map((each) => each.querySelector("input")).filter((box) => box.checked !== wanted).forEach((box) => box.click()));
    return made;
  };
  return make("div", { className: "map-panel__all" }, button(true, say("全选", "All")), button(false, say("全不选", "None")));
}

// Only one panel is open at a time on a narrow map; Escape closes.
function oneAtATime(panels, container) {
  for (const panel of panels) {
    panel.addEventListener("toggle", () => {
      if (panel.open) panels.filter((other) => other !== panel).forEach((other) => { other.open = false; });
    });
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !panel.open) return;
      panel.open = false;
      panel.querySelector("summary").focus();
      event.stopPropagation();
    });
  }
  container.addEventListener("pointerdown", (event) => {
    if (event.target.closest("canvas")) panels.forEach((panel) => { if (panel.dataset.panel !== "legend" || container.clientWidth < 600) panel.open = false; });
  });
}

// Returns {setAsOf(ms, isPast), setError(text or ""), setHidden(count, worst), setInView(features)}.
export function addPanels(container, { layers, onOpen }) {
  const age = make("span", { className: "map-age", hidden: true });
  const hidden = make("span", { className: "map-age map-age--hidden", hidden: true });
  const fault = make("div", { className: "error-state map-fault", hidden: true });
  fault.setAttribute("role", "alert");
  const [layerPanel] = foldable("layers", say("图层", "Layers"), ...layerGroups(layers));
  const [legendPanel] = foldable("legend", say("图例", "Legend"), ...SEVERITIES.map((each) => badge(each)),
    make("p", { className: "small soft", textContent: say("聚合点取最高等级；正常与无数据混合时按无数据显示。", "A cluster shows its worst level; normal mixed with no data shows as no data.") }));
  const [viewPanel, viewBody] = foldable("view", say("视野内", "In view"));
  const panels = [layerPanel, legendPanel, viewPanel];
  legendPanel.open = container.clientWidth > 600;
  oneAtATime(panels, container);
  container.append(make("div", { className: "map-bar" }, ...panels, age, hidden), fault);
  let asOf = null, isPast = false;
  const draw = () => {
    age.hidden = asOf === null || isPast;
    if (age.hidden) return;
    const seconds = (Date.now() - asOf) / 1000;
    age.textContent = `${say("数据截至", "Data as of")} ${beijingClock(asOf)} · ${ago(Math.max(0, seconds))}`;
    age.classList.toggle("stale", seconds > STALE_S);
  };
  setInterval(draw, 1000);
  return {
    setAsOf: (ms, past = false) => { asOf = ms; isPast = past; draw(); },
    setError: (text) => { fault.hidden = !text; fault.textContent = text; },
    setHidden: (count, worst) => {
      hidden.hidden = !count;
      if (count) hidden.replaceChildren(badge(worst, say(`图层已隐藏 ${count} 个越限对象`, `${count} beyond limits, hidden by layers`)));
    },
    setInView: (features) => {
      const sorted = [...features].sort((a, b) => b.properties.severity - a.properties.severity).slice(0, MOST_IN_VIEW);
      viewPanel.querySelector("summary").textContent = `${say("视野内", "In view")} ${features.length}`;
      viewBody.replaceChildren(...sorted.map((each) => {
        const button = make("button", { type: "button", className: "map-panel__row" }, badge(each.properties.severity, each.properties.name));
        button.addEventListener("click", () => onOpen(each.properties, each.geometry.coordinates));
        return button;
      }));
      if (!sorted.length) viewBody.textContent = say("视野内没有监测对象。", "No monitored object in view.");
    },
  };
}
