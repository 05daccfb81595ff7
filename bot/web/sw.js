// Keeps the page's own files so that it opens without a connection. What is said is never kept here.
const SHELL = "kheo-shell";
const FILES = [
  "/", "/chat.css", "/bubble.js", "/chat.js", "/composer.js", "/demo.js", "/keep.js", "/queue.js", "/stream.js", "/texts.js",
  "/upload.js", "/view.js", "/icon.svg", "/icon-192.png", "/manifest.webmanifest",
];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const isShell = url.origin === self.location.origin && FILES.includes(url.pathname);
  if (event.request.method === "GET" && isShell) event.respondWith(freshOrKept(event.request, url.pathname));
});

async function freshOrKept(request, path) {
  const cache = await caches.open(SHELL);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(path, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(path);
    if (!kept) throw error;
    return kept;
  }
}
