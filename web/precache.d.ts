/** What `sw.js` finds in its global scope: the list that the build writes into `precache.js`, and Workbox. */

declare const PRECACHE: {
  /** Of this list; the same is in the worker that belongs to it. */
  readonly version: string;
  /** Of every response. */
  readonly headers: Readonly<Record<string, string>>;
  /** Relative to the worker. */
  readonly files: { readonly url: string; readonly revision: string; readonly integrity: string }[];
};

declare const workbox: {
  readonly precaching: typeof import("workbox-precaching");
  readonly routing: typeof import("workbox-routing");
  readonly strategies: typeof import("workbox-strategies");
};
