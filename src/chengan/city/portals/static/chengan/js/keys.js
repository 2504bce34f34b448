// Keys for lists: rows carry data-row; j k move, Enter opens, c f a press what carries data-action.
export function isTyping(event) {
  return event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]") !== null;
}

const ACTIONS = { c: "confirm", f: "dismiss", a: "assign" };
const isShown = (element) => element.getClientRects().length > 0;

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter(isShown);
  if (!rows.length) return;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const chosen = rows.findIndex((row) => row.hasAttribute("data-chosen"));
  const from = here >= 0 ? here : chosen;
  const row = rows[Math.max(0, Math.min(rows.length - 1, from + step))];
  const target = row.querySelector("a, button") ?? row;
  target.focus();
  row.scrollIntoView({ block: "nearest" });
}

function press(action) {
  const target = [...document.querySelectorAll(`[data-action="${action}"]`)].find(isShown);
  if (!target) return;
  target.click();
  if (target.matches("summary")) target.parentElement.querySelector("input, select, textarea")?.focus();
}

export function listKeys(root) {
  root.addEventListener("keydown", (event) => {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
    else if (ACTIONS[event.key]) press(ACTIONS[event.key]);
    else return;
    event.preventDefault();
  });
}
