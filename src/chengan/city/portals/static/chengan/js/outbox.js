// What is to be sent from the field: kept on the device, sent in order, once each. A report goes to
// the address `to` that it carries, or to the page's own; what has neither waits for its own page.
const NAME = "chengan-outbox";
const open = () => new Promise((resolve, reject) => {
  const asked = indexedDB.open(NAME, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("reports", { keyPath: "seq", autoIncrement: true });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});
const run = async (mode, work) => {
  const base = await open();
  return new Promise((resolve, reject) => {
    const turn = base.transaction("reports", mode);
    const asked = work(turn.objectStore("reports"));
    turn.oncomplete = () => { base.close(); resolve(asked.result); };
    turn.onerror = () => { base.close(); reject(turn.error); };
  });
};

export const put = (report) => run("readwrite", (store) => store.add(report));
export const all = () => run("readonly", (store) => store.getAll());
const drop = (seq) => run("readwrite", (store) => store.delete(seq));
// Replaces a report that still waits; one that was sent meanwhile is not brought back.
export const keep = (report) => run("readwrite", (store) => {
  const asked = store.count(report.seq);
  asked.onsuccess = () => { if (asked.result) store.put(report); };
  return asked;
});
export const forget = drop;

const cookie = (name) => document.cookie.split("; ").find((each) => each.startsWith(`${name}=`))?.split("=")[1] ?? "";

function formOf(report) {
  const form = new FormData();
  for (const [name, value] of Object.entries(report)) {
    if (value === null || value === undefined || name === "seq" || name === "refused" || name === "owner" || name === "to") continue;
    if (value instanceof Blob) form.append(name, value, "photo.jpg");
    else form.append(name, String(value));
  }
  form.set("sent_at", new Date().toISOString());
  return form;
}

// Sends what waits, the oldest first; stops at the first that the network does not take.
// Gives {sent, waiting, refused, signedOut}.
async function flushNow(url, owner) {
  let sent = 0;
  for (const report of await all()) {
    const to = report.to ?? url;
    if (report.refused || report.owner !== owner || !to) continue;
    let answer;
    try {
      answer = await fetch(to, { method: "POST", body: formOf(report), headers: { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") }, redirect: "manual" });
    } catch {
      break;
    }
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return { ...(await state(owner)), sent, signedOut: true };
    if (answer.status >= 500 || answer.status === 429) break;
    const said = await answer.json().catch(() => ({ taken: false, message: String(answer.status) }));
    if (said.taken) { await drop(report.seq); sent += 1; continue; }
    await keep({ ...report, refused: said.message || String(answer.status) });
    sent += 1;
  }
  return { ...(await state(owner)), sent, signedOut: false };
}

export async function state(owner) {
  const mine = (await all()).filter((each) => each.owner === owner);
  return { waiting: mine.filter((each) => !each.refused), refused: mine.filter((each) => each.refused) };
}

// One page at a time sends: two open pages never send the same report at once.
export const flush = (url, owner) => (navigator.locks ? navigator.locks.request("chengan-outbox", () => flushNow(url, owner)) : flushNow(url, owner));
