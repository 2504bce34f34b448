// Server-sent events: reconnect for ever with growing waits, say how old what we see is.
import { ago, beijingClock, say } from "./words.js";

const STALE_S = 20;
const OLD_S = 180;
const LONGEST_MS = 30000;

// `onEvent(name, data)` is called for every event of `names`. The browser sends the id of the last
// event it got when it connects again, and the server then tells what was missed; only where the
// server never gave an id is "open" passed on, so that the page asks for everything afresh.
// `marks` show "data as of …" (told by setAsOf) or, when the connection is gone, for how long.
export function live(url, { names = ["alarms"], onEvent, marks = [] } = {}) {
  let heardAt = Date.now();
  let asOf = null;
  let wait = 1000;
  let wasOpen = false;
  let lastId = "";
  let stream = null;

  function heard(event) {
    heardAt = Date.now();
    wait = 1000;
    lastId = event?.lastEventId || lastId;
    draw();
  }

  function connect() {
    // After the browser has given up, a new stream must be told the last id by its address.
    const from = new URL(url, location.href);
    if (lastId) from.searchParams.set("last", lastId);
    stream = new EventSource(from);
    stream.addEventListener("open", () => {
      heard();
      if (wasOpen && !lastId) onEvent("open", null);
      wasOpen = true;
    });
    stream.addEventListener("beat", heard);
    for (const name of names) {
      stream.addEventListener(name, (event) => {
        heard(event);
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
    const gone = Math.round((Date.now() - heardAt) / 1000);
    const old = asOf === null ? null : Math.max(0, (Date.now() - asOf) / 1000);
    const data = asOf === null ? "" : `${say("数据截至", "data as of")} ${beijingClock(asOf)} · ${ago(old)}`;
    const isGone = gone >= STALE_S;
    const text = isGone ? say(`连接中断 ${gone} 秒`, `connection lost for ${gone} s`) + (data && ` · ${data}`) : data || say("实时", "live");
    for (const mark of marks) {
      if (mark.textContent !== text) mark.textContent = text;
      mark.classList.toggle("stale", isGone || (old !== null && old > OLD_S));
    }
  }

  connect();
  const timer = setInterval(draw, 1000);
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => { if (event.persisted) { connect(); onEvent("open", null); } });
  return {
    close: () => { clearInterval(timer); stream.close(); },
    age: () => (Date.now() - heardAt) / 1000,
    setAsOf: (ms) => { asOf = ms; draw(); },
  };
}

// The quiet bar: what arrives while one reads does not move what one reads.
export function newsBar(element, onShow) {
  element.addEventListener("click", () => { element.hidden = true; onShow(); });
  return (count) => {
    element.hidden = !count;
    element.textContent = count ? say(`${count} 条新的，点击显示`, `${count} new: show`) : "";
  };
}
