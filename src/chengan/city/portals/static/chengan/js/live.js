// Server-sent events: reconnect for ever with growing waits, say how old what we see is.
import { say } from "./words.js";

const STALE_S = 20;
const LONGEST_MS = 30000;

// `onEvent(name, data)` is called for every event of `names`, and with "open" after a reconnection,
// because what happened meanwhile was not heard. `mark` (optional) shows "live" or the staleness.
export function live(url, { names = ["alarms"], onEvent, mark = null } = {}) {
  let heardAt = Date.now();
  let wait = 1000;
  let wasOpen = false;
  let stream = null;

  function heard() {
    heardAt = Date.now();
    wait = 1000;
    draw();
  }

  function connect() {
    stream = new EventSource(url);
    stream.addEventListener("open", () => {
      heard();
      if (wasOpen) onEvent("open", null);
      wasOpen = true;
    });
    stream.addEventListener("beat", heard);
    for (const name of names) {
      stream.addEventListener(name, (event) => {
        heard();
        onEvent(name, event.data ? JSON.parse(event.data) : null);
      });
    }
    stream.addEventListener("error", () => {
      if (stream.readyState !== EventSource.CLOSED) return; // the browser itself tries again
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_MS);
    });
  }

  function draw() {
    if (!mark) return;
    const seconds = Math.round((Date.now() - heardAt) / 1000);
    const isStale = seconds >= STALE_S;
    const text = isStale ? say(`实时中断 ${seconds} 秒`, `not live for ${seconds} s`) : say("实时", "live");
    if (mark.textContent !== text) mark.textContent = text;
    mark.classList.toggle("stale", isStale);
  }

  connect();
  const timer = setInterval(draw, 1000);
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => { if (event.persisted) { connect(); onEvent("open", null); } });
  return { close: () => { clearInterval(timer); stream.close(); }, age: () => (Date.now() - heardAt) / 1000 };
}

// The quiet bar: what arrives while one reads does not move what one reads.
export function newsBar(element, onShow) {
  element.addEventListener("click", () => { element.hidden = true; onShow(); });
  return (count) => {
    element.hidden = !count;
    element.textContent = count ? say(`${count} 条新的，点击显示`, `${count} new: show`) : "";
  };
}
