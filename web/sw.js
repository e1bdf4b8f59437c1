/*
 * The service worker: keeps the files of one build, each only with the bytes that the build made, and serves them,
 * online too, with the headers that a static host may not send; a worker takes its policy from nowhere else.
 * What is not on the list it leaves alone: other pages may live below this folder.
 */
"use strict";

importScripts(
  "precache.js",
  "vendor/workbox/workbox-core.prod.js",
  "vendor/workbox/workbox-routing.prod.js",
  "vendor/workbox/workbox-strategies.prod.js",
  "vendor/workbox/workbox-precaching.prod.js",
);

const VERSION = "{precache}";
if (PRECACHE.version !== VERSION) {
  throw new Error(`Expected the list ${VERSION} in precache.js, got ${PRECACHE.version}: a part of another build is there.`);
}

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
let first = false;

/** @type {import("workbox-core").WorkboxPlugin} */
const plugin = {
  /** While the files are gathered, ask only for what the browser has not just loaded; their integrity is checked. */
  async requestWillFetch({ request, event }) {
    return event?.type === "install" ? new Request(request, { cache: "no-cache" }) : request;
  },

  /** Keep little of the host's own headers: what varies by them might not be found again. */
  async cacheWillUpdate({ response }) {
    return response.status === 200 ? withHeaders(response, {}) : null;
  },

  async handlerWillRespond({ response }) {
    return response.status === 200 ? withHeaders(response, PRECACHE.headers) : response;
  },
};

/**
 * @param {Response} response
 * @param {Readonly<Record<string, string>>} headers to go beside those that tell about the content
 */
function withHeaders(response, headers) {
  const all = new Headers(headers);
  for (const name of ["Content-Type", "ETag"]) {
    const value = response.headers.get(name);
    if (value !== null) all.set(name, value);
  }
  return new Response(response.body, { headers: all });
}

const controller = new workbox.precaching.PrecacheController({
  cacheName: `inkmoji:${new URL(worker.registration.scope).pathname}:precache`,
  plugins: [plugin],
});
controller.precache([...PRECACHE.files]);
const route = new workbox.precaching.PrecacheRoute(controller, {
  directoryIndex: "index.html",
  cleanURLs: false,
  ignoreURLParametersMatching: [/^/],
});
workbox.routing.registerRoute(route);
// Not on the list, for few need them: a font, and the names of emoji in each language, which the page puts into the cache
// where they are needed, and a long list of licences.
const scope = new URL(worker.registration.scope);
const FEW = ["vendor/twemoji/twemoji.woff2", "vendor/emoji-picker-element-data/", "THIRD_PARTY.md"];
const few = FEW.map((name) => new URL(name, scope).href);
const strategy = new workbox.strategies.StaleWhileRevalidate({
  cacheName: `inkmoji:${scope.pathname}:emoji`,
  plugins: [plugin],
});
/** @param {{url: URL}} asked */
const neededByFew = ({ url }) => few.some((start) => url.href.startsWith(start));
workbox.routing.registerRoute(neededByFew, strategy);
// This is how the emoji picker asks whether its data has changed.
for (const { match, handler } of [route, { match: neededByFew, handler: strategy }]) {
  workbox.routing.registerRoute(
    match,
    (options) => handler.handle({ ...options, request: new Request(options.url) }),
    "HEAD",
  );
}

worker.addEventListener("install", () => {
  first = worker.registration.active === null;
});

// Pages that were there before any worker run on these very files; those of an older one go on with its files.
worker.addEventListener("activate", (event) => {
  if (first) event.waitUntil(worker.clients.claim());
});

worker.addEventListener("message", ({ data }) => {
  if (data === "take over") void worker.skipWaiting();
});
