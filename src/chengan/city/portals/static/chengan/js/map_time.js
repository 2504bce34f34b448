// The time control: look back over the last hours, or live; what is past says so plainly.
import { keepInAddress } from "./map_layers.js";
import { make } from "./map_panels.js";
import { fetchJson } from "./toast.js";
import { ago, beijingTime, say } from "./words.js";

const MINUTE = 60_000;
const STEP_MIN = 5;
const PAUSE_MS = 200;

// `onTime(seconds or null)` is called when another time is chosen; null is live.
export function addTime(container, { onsetsUrl, onTime }) {
  const parameters = new URLSearchParams(location.search);
  let at = null; // ms
  let waiting = 0;
  const slider = make("input", { type: "range", step: 1, max: 0, value: 0 });
  slider.setAttribute("aria-label", say("回看的时间", "Time to look back to"));
  const marks = make("div", { className: "map-time__marks", ariaHidden: "true" });
  const label = make("output", { className: "map-time__label" });
  const span = make("select", { ariaLabel: say("回看多长时间", "How far back") },
    ...[24, 48].map((hours) => make("option", { value: hours, textContent: `${hours} h` })));
  const button = (text, title, press) => {
    const made = make("button", { type: "button", className: "button button--small", title, ariaLabel: title }, text);
    made.addEventListener("click", press);
    return made;
  };
  const live = button(say("实时", "Live"), say("回到实时", "Back to live"), () => choose(null));
  const bar = make("div", { className: "map-time" }, button("◄", say("早 5 分钟", "5 min earlier"), () => step(-STEP_MIN)),
    make("div", { className: "map-time__track" }, marks, slider), button("►", say("晚 5 分钟", "5 min later"), () => step(STEP_MIN)), span, live);
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", say("地图的时间", "Time of the map"));
  const banner = make("div", { className: "map-past", hidden: true }, label, button(say("回到实时", "Back to live"), "", () => choose(null)));
  banner.setAttribute("role", "status");
  container.append(bar, banner);

  const minutes = () => Number(span.value) * 60;
  const step = (by) => choose(Math.min(Date.now(), (at ?? Date.now()) + by * MINUTE));

  function draw() {
    slider.min = -minutes();
    const back = at === null ? 0 : Math.round((at - Date.now()) / MINUTE);
    slider.value = back;
    const text = at === null ? say("实时", "Live") : `${beijingTime(at).slice(0, 16)} · ${ago((Date.now() - at) / 1000)}`;
    slider.setAttribute("aria-valuetext", text);
    label.textContent = at === null ? "" : `${say("回看", "Looking back")} ${text} · ${say("地图不是现在的状态", "the map does not show the present")}`;
    banner.hidden = at === null;
    container.classList.toggle("is-past", at !== null);
    live.setAttribute("aria-pressed", String(at === null));
  }

  function choose(ms) {
    const earliest = Date.now() - minutes() * MINUTE;
    at = ms === null || ms > Date.now() - MINUTE / 2 ? null : Math.max(earliest, Math.round(ms / MINUTE) * MINUTE);
    draw();
    keepInAddress({ at: at === null ? null : String(at / 1000), hours: span.value === "24" ? null : span.value });
    clearTimeout(waiting);
    waiting = setTimeout(() => onTime(at === null ? null : at / 1000), PAUSE_MS);
  }

  async function drawMarks() {
    try {
      const { times_ms: times, severity } = await fetchJson(`${onsetsUrl}?hours=${span.value}`);
      const begin = Date.now() - minutes() * MINUTE;
      marks.replaceChildren(...times.map((time, i) => {
        const mark = make("span", { className: `map-time__mark map-time__mark--${severity[i]}` });
        mark.style.left = `${((time - begin) / (minutes() * MINUTE)) * 100}%`;
        return mark;
      }));
    } catch {
      marks.replaceChildren();
    }
  }

  slider.addEventListener("input", () => choose(Number(slider.value) === 0 ? null : Date.now() + Number(slider.value) * MINUTE));
  span.addEventListener("change", () => { drawMarks(); choose(at); });
  if (parameters.get("hours") === "48") span.value = "48";
  draw();
  drawMarks();
  setInterval(() => { draw(); drawMarks(); }, MINUTE);
  if (Number(parameters.get("at"))) choose(Number(parameters.get("at")) * 1000);
  return { at: () => (at === null ? null : at / 1000) };
}
