/** What the browser promises for what is kept here, and the part of the settings that says it. */

import { inBytes } from "./formats.js";
import { strings } from "./strings.js";

/** @typedef {import("./inkmoji.js").Inkmoji} Inkmoji */

/** Whether the browser has promised to keep what is stored, even when it runs out of space. */
export class Persistence {
  /** @type {Promise<boolean> | null} */
  #asked = null;
  granted = false;

  /** Looks whether it has promised already. */
  async look() {
    this.granted ||= (await navigator.storage?.persisted?.().catch(() => false)) ?? false;
    return this.granted;
  }

  /** Asks for the promise: once, and again only if the person wishes. @param {{ again?: boolean }} [options] */
  ask({ again = false } = {}) {
    if (again || !this.#asked) this.#asked = this.#ask();
    return this.#asked;
  }

  async #ask() {
    if (!(await this.look())) this.granted = (await navigator.storage?.persist?.().catch(() => false)) ?? false;
    return this.granted;
  }
}

export class StoragePanel {
  /**
   * @param {HTMLElement} section
   * @param {Persistence} persistence
   * @param {{ client: () => Inkmoji | null, onExport: () => void, onAsked: () => void }} handlers
   */
  constructor(section, persistence, handlers) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (section.querySelector(selector));
    this.section = section;
    this.persistence = persistence;
    this.handlers = handlers;
    this.promise = find(".storage-promise");
    this.model = find("[data-fact=model]");
    this.used = find("[data-fact=used]");
    this.ask = /** @type {HTMLButtonElement} */ (find("[data-action=persist]"));
    this.ask.addEventListener("click", () => void this.#ask());
    find("[data-action=export]").addEventListener("click", handlers.onExport);
  }

  /** Shows how things are; where the client is not up yet, as much as is known. */
  async refresh() {
    const client = this.handlers.client();
    const [granted, estimate] = await Promise.all([
      this.persistence.look(),
      navigator.storage?.estimate?.().catch(() => null),
    ]);
    const kept = client?.storage.persistent ?? true;
    this.#showPromise(granted, kept, client?.storage.message ?? "");
    const { usage, quota } = estimate ?? {};
    this.used.textContent = usage && quota ? strings.storage.used(inBytes(usage), inBytes(quota)) : strings.storage.unknown;
    const taught = client?.stickers.filter(({ examples }) => examples > 0).length ?? 0;
    this.model.textContent = client ? strings.storage.model(taught, inBytes(client.storage.bytes)) : strings.storage.unknown;
  }

  /**
   * @param {boolean} granted
   * @param {boolean} kept
   * @param {string} message why nothing is
   */
  #showPromise(granted, kept, message) {
    this.section.dataset.state = kept ? (granted ? "granted" : "open") : "none";
    if (!kept) this.promise.textContent = strings.storage.none(message);
    else this.promise.textContent = granted ? strings.storage.granted : strings.storage.open;
    this.ask.hidden = granted || !kept;
  }

  async #ask() {
    const granted = await this.persistence.ask({ again: true });
    await this.refresh();
    if (!granted) this.promise.textContent = strings.storage.refused;
    else /** @type {HTMLElement} */ (this.section.querySelector("[data-action=export]")).focus();
    this.handlers.onAsked();
  }
}
