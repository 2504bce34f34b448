// The drawer: an alarm, an object, or what another stage shows; its address is kept in the page's.
import { mountAll } from "./chart.js";
import { keepInAddress } from "./map_layers.js";

const isOwn = (path) => path.startsWith("/") && !path.startsWith("//");

export function createDrawer(room, { onOpen, onClose, onJudged }) {
  const drawer = room.querySelector(".room__drawer");
  let opener = null;

  function opened(path) {
    drawer.hidden = false;
    room.classList.add("room--open");
    keepInAddress({ open: path });
    drawer.querySelector("[data-page]").href = path;
    mountAll(drawer);
    drawer.scrollTop = 0;
    const place = drawer.querySelector("[data-lon]");
    onOpen(place ? [Number(place.dataset.lon), Number(place.dataset.lat), Number(place.dataset.object)] : null);
  }

  function close() {
    if (drawer.hidden) return;
    drawer.hidden = true;
    room.classList.remove("room--open");
    keepInAddress({ open: null });
    document.querySelectorAll("[data-chosen]").forEach((row) => row.removeAttribute("data-chosen"));
    onClose();
    opener?.isConnected ? opener.focus() : null;
  }

  function open(path) {
    if (!isOwn(path)) return;
    opener = document.activeElement;
    window.htmx.ajax("GET", path, { target: "#drawer", swap: "innerHTML" });
  }

  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "drawer") {
      const row = event.detail.requestConfig.elt.closest?.("[data-row]");
      document.querySelectorAll("[data-chosen]").forEach((each) => each.removeAttribute("data-chosen"));
      row?.setAttribute("data-chosen", "");
      if (row) opener = row.querySelector("a");
      opened(event.detail.pathInfo.requestPath);
    }
    if (event.target.id === "alarm") { mountAll(drawer); setTimeout(onJudged, 300); }
  });
  // Links that say so open here; the rest leave the room.
  room.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-open]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open(link.getAttribute("href"));
  });
  drawer.querySelector("[data-close]").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open], details.menu[open]")) return;
    if (event.target.matches("input, textarea, select")) { event.target.blur(); return; }
    close();
  });
  return { open, close, isOpen: () => !drawer.hidden };
}
