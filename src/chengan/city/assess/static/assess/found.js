// Risks and hidden dangers found on the way: each is kept on the device first and sent when the network is there.
import { LARGEST, drawQueue, keepOffline, number, place } from "../chengan/js/field.js";
import { flush, forget, keep, put, state } from "../chengan/js/outbox.js";
import { toast } from "../chengan/js/toast.js";
import { say } from "../chengan/js/words.js";

const page = document.querySelector("[data-found-page]");
const { send, owner, scope } = page.dataset;
const form = page.querySelector("[data-found]");
let isBusy = false;

function draw(kept, signedOut = false) {
  drawQueue(page.querySelector("[data-outbox]"), kept, signedOut, async (each) => { await forget(each.seq); draw(await state(owner)); });
}

async function fresh() {
  try {
    const answer = await fetch(scope, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parsed.querySelectorAll("[data-live]")) document.getElementById(part.id)?.replaceWith(part);
  } catch { /* no network: what is shown stays */ }
}

async function push() {
  if (isBusy) return;
  isBusy = true;
  try {
    const done = await flush(null, owner);
    if (done.sent) await fresh();
    draw(done, done.signedOut);
  } finally {
    isBusy = false;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = Object.fromEntries(new FormData(form));
  const photo = given.photo instanceof File && given.photo.size ? given.photo : null;
  if (photo && photo.size > LARGEST) { toast(say("照片超过 12 MB，请用较小尺寸重拍。", "The photo is larger than 12 MB: take it smaller."), { bad: true }); return; }
  const report = { ...given, photo, to: send, owner, client_id: number(), client_at: new Date().toISOString() };
  const seq = await put(report); // kept before anything that takes time: who leaves the page loses nothing
  form.reset();
  draw(await state(owner));
  const { lon, lat } = await place();
  await keep({ ...report, lon, lat, seq });
  await push();
});

// What is registered near is shown before it is told; without a network nothing is asked. The page
// may name the field that says what it is (a hazard where it names none).
const what = page.dataset.what ?? "hazard";
const near = page.querySelector("[data-near]");
let asked = 0;
async function look() {
  const turn = ++asked, { [what]: chosen, object } = Object.fromEntries(new FormData(form));
  if (!chosen) { near.replaceChildren(); return; }
  const here = object ? { object } : await place();
  const query = Object.entries({ [what]: chosen, ...here }).filter(([, value]) => value !== null && value !== undefined && value !== "");
  try {
    const answer = await fetch(`${page.dataset.alike}?${new URLSearchParams(query)}`, { headers: { "HX-Request": "true" } });
    if (turn !== asked || !answer.ok || answer.redirected) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    near.replaceChildren(...parsed.body.childNodes);
  } catch { /* no network: the list below says it when it is sent */ }
}
for (const name of [what, "object"]) form.elements[name].addEventListener("change", look);
form.addEventListener("reset", () => near.replaceChildren());

keepOffline(page.dataset.worker, scope).catch(() => {});
addEventListener("online", push);
document.addEventListener("visibilitychange", () => { if (!document.hidden) push(); });
setInterval(push, 10000);
state(owner).then(draw).then(push);
