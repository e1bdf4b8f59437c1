/** The dialog that asks before something is forgotten for good. */

import { explain } from "./failures.js";
import { strings } from "./strings.js";

export class ForgetDialog {
  /** @type {(done: boolean) => void} */
  #settle = () => {};
  /** @type {() => Promise<void>} */
  #forget = async () => {};
  #running = false;

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
    this.dialog = dialog;
    this.text = find(".forget-text");
    this.error = find("[role=alert]");
    this.buttons = /** @type {HTMLElement[]} */ ([...dialog.querySelectorAll("button")]);
    find("[data-action=forget]").addEventListener("click", () => void this.#run());
    find("[data-action=cancel]").addEventListener("click", () => this.#cancel());
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#cancel();
    });
    dialog.addEventListener("close", () => this.#settle(false));
  }

  /**
   * @param {string} text what is erased
   * @param {() => Promise<void>} forget
   * @returns {Promise<boolean>} whether it was forgotten
   */
  open(text, forget) {
    this.text.textContent = text;
    this.error.textContent = "";
    this.#forget = forget;
    this.dialog.showModal();
    return new Promise((resolve) => (this.#settle = resolve));
  }

  /** What has begun cannot be taken back: it is waited for. */
  #cancel() {
    if (!this.#running) this.dialog.close();
  }

  async #run() {
    if (this.#running) return;
    this.#setRunning(true);
    this.error.textContent = "";
    const failure = await this.#forget().then(() => null, explain);
    this.#setRunning(false);
    if (failure !== null) {
      this.error.textContent = strings.forget.failed(failure);
      return;
    }
    this.#settle(true);
    this.dialog.close();
  }

  /** @param {boolean} running */
  #setRunning(running) {
    this.#running = running;
    // Disabled for good, the button would lose the focus.
    for (const button of this.buttons) button.setAttribute("aria-disabled", String(running));
  }
}
