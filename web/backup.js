/** Saves the stickers as a file, and reminds of it where the browser has not promised to keep them. */

import { EXTENSION, saveFile } from "./files.js";
import { isoDay } from "./formats.js";
import { strings } from "./strings.js";

/** @typedef {import("./inkmoji.js").Inkmoji} Inkmoji */
/** @typedef {import("./keeper.js").Keeper} Keeper */
/** @typedef {import("./storage.js").Persistence} Persistence */
/**
 * @typedef {object} Handlers
 * @property {(signal: AbortSignal) => Promise<Inkmoji>} connect  the client, once Python is up
 * @property {(error: unknown) => string} explain  an error in words
 * @property {(message: string, tone?: "error") => void} announce
 */

export class Backup {
  #exporting = false;
  /** Whether the person has seen the reminder since the page was opened, and wants no more of it. */
  #dismissed = false;

  /**
   * @param {HTMLElement} reminder
   * @param {{ keeper: Keeper, persistence: Persistence }} parts
   * @param {Handlers} handlers
   */
  constructor(reminder, { keeper, persistence }, handlers) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (reminder.querySelector(selector));
    this.reminder = reminder;
    this.text = find(".backup-text");
    this.keeper = keeper;
    this.persistence = persistence;
    this.handlers = handlers;
    find("[data-action=export]").addEventListener("click", () => void this.export());
    find("[data-action=dismiss]").addEventListener("click", () => this.#dismiss());
  }

  /** Saves the live model as a file. */
  async export() {
    if (this.#exporting) return;
    this.#exporting = true;
    try {
      const client = await this.handlers.connect(new AbortController().signal);
      const { generation } = client.storage;
      const count = client.stickers.filter(({ examples }) => examples > 0).length;
      const bytes = await client.exportModel();
      const saved = await saveFile(`inkmoji-${isoDay(new Date())}${EXTENSION}`, bytes);
      if (saved) this.#saved(generation, strings.export.done(count, saved));
    } catch (error) {
      this.handlers.announce(strings.export.failed(this.handlers.explain(error)), "error");
    } finally {
      this.#exporting = false;
    }
  }

  /** Reminds, if there is reason to and the person was not reminded yet. @param {Inkmoji | null} client */
  async remind(client) {
    const granted = await this.persistence.look();
    const { persistent, generation } = client?.storage ?? { persistent: true, generation: 0 };
    const taught = client?.stickers.some(({ examples }) => examples > 0) ?? false;
    const safe = persistent && (granted || generation === this.keeper.backup);
    this.text.textContent = persistent ? strings.backup.reminder : strings.backup.nothingKept;
    this.reminder.hidden = !taught || safe || this.#dismissed;
  }

  /** Everything is gone: whatever comes is new. */
  erased() {
    this.#dismissed = false;
    this.reminder.hidden = true;
  }

  /**
   * @param {number} generation
   * @param {string} message
   */
  #saved(generation, message) {
    this.keeper.backup = generation;
    this.handlers.announce(message);
    this.#dismiss();
  }

  #dismiss() {
    const focused = this.reminder.contains(document.activeElement);
    this.#dismissed = true;
    this.reminder.hidden = true;
    if (focused) /** @type {HTMLElement} */ (document.querySelector("#menu-button")).focus();
  }
}
