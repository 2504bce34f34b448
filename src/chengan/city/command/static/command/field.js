// A handler's page: every step is kept on the device first and sent when the network is there.
import { toast } from "../chengan/js/toast.js";
import { say } from "../chengan/js/words.js";
import { LARGEST, drawQueue, keepOffline, number, place } from "../chengan/js/field.js";
import { flush, forget, keep, put, state } from "../chengan/js/outbox.js";

const page = document.querySelector("[data-field-page]");
const { send, owner } = page.dataset;
let isBusy = false;

// After a step that waits, the button offers the next one: a lost connection stops nobody.
const NEXT = { acknowledge: "en_route", en_route: "on_scene", on_scene: "done" };
function offerNext(card, action) {
  const button = card.querySelector("[data-step]");
  const next = NEXT[action];
  if (!button) return;
  if (!next) { button.disabled = true; button.textContent = say("已完成", "Done"); return; }
  button.value = next;
  button.textContent = button.dataset[next.replace("_", "")] ?? next;
}

function draw({ waiting, refused }, signedOut = false) {
  drawQueue(document.querySelector("[data-outbox]"), { waiting, refused }, signedOut, async (each) => { await forget(each.seq); draw(await state(owner)); });
  document.querySelectorAll("[data-task]").forEach((card) => {
    const mine = waiting.filter((each) => each.task === card.dataset.task);
    const note = card.querySelector("[data-waits]");
    if (note) note.textContent = mine.length ? say(`${mine.length} 步待发送`, `${mine.length} steps wait to be sent`) : "";
    const step = mine.findLast((each) => NEXT[each.action] || each.action === "done");
    if (step) offerNext(card, step.action);
  });
}

async function fresh() {
  if (!navigator.onLine) return;
  try {
    const answer = await fetch(location.pathname, { headers: { "HX-Request": "true", "X-Part": "1" } });
    if (!answer.ok || answer.redirected) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parsed.querySelectorAll("[data-live]")) {
      const old = document.getElementById(part.id);
      if (old && !(old.contains(document.activeElement) && document.activeElement.matches("input, textarea, select"))) old.replaceWith(part);
    }
  } catch { /* no network: what is shown stays */ }
}

async function push() {
  if (isBusy) return;
  isBusy = true;
  try {
    const done = await flush(send, owner);
    if (done.sent) await fresh();
    draw(done, done.signedOut);
  } finally {
    isBusy = false;
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-report]");
  if (!form) return;
  event.preventDefault();
  const button = event.submitter;
  const given = new FormData(form, button ?? undefined);
  const photo = given.get("photo");
  if (photo instanceof File && photo.size > LARGEST) { toast(say("照片超过 12 MB，请用较小尺寸重拍。", "The photo is larger than 12 MB: take it smaller."), { bad: true }); return; }
  if (form.reportValidity && !form.reportValidity()) return;
  if (button) button.disabled = true;
  const report = { client_id: number(), owner, task: given.get("task"), action: given.get("action"), note: given.get("note") ?? "", photo: photo instanceof File && photo.size ? photo : null, client_at: new Date().toISOString() };
  const seq = await put(report); // kept before anything that takes time: who leaves the page loses nothing
  form.querySelectorAll("textarea, input[type=file]").forEach((field) => { field.value = ""; });
  if (button) button.disabled = false;
  draw(await state(owner));
  await keep({ ...report, ...(await place()), seq });
  await push();
});

keepOffline(page.dataset.worker, "/command/").catch(() => {});
addEventListener("online", push);
document.addEventListener("visibilitychange", () => { if (!document.hidden) push(); });
setInterval(push, 10000);
setInterval(fresh, 30000);
state(owner).then(draw).then(push);
