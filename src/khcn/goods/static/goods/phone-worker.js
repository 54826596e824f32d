// Answers for the pages of the diary when there is no signal. FILES and CACHE stand above: the page, and all that it loads.
// A new release waits until every window of the app is closed, so that nothing that is being typed meets other code.
self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES.map((each) => new Request(each, { cache: "reload" })));
  })());
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("nhat-ky-") && name !== CACHE) await caches.delete(name);
  })());
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  const isPage = request.mode === "navigate";
  if (!isPage && !FILES.includes(address.pathname)) return; // what is asked of the server is never answered from here
  event.respondWith((async () => (await caches.match(isPage ? FILES[0] : address.pathname)) ?? fetch(request))());
});
