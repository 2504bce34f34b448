// The service worker of pages in the field: they are there without a network, as last seen.
// Whoever serves it writes before it: HOME, the page that opens without a network; PAGES, the
// pattern of the paths that are kept; CACHE, a name of its own.

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.add(HOME)).catch(() => {}).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith(CACHE.replace(/\d+$/, "")) && name !== CACHE).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

async function newest(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.redirected && answer.url.includes("/accounts/login/")) await caches.delete(CACHE); // signed out: nothing of the last user stays
    else if (answer.ok && !request.headers.get("HX-Request")) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request, { ignoreVary: true }) ?? await cache.match(HOME, { ignoreVary: true });
    if (kept && !request.headers.get("HX-Request")) return kept;
    throw error;
  }
}

async function keptFirst(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  const coming = fetch(request).then((answer) => { if (answer.ok) cache.put(request, answer.clone()); return answer; });
  if (!kept) return coming;
  coming.catch(() => {});
  return kept;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (PAGES.test(url.pathname)) event.respondWith(newest(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(keptFirst(request));
});
