// What pages in the field share: where one stands, a number for each report, what waits to be sent.
import { say } from "./words.js";

export const LARGEST = 12 * 1024 * 1024;
const WAIT_MS = 4000;

export const place = () => new Promise((resolve) => {
  if (!navigator.geolocation) { resolve({}); return; }
  const late = setTimeout(() => resolve({}), WAIT_MS);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => { clearTimeout(late); resolve({ lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy }); },
    () => { clearTimeout(late); resolve({}); },
    { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 30000 });
});

export const number = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) => (Number(digit) ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (Number(digit) / 4)))).toString(16));

// Says in `box` how many reports wait, and each that was refused; `forget(report)` when it was read.
export function drawQueue(box, { waiting, refused }, signedOut, forget) {
  box.replaceChildren();
  const line = (text, isBad, button) => {
    const row = Object.assign(document.createElement("div"), { className: isBad ? "queue-note queue-note--bad" : "queue-note" });
    row.append(Object.assign(document.createElement("span"), { textContent: text }));
    if (button) row.append(button);
    box.append(row);
  };
  if (waiting.length) line(signedOut ? say(`${waiting.length} 条待发送：登录已过期，请重新登录`, `${waiting.length} wait: sign in again to send them`) : say(`${waiting.length} 条待发送，有网络后自动按顺序发送`, `${waiting.length} wait to be sent, in order, when the network is back`), signedOut);
  for (const each of refused) {
    const close = Object.assign(document.createElement("button"), { type: "button", className: "button button--small", textContent: say("知道了", "Understood") });
    close.addEventListener("click", () => forget(each));
    line(each.note ? `${each.refused} “${each.note}”` : each.refused, true, close);
    if (each.photo) close.before(Object.assign(document.createElement("a"), { className: "button button--small", href: URL.createObjectURL(each.photo), download: "photo.jpg", textContent: say("保存照片", "Save the photo") }));
  }
}

// Lets the page and its files open without a network; at the first visit the files came before the
// worker did, so they are asked for once more, through it.
export async function keepOffline(worker, scope) {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  const isFirst = !workers.controller;
  await workers.register(worker, { scope });
  if (!isFirst) return;
  if (!workers.controller) await new Promise((resolve) => { workers.addEventListener("controllerchange", resolve, { once: true }); });
  const files = performance.getEntriesByType("resource").map((each) => each.name).filter((name) => new URL(name).pathname.startsWith("/static/"));
  await Promise.all([...new Set(files)].map((file) => fetch(file)));
}
