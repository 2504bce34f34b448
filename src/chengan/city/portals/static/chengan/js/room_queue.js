// The duty room's queue: it refreshes by itself, but what one reads does not move.
import { say } from "./words.js";

const queue = () => document.getElementById("queue");
const ids = (element) => new Set([...element.querySelectorAll("[data-id]")].map((row) => row.dataset.id));

export function createQueue({ isBusy }) {
  async function fetched() {
    const answer = await fetch(location.href, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("queue");
  }

  function swap(fresh) {
    const chosen = queue().querySelector("[data-chosen]")?.dataset.id;
    queue().replaceWith(fresh);
    window.htmx.process(fresh);
    if (chosen) fresh.querySelector(`[data-id="${chosen}"]`)?.setAttribute("data-chosen", "");
  }

  // New rows wait behind a quiet bar while somebody reads; otherwise they come at once.
  async function refresh() {
    const fresh = await fetched();
    if (!fresh) return;
    const isReading = isBusy() || queue().contains(document.activeElement);
    const known = ids(queue());
    const added = [...ids(fresh)].filter((id) => !known.has(id)).length;
    if (!isReading) { swap(fresh); return; }
    queue().querySelector("[data-counts]")?.replaceWith(fresh.querySelector("[data-counts]").cloneNode(true));
    if (!added) return;
    const bar = queue().querySelector("[data-news]");
    bar.textContent = say(`${added} 条新报警，点击显示`, `${added} new: show`);
    bar.hidden = false;
    bar.onclick = async () => { swap((await fetched()) ?? fresh); queue().querySelector("a")?.focus(); };
  }

  // A chip changes the queue alone; the map and what is open stay.
  document.querySelector(".room__queue").addEventListener("click", async (event) => {
    const chip = event.target.closest("a.chip, .pager a");
    if (!chip || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const wanted = new URL(chip.href), here = new URL(location.href);
    for (const name of ["severity", "assigned", "after"]) {
      if (wanted.searchParams.has(name)) here.searchParams.set(name, wanted.searchParams.get(name));
      else here.searchParams.delete(name);
    }
    history.replaceState(history.state, "", here);
    const fresh = await fetched();
    if (fresh) { swap(fresh); fresh.querySelector(".chip[aria-current]")?.focus(); }
  });
  return { refresh };
}
