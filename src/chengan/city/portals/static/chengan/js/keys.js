// Keys for lists: rows carry data-row; Enter opens the row's first link; c f a press its buttons.
export function isTyping(event) {
  return event.target.closest("input, textarea, select, dialog[open]") !== null;
}

export function listKeys(root) {
  root.addEventListener("keydown", (event) => {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...document.querySelectorAll("[data-row]")];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    if (event.key === "j" || event.key === "k") {
      const next = rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)))];
      (next?.querySelector("a, button") ?? next)?.focus();
    }
    const action = { c: "confirm", f: "dismiss", a: "assign" }[event.key];
    if (action) document.querySelector(`[data-action="${action}"]`)?.click();
  });
}
