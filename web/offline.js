/**
 * Inkmoji without a network: the service worker keeps its files, and a new version is offered, never put under a
 * page that runs. Where there is no service worker, everything else works as ever.
 */

import { keepNames } from "./emoji.js";
import { strings } from "./strings.js";

const FOLDER = new URL(".", import.meta.url);
/** Every open page of this Inkmoji holds a lock of its own whose name begins so; it ends with the page. */
const PAGES = `inkmoji:${FOLDER.pathname}:page:`;
const LONGEST_WAIT_MS = 5000;
const CHECK_EVERY_MS = 3_600_000;

export class Offline {
  #page = PAGES + crypto.randomUUID();
  /** @type {ServiceWorkerRegistration | null} */
  #registration = null;
  #offering = false;

  /** @param {HTMLElement} card that offers the update */
  constructor(card) {
    this.card = card;
    this.text = /** @type {HTMLElement} */ (card.querySelector("p"));
    this.button = /** @type {HTMLButtonElement} */ (card.querySelector("[data-action=update]"));
    this.button.addEventListener("click", () => void this.#update());
    card.querySelector("[data-action=later]")?.addEventListener("click", () => (card.hidden = true));
    void navigator.locks.request(this.#page, () => new Promise(() => {}));
  }

  /** Begin, once nothing more urgent is left to do. */
  async start() {
    if (!("serviceWorker" in navigator)) return;
    await idle();
    // A browser may forbid it, the host may be gone: then Inkmoji works as long as there is a network.
    const script = new URL("sw.js", FOLDER);
    const registration = await navigator.serviceWorker.register(script, { updateViaCache: "none" }).catch(() => null);
    if (!registration) return;
    this.#registration = registration;
    keepNames();
    this.#watch(registration);
    checkNowAndThen(registration);
  }

  /** @param {ServiceWorkerRegistration} registration */
  #watch(registration) {
    const { serviceWorker } = navigator;
    let controlled = serviceWorker.controller !== null;
    serviceWorker.addEventListener("controllerchange", () => {
      if (controlled) void this.#offer();
      controlled = true;
    });
    registration.addEventListener("updatefound", () => this.#follow(registration.installing));
    this.#follow(registration.installing);
    if (registration.waiting && registration.active) void this.#offer();
  }

  /** @param {ServiceWorker | null} worker that gathers its files */
  #follow(worker) {
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && this.#registration?.active) void this.#offer();
    });
  }

  /** Offer the version that waits: now, or as soon as no other page runs on the files that it replaces. */
  async #offer() {
    this.card.hidden = false;
    if (this.#offering) return;
    this.#offering = true;
    for (let others = await this.#others(); others.length > 0; others = await this.#others()) {
      this.#show(strings.update.blocked, true);
      await Promise.all(others.map(ended));
    }
    this.#show(strings.update.ready, false);
    this.#offering = false;
  }

  async #update() {
    if ((await this.#others()).length > 0) {
      await this.#offer();
      return;
    }
    this.button.disabled = true;
    const waiting = this.#registration?.waiting;
    if (!waiting) {
      location.reload();
      return;
    }
    waiting.addEventListener("statechange", () => {
      if (waiting.state !== "activating") location.reload();
    });
    waiting.postMessage("take over");
  }

  /** The other open pages of this Inkmoji, unless the new version has taken over already. */
  async #others() {
    if (!this.#registration?.waiting) return [];
    const { held = [] } = await navigator.locks.query();
    return held.map(({ name = "" }) => name).filter((name) => name.startsWith(PAGES) && name !== this.#page);
  }

  /**
   * @param {string} text
   * @param {boolean} blocked
   */
  #show(text, blocked) {
    this.text.textContent = text;
    this.button.disabled = blocked;
  }
}

/** @param {string} page whose end is waited for */
function ended(page) {
  return navigator.locks.request(page, { mode: "shared" }, () => {});
}

/** @returns {Promise<unknown>} */
function idle() {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) requestIdleCallback(resolve, { timeout: LONGEST_WAIT_MS });
    else setTimeout(resolve, LONGEST_WAIT_MS);
  });
}

/**
 * A browser looks for a new version when a page opens; one that stays open for days looks when it is turned to.
 * @param {ServiceWorkerRegistration} registration
 */
function checkNowAndThen(registration) {
  let last = performance.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || performance.now() - last < CHECK_EVERY_MS) return;
    last = performance.now();
    registration.update().catch(() => {});
  });
}
