/** The dialog of settings: the switch of the starter stickers, and what Inkmoji is and what it was made from. */

import { closeFromBeside } from "./beside.js";
import { InkmojiError } from "./errors.js";
import { strings } from "./strings.js";

/** @typedef {import("./protocol.d.ts").Sticker} Sticker */
/**
 * @typedef {object} Handlers
 * @property {() => readonly Sticker[] | null} stickers  those known now; null until Python is up
 * @property {() => boolean} isImported  whether the starter stickers are not for the model in use
 * @property {(signal: AbortSignal) => Promise<unknown>} connect  settles when Python is up
 * @property {(on: boolean, signal: AbortSignal) => Promise<void>} useStarter  settles when the change is saved; heeds
 *   the signal until the change begins
 * @property {(error: unknown) => string} explain  an error in words
 * @property {(message: string, tone?: "error") => void} announce  what happened once the dialog was closed
 * @property {() => void} onClose
 */

/** @param {Sticker} sticker whether it came with the starter pack and was never taught */
export const isReadyMade = ({ examples }) => examples === 0;

export class SettingsDialog {
  /** Where the switch is going while the change runs. @type {boolean | null} */
  #wanted = null;
  /** Whether Python is waited for: until it is up nobody knows which stickers there are. */
  #waiting = false;
  /** Ends with the dialog. */
  #abort = new AbortController();

  /**
   * @param {HTMLDialogElement} dialog
   * @param {Handlers} handlers
   */
  constructor(dialog, handlers) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
    this.dialog = dialog;
    this.handlers = handlers;
    this.starter = /** @type {HTMLInputElement} */ (find("[role=switch]"));
    this.offer = find("#starter-offer");
    this.status = find("[role=status]");
    this.error = find("[role=alert]");
    this.starter.addEventListener("click", (event) => {
      if (this.#locked) event.preventDefault();
    });
    this.starter.addEventListener("change", () => void this.#switch(this.starter.checked));
    find("[data-action=close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.#closed());
    closeFromBeside(dialog);
  }

  get isOpen() {
    return this.dialog.open;
  }

  open() {
    this.#abort = new AbortController();
    this.error.textContent = "";
    if (this.#wanted === null) this.status.textContent = "";
    this.dialog.showModal();
    if (this.handlers.stickers()) this.refresh();
    else void this.#wait(this.#abort.signal);
  }

  /** Shows what is on: the stickers have changed. */
  refresh() {
    const count = this.#count;
    this.starter.checked = this.#wanted ?? count > 0;
    // Disabled for good, it would lose the focus.
    this.starter.setAttribute("aria-disabled", String(this.#locked));
    this.offer.textContent = this.handlers.isImported() ? strings.settings.imported : strings.settings.offer(count);
  }

  get #count() {
    return this.handlers.isImported() ? 0 : (this.handlers.stickers() ?? []).filter(isReadyMade).length;
  }

  get #locked() {
    return this.#waiting || this.#wanted !== null || this.handlers.isImported();
  }

  #closed() {
    this.#waiting = false;
    this.#abort.abort();
    this.handlers.onClose();
  }

  /** @param {AbortSignal} signal */
  async #wait(signal) {
    this.#waiting = true;
    this.status.textContent = strings.settings.waiting;
    this.refresh();
    const error = await this.handlers.connect(signal).then(() => null, (reason) => ({ reason }));
    if (signal.aborted) return;
    this.#waiting = false;
    this.status.textContent = "";
    if (error) this.error.textContent = strings.settings.unavailable(this.handlers.explain(error.reason));
    this.refresh();
  }

  /** @param {boolean} on */
  async #switch(on) {
    const { signal } = this.#abort;
    this.#wanted = on;
    this.error.textContent = "";
    this.status.textContent = strings.settings.switching(on);
    this.refresh();
    try {
      await this.handlers.useStarter(on, signal);
      this.#ended(strings.settings.switched(this.#count));
    } catch (error) {
      if (error === signal.reason) this.#ended("");
      else this.#ended("", strings.settings.failed(this.#explain(error)));
    }
  }

  /**
   * @param {string} message
   * @param {string} [error]
   */
  #ended(message, error = "") {
    this.#wanted = null;
    this.status.textContent = message;
    this.error.textContent = error;
    this.refresh();
    if (this.isOpen) return;
    if (error) this.handlers.announce(error, "error");
    else if (message) this.handlers.announce(message);
  }

  /** @param {unknown} error */
  #explain(error) {
    const other = error instanceof InkmojiError && error.code === "head-value";
    return other ? strings.settings.otherModel : this.handlers.explain(error);
  }
}
