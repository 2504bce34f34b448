// The frame's own behaviour: theme, help, search key, list keys, fresh relative times, visible errors.
import { wireDialogs } from "./dialog.js";
import { isTyping, listKeys } from "./keys.js";
import { explain, toast } from "./toast.js";
import { ago } from "./words.js";

function switchTheme() {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.dataset.theme = (root.dataset.theme || system) === "dark" ? "light" : "dark";
  localStorage.setItem("chengan-theme", root.dataset.theme);
  dispatchEvent(new CustomEvent("chengan:theme"));
}

function refreshTimes() {
  const now = Date.now() / 1000;
  for (const element of document.querySelectorAll("[data-ago]")) {
    const text = ago(now - Number(element.dataset.ago));
    if (element.textContent !== text) element.textContent = text;
  }
}

function onKey(event) {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") document.getElementById("help").showModal();
  if (event.key !== "/") return;
  const field = [...document.querySelectorAll("input[type=search]")].find((each) => each.getClientRects().length);
  if (!field) { location.href = "/search/"; return; }
  field.focus();
  field.select();
  event.preventDefault();
}

// What scrolls sideways can be reached and scrolled by keys.
function reachScrollers() {
  for (const element of document.querySelectorAll(".table-wrap, pre")) {
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  }
}

// Hits under the search field: arrows move through them, Escape and a press elsewhere close them.
function wireSearch(form) {
  const field = form.querySelector("input"), found = form.querySelector(".found");
  const close = () => { found.replaceChildren(); };
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { close(); field.focus(); return; }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [field, ...found.querySelectorAll(".found__hit > a:first-child")];
    const next = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    links[Math.max(0, Math.min(links.length - 1, next))].focus();
    event.preventDefault();
  });
  document.addEventListener("click", (event) => { if (!form.contains(event.target)) close(); });
  field.addEventListener("input", () => { if (!field.value.trim()) close(); });
}

document.querySelectorAll("[data-search]").forEach(wireSearch);
reachScrollers();
addEventListener("resize", reachScrollers);
document.body.addEventListener("htmx:afterSwap", reachScrollers);
document.querySelector("[data-theme-switch]")?.addEventListener("click", switchTheme);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => dispatchEvent(new CustomEvent("chengan:theme")));
document.querySelector("[data-help]")?.addEventListener("click", () => document.getElementById("help").showModal());
document.querySelector("[data-print]")?.addEventListener("click", () => print());
document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.parentElement.remove());
document.addEventListener("keydown", onKey);
document.querySelector("[data-focus]")?.focus();
listKeys(document);
wireDialogs();
setInterval(refreshTimes, 1000);
document.body.addEventListener("htmx:responseError", (event) => toast(explain(event.detail.xhr.status), { bad: true }));
document.body.addEventListener("htmx:sendError", () => toast(explain(0), { bad: true }));
