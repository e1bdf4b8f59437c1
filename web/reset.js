/** The dialog that asks before everything taught is forgotten. */

import { strings } from "./strings.js";

export class ResetDialog {
  /** @type {(done: boolean) => void} */
  #settle = () => {};
  #abort = new AbortController();

  /**
   * @param {HTMLDialogElement} dialog
   * @param {(signal: AbortSignal) => Promise<void>} reset heeds the signal until it begins to remove things
   * @param {(error: unknown) => string} explain an error in words
   */
  constructor(dialog, reset, explain) {
    this.dialog = dialog;
    this.reset = reset;
    this.explain = explain;
    this.confirm = /** @type {HTMLButtonElement} */ (dialog.querySelector("[data-action=reset]"));
    this.error = /** @type {HTMLElement} */ (dialog.querySelector("[role=alert]"));
    this.confirm.addEventListener("click", () => void this.#reset());
    dialog.querySelector("[data-action=cancel]")?.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.#closed());
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** @returns {Promise<boolean>} whether everything was reset */
  open() {
    this.error.textContent = "";
    this.dialog.showModal();
    return new Promise((resolve) => (this.#settle = resolve));
  }

  #closed() {
    this.#abort.abort();
    this.#settle(false);
  }

  async #reset() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.confirm.disabled = true;
    this.error.textContent = "";
    try {
      await this.reset(signal);
      if (signal.aborted) return;
      this.#settle(true);
      this.dialog.close();
    } catch (error) {
      if (!signal.aborted) this.error.textContent = strings.resetFailed(this.explain(error));
    } finally {
      this.confirm.disabled = false;
    }
  }
}
