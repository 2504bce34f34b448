// Server-sent events with reconnection; says how old what we see is.
export function live(url, onEvent, mark) {
  let seen = Date.now();
  const stream = new EventSource(url);
  const heard = () => { seen = Date.now(); };
  stream.addEventListener("open", heard);
  stream.addEventListener("beat", heard);
  stream.addEventListener("alarms", (event) => { heard(); onEvent(JSON.parse(event.data)); });
  setInterval(() => {
    const seconds = Math.round((Date.now() - seen) / 1000);
    if (!mark) return;
    const zh = document.documentElement.lang.startsWith("zh");
    mark.textContent = seconds < 20 ? (zh ? "实时" : "live") : zh ? `${seconds} 秒未更新` : `${seconds} s without news`;
    mark.classList.toggle("stale", seconds >= 20);
  }, 1000);
  return stream;
}
