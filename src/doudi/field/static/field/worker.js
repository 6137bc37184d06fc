"use strict";
// Keeps the page on the phone: shell, styles, modules, all of one version. It never keeps anything about anybody.

const NAME = `doudi-field-${PACK.version}`;
const fresh = (url) => new Request(url, { cache: "reload", credentials: "same-origin" });

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(NAME);
    await cache.addAll(PACK.assets.map(fresh));
    // The shell needs somebody signed in; without that it comes with the next visit.
    const shell = await fetch(fresh(PACK.shell), { redirect: "manual" }).catch(() => null);
    if (shell?.ok) await cache.put(PACK.shell, shell);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    // Old versions go only when the new one has its shell: a phone without one would open nothing.
    const cache = await caches.open(NAME);
    if (await cache.match(PACK.shell)) {
      const names = await caches.keys();
      await Promise.all(names.filter((name) => name.startsWith("doudi-field-") && name !== NAME).map((name) => caches.delete(name)));
    }
    await self.clients.claim();
  })());
});

// Our own version first; another only if ours lacks it (an update that came while nobody was signed in).
const kept = async (path) => (await (await caches.open(NAME)).match(path)) ?? caches.match(path);

const shell = async (request) => {
  const own = await (await caches.open(NAME)).match(PACK.shell);
  if (own) return own;
  const old = await caches.match(PACK.shell);
  const found = await fetch(request).catch(() => null);
  if (found?.ok && !found.redirected) {
    await (await caches.open(NAME)).put(PACK.shell, found.clone());
    return found;
  }
  return old ?? found ?? Response.error();
};

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === PACK.shell) event.respondWith(shell(event.request));
  else if (url.pathname.startsWith("/static/") || PACK.assets.includes(url.pathname)) {
    event.respondWith(kept(url.pathname).then((found) => found ?? fetch(event.request)));
  }
});
