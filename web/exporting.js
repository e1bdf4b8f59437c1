/** The dialog that asks as what the stickers are to be saved: as a file of ours, or as a model for Apple's devices. */

import { closeFromBeside } from "./beside.js";
import { MODEL, saveFile } from "./files.js";
import { inBytes, isoDay } from "./formats.js";
import { strings } from "./strings.js";

/** @typedef {import("./inkmoji.js").Inkmoji} Inkmoji */
/**
 * @typedef {object} Handlers
 * @property {() => void} saveStickers  as a file of ours
 * @property {(signal: AbortSignal) => Promise<Inkmoji>} connect  the client, once Python is up
 * @property {(error: unknown) => string} explain  an error in words
 * @property {(message: string) => void} announce
 * @property {() => void} onClose
 */

export class ExportDialog {
  /** Ends with the dialog, or with another choice. */
  #abort = new AbortController();
  /** The model's file, once it is prepared. @type {Uint8Array<ArrayBuffer> | null} */
  #file = null;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {Handlers} handlers
   */
  constructor(dialog, handlers) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
    this.dialog = dialog;
    this.handlers = handlers;
    this.form = /** @type {HTMLFormElement} */ (find("form"));
    this.state = find(".export-state");
    this.lost = find(".export-lost");
    this.list = find(".export-lost ul");
    this.error = find("[role=alert]");
    this.confirm = /** @type {HTMLButtonElement} */ (find("[data-action=export]"));
    this.form.addEventListener("change", () => void this.#chosen());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save();
    });
    find("[data-action=cancel]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.#closed());
    closeFromBeside(dialog);
  }

  open() {
    this.form.reset();
    void this.#chosen();
    this.dialog.showModal();
    this.confirm.focus();
  }

  get #isModel() {
    return new FormData(this.form).get("kind") === "apple";
  }

  /** Prepares the model, to know what its format cannot hold. */
  async #chosen() {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#file = null;
    this.#show(this.#isModel ? strings.export.preparing : "");
    this.confirm.disabled = this.#isModel;
    if (!this.#isModel) return;
    try {
      const client = await this.handlers.connect(signal);
      const { file, notes } = await client.exportCoreML();
      if (signal.aborted) return;
      this.#file = file;
      this.#show(strings.export.prepared(inBytes(file.length)));
      this.#tellLost(notes);
      this.confirm.disabled = false;
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  /** @param {Record<string, string>} notes */
  #tellLost(notes) {
    const told = Object.entries(notes).map(([code, sentence]) => strings.export.lost(code, sentence));
    this.list.replaceChildren(...told.filter((text) => text !== null).map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }));
    this.lost.hidden = this.list.childElementCount === 0;
  }

  async #save() {
    if (!this.#isModel) {
      this.dialog.close();
      this.handlers.saveStickers();
    } else if (this.#file) {
      await this.#saveModel(this.#file);
    }
  }

  /** @param {Uint8Array<ArrayBuffer>} file */
  async #saveModel(file) {
    this.error.textContent = "";
    try {
      const saved = await saveFile(`inkmoji-${isoDay(new Date())}${MODEL.extension}`, file, MODEL);
      if (!saved) return;
      this.dialog.close();
      this.handlers.announce(strings.export.model(saved));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {string} state */
  #show(state) {
    this.state.textContent = state;
    this.lost.hidden = true;
    this.error.textContent = "";
  }

  /** @param {unknown} error */
  #fail(error) {
    this.state.textContent = "";
    this.error.textContent = strings.export.failed(this.handlers.explain(error));
  }

  #closed() {
    this.#abort.abort();
    this.#file = null;
    this.handlers.onClose();
  }
}
