/**
 * The dialog that shows what a file would bring, and learns it: merged with what is known, or in its place. A model of
 * Core ML comes in the place of the one in use.
 */

import { isCoreML, showFacts } from "./coremlfacts.js";
import { InkmojiError } from "./errors.js";
import { createFace } from "./face.js";
import { inBytes, inDays } from "./formats.js";
import { nameOf } from "./look.js";
import { EXTENSION, MODEL, onDroppedFile, readFile } from "./files.js";
import { BEGUN, progressOf } from "./progress.js";
import { strings } from "./strings.js";

/** @typedef {import("./inkmoji.js").Inkmoji} Inkmoji */
/** @typedef {import("./protocol.d.ts").CoreMLModel} CoreMLModel */
/** @typedef {import("./protocol.d.ts").Preview} Preview */
/** @typedef {import("./progress.js").Progress} Progress */
/**
 * @typedef {object} Handlers
 * @property {(signal: AbortSignal) => Promise<Inkmoji>} connect  the client, once Python is up
 * @property {(signal: AbortSignal, work: (client: Inkmoji) => Promise<void>) => Promise<void>} change  runs a change of
 *   the stickers once Python is up
 * @property {(error: unknown) => string} explain  an error in words
 * @property {(message: string) => void} announce
 * @property {() => void} onImported
 * @property {() => void} onClose
 * @property {(file: File, place: { x: number, y: number }) => boolean} takePicture  of a drawing, dropped onto the
 *   board; whether it was one
 */
/** @typedef {"reading" | "ready" | "learning" | "failed"} State */
/** @typedef {{ replace: boolean, signal: AbortSignal, onProgress: (progress: Progress) => void }} Course */
/**
 * @typedef {object} Import
 * @property {(client: Inkmoji, course: Course) => Promise<void>} run
 * @property {(late: boolean, replace: boolean) => string} done  what is to be said then; late: the person had cancelled
 */

const FACE_SIDE = 40;

export class ImportDialog {
  /** Ends with the dialog, or with another file. */
  #abort = new AbortController();
  /** What the file on offer does once the person says so; null: there is none. @type {Import | null} */
  #offered = null;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {Handlers} handlers
   */
  constructor(dialog, handlers) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
    this.dialog = dialog;
    this.handlers = handlers;
    this.form = /** @type {HTMLFormElement} */ (find("form"));
    this.input = /** @type {HTMLInputElement} */ (find("input[type=file]"));
    this.name = find(".import-name");
    this.state = find(".import-state");
    this.preview = find(".import-preview");
    this.faces = find(".import-faces");
    this.facts = find(".import-facts");
    this.more = find(".import-more");
    this.model = find(".model-facts");
    this.place = find(".import-place");
    this.choice = /** @type {HTMLFieldSetElement} */ (find("fieldset"));
    this.progress = find(".import-progress");
    this.bar = /** @type {HTMLProgressElement} */ (find("progress"));
    this.percent = find(".import-percent");
    this.error = find("[role=alert]");
    this.other = /** @type {HTMLButtonElement} */ (find("[data-action=other]"));
    this.confirm = /** @type {HTMLButtonElement} */ (find("[data-action=import]"));
    this.input.accept = [EXTENSION, MODEL.extension].join();
    this.#listen(find("[data-action=cancel]"));
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** Lets the person choose a file; nothing happens if they do not. */
  choose() {
    this.input.value = "";
    this.input.click();
  }

  /** @param {HTMLElement} cancel */
  #listen(cancel) {
    this.input.addEventListener("change", () => {
      const file = this.input.files?.[0];
      if (file) void this.open(file);
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#import();
    });
    this.other.addEventListener("click", () => this.choose());
    cancel.addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.#closed());
    onDroppedFile((file, place) => {
      const other = document.querySelector("dialog[open]");
      if (!other && this.handlers.takePicture(file, place)) return;
      if (!other || (other === this.dialog && !this.choice.disabled)) void this.open(file);
    });
  }

  /** @param {File} file that the person has chosen */
  async open(file) {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#offered = null;
    this.name.textContent = file.name;
    this.form.reset();
    this.#showKind(false);
    this.#show("reading");
    if (!this.isOpen) this.dialog.showModal();
    try {
      const bytes = await readFile(file);
      const client = await this.handlers.connect(signal);
      const offer = isCoreML(file.name, bytes)
        ? await client.inspectCoreML(bytes).then((model) => () => this.#offerModel(bytes, model, client))
        : await client.inspect(bytes).then((preview) => () => this.#offer(bytes, preview));
      if (!signal.aborted) offer();
    } catch (error) {
      if (!signal.aborted) this.#refuse(error);
    }
  }

  /** What came of a hostile file is text, and nothing but text. @param {unknown} error */
  #refuse(error) {
    const code = error instanceof InkmojiError ? error.code : "";
    const detail = document.createElement("small");
    detail.textContent = strings.import.found(this.handlers.explain(error));
    this.#show("failed", `${strings.import.refused(code)} `, detail);
    this.other.focus();
  }

  /**
   * @param {Uint8Array} archive
   * @param {Preview} preview
   */
  #offer(archive, { stickers, examples, bytes, created }) {
    const taught = stickers.filter((sticker) => sticker.examples > 0);
    this.#offered = {
      run: (client, course) => client.importModel(archive, course),
      done: (late, replace) => strings.import.done(taught.length, replace, late),
    };
    this.faces.replaceChildren(...taught.map(createSticker));
    this.faces.hidden = taught.length === 0;
    this.facts.textContent = strings.import.facts(taught.length, examples, inBytes(bytes));
    this.more.textContent = strings.import.more(stickers.length - taught.length, created ? inDays(created) : "");
    this.#showKind(false);
    this.#show("ready");
    this.confirm.focus();
  }

  /**
   * @param {Uint8Array} source
   * @param {CoreMLModel} model
   * @param {Inkmoji} client
   */
  #offerModel(source, model, client) {
    showFacts(this.model, model);
    this.#showKind(true);
    if (model.unsuitable) {
      this.#show("failed", strings.import.unsuitable(model.unsuitable));
      this.preview.hidden = false;
      this.other.focus();
      return;
    }
    this.#offered = {
      run: (client, { signal }) => client.importCoreML(source, { signal }),
      done: (late) => strings.import.used(late),
    };
    this.place.textContent = strings.import.place(client.stickers.filter(({ examples }) => examples > 0).length);
    this.#show("ready");
    this.confirm.focus();
  }

  /** @param {boolean} isModel  rather than a file of stickers */
  #showKind(isModel) {
    if (isModel) this.faces.hidden = true;
    this.facts.hidden = isModel;
    this.more.hidden = isModel;
    this.model.hidden = !isModel;
    this.dialog.dataset.kind = isModel ? "model" : "stickers";
    this.confirm.textContent = isModel ? strings.import.use : strings.import.import;
  }

  async #import() {
    const { signal } = this.#abort;
    const offered = this.#offered;
    if (!offered) return;
    const replace = new FormData(this.form).get("how") === "replace"; // disabled, it would have no value
    this.#showProgress(BEGUN);
    this.#show("learning");
    try {
      const onProgress = (/** @type {Progress} */ progress) => this.#showProgress(progress);
      await this.handlers.change(signal, (client) => offered.run(client, { replace, signal, onProgress }));
      this.handlers.announce(offered.done(signal.aborted, replace));
      this.handlers.onImported();
      if (!signal.aborted) this.dialog.close();
    } catch (error) {
      if (signal.aborted) return;
      this.#show("ready", strings.import.failed(this.handlers.explain(error)));
      this.confirm.focus();
    }
  }

  /**
   * @param {State} state
   * @param {...(string | Node)} error
   */
  #show(state, ...error) {
    const offered = state === "ready" || state === "learning";
    const isModel = this.dialog.dataset.kind === "model";
    this.state.textContent = state === "reading" ? strings.import.reading : "";
    this.preview.hidden = !offered;
    this.choice.hidden = !offered || isModel;
    this.place.hidden = !offered || !isModel;
    this.choice.disabled = state === "learning";
    this.progress.hidden = state !== "learning";
    this.other.hidden = state !== "failed";
    this.confirm.hidden = state === "failed";
    this.confirm.disabled = state !== "ready";
    this.error.replaceChildren(...error);
  }

  /** @param {Progress} progress */
  #showProgress(progress) {
    const { percent, saving } = progressOf(progress);
    this.bar.value = percent;
    this.percent.textContent = saving ? strings.teach.saving : strings.import.learning(percent);
  }

  #closed() {
    this.#abort.abort();
    this.#offered = null;
    this.name.textContent = "";
    this.faces.replaceChildren();
    this.model.replaceChildren();
    this.handlers.onClose();
  }
}

/** @param {import("./inkmoji.js").Sticker} sticker */
function createSticker(sticker) {
  const item = document.createElement("li");
  const count = strings.import.examples(sticker.examples);
  item.setAttribute("aria-label", `${nameOf(sticker)}, ${count}`);
  item.title = count;
  item.append(createFace(sticker, FACE_SIDE));
  return item;
}
