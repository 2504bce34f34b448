// The frame's own behaviour: theme switch, help, search key, moving through a list by keys.
import { isTyping, listKeys } from "./keys.js";

function switchTheme() {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const next = (root.dataset.theme || system) === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  localStorage.setItem("chengan-theme", next);
  dispatchEvent(new CustomEvent("chengan:theme"));
}

document.querySelector("[data-theme-switch]")?.addEventListener("click", switchTheme);
document.addEventListener("keydown", (event) => {
  if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") document.getElementById("help").showModal();
  if (event.key === "/") {
    const field = document.querySelector("input[type=search]");
    if (field) { field.focus(); event.preventDefault(); }
  }
});
listKeys(document);

document.body.addEventListener("htmx:responseError", () => toast(document.documentElement.lang.startsWith("zh")
  ? "服务器没有完成这个操作，请重试。" : "The server did not do this; please try again."));
document.body.addEventListener("htmx:sendError", () => toast(document.documentElement.lang.startsWith("zh")
  ? "网络不通，操作未送达。" : "No network: nothing was sent."));

export function toast(text) {
  document.querySelector(".toast")?.remove();
  const box = Object.assign(document.createElement("div"), { className: "toast", textContent: text });
  box.setAttribute("role", "alert");
  document.body.append(box);
  setTimeout(() => box.remove(), 6000);
}
