/** The dialog that teaches a sticker: a face and three drawings of it. */

import { Candidates } from "./candidates.js";
import { createFace, normalisedFace } from "./face.js";
import { Pad } from "./pad.js";
import { createPicker } from "./picker.js";
import { BEGUN, progressOf } from "./progress.js";
import { strings } from "./strings.js";
import { toDrawing } from "./strokes.js";

/** @typedef {import("./client.js").Sticker} Sticker */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {ReturnType<typeof toDrawing>} Drawing */
/** @typedef {import("./progress.js").Progress} Progress */
/**
 * @typedef {object} Lesson
 * @property {string} text
 * @property {string} [of] label of the sticker that the drawings are of, if it was chosen rather than described
 * @property {Drawing[]} drawings
 * @property {AbortSignal} signal
 * @property {(progress: Progress) => void} onProgress
 */

const PREVIEW_SIDE = 56;

export class TeachDialog {
  /** @type {AbortController | null} */
  #learning = null;
  /** @type {(text: string | null) => void} */
  #settle = () => {};
  /** @type {HTMLElement | null} */
  #picker = null;
  /** What was drawn on the board. @type {readonly Stroke[]} */
  #drawn = [];

  /**
   * @param {HTMLDialogElement} dialog
   * @param {(lesson: Lesson) => Promise<void>} learn settles when the lesson is learned and saved
   * @param {(error: unknown) => string} explain an error in words
   */
  constructor(dialog, learn, explain) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
    this.dialog = dialog;
    this.learn = learn;
    this.explain = explain;
    this.fields = /** @type {HTMLFieldSetElement} */ (find("fieldset"));
    this.face = /** @type {HTMLInputElement} */ (find("#face"));
    this.slot = find(".picker");
    this.keep = /** @type {HTMLButtonElement} */ (find("[data-action=keep]"));
    this.done = /** @type {HTMLButtonElement} */ (find("[data-action=done]"));
    this.preview = find(".becomes-face");
    this.hint = find(".teach-hint");
    this.error = find("[role=alert]");
    this.progress = find(".teach-progress");
    this.bar = /** @type {HTMLProgressElement} */ (find("progress"));
    this.percent = find(".teach-percent");
    this.candidates = new Candidates(find(".candidates"), (sticker, button) => void this.#correct(sticker, button));
    const handlers = { accepts: () => !this.#learning, onChange: () => this.#update() };
    /** @type {Pad[]} */
    this.pads = [];
    for (const element of dialog.querySelectorAll(".pad")) {
      this.pads.push(new Pad(/** @type {HTMLElement} */ (element), handlers));
    }
    this.#listen(/** @type {HTMLFormElement} */ (find("form")), find("[data-action=cancel]"));
  }

  get isOpen() {
    return this.dialog.open;
  }

  /**
   * @param {readonly Stroke[] | null} strokes the first example, if there is one already
   * @param {readonly Sticker[]} candidates what that may be after all, best first
   * @returns {Promise<string | null>} the text of the sticker that was learned, or nothing
   */
  open(strokes = null, candidates = []) {
    this.face.value = "";
    this.error.textContent = "";
    for (const pad of this.pads) pad.clear();
    if (strokes) this.pads[0].show(strokes);
    this.#drawn = strokes ?? [];
    this.candidates.show(candidates);
    this.keep.hidden = !strokes;
    // The focus is on the first candidate, where there is one: so the question is heard before what it may lead to.
    this.dialog.showModal();
    if (candidates.length === 0 && matchMedia("(pointer: fine)").matches) this.face.focus();
    void this.#loadPicker();
    return new Promise((resolve) => (this.#settle = resolve));
  }

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement} cancel
   */
  #listen(form, cancel) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.done.disabled) void this.#teach();
    });
    cancel.addEventListener("click", () => this.#close(null));
    this.keep.addEventListener("click", () => this.#close(null));
    this.dialog.addEventListener("cancel", (event) => {
      if (event.target !== this.dialog) return;
      event.preventDefault();
      this.#close(null);
    });
    this.face.addEventListener("input", (event) => {
      if (!(/** @type {InputEvent} */ (event).isComposing)) this.#limitFace();
      this.#update();
    });
  }

  /** Keeps what is typed within the length of a face, but leaves a space that a word may follow. */
  #limitFace() {
    const limited = normalisedFace(this.face.value);
    if (limited.length < this.face.value.trim().length) this.face.value = limited;
  }

  async #loadPicker() {
    if (this.#picker?.isConnected) return;
    this.slot.textContent = strings.teach.pickerLoading;
    try {
      this.#picker = await createPicker((emoji) => {
        this.face.value = emoji;
        this.#update();
      });
      this.slot.replaceChildren(this.#picker);
    } catch {
      this.slot.textContent = strings.teach.pickerFailed;
    }
  }

  #update() {
    if (this.#learning) return;
    const missing = this.pads.filter((pad) => pad.empty).length;
    const text = normalisedFace(this.face.value);
    const hasFace = text !== "";
    this.preview.replaceChildren(...(hasFace ? [createFace(text, PREVIEW_SIDE)] : []));
    this.done.disabled = missing > 0 || !hasFace;
    if (missing > 0) this.hint.textContent = strings.teach.needsDrawings(missing);
    else this.hint.textContent = hasFace ? strings.teach.complete : strings.teach.needsFace;
  }

  #teach() {
    const drawings = this.pads.map((pad) => toDrawing(pad.strokes));
    return this.#learn({ text: normalisedFace(this.face.value), drawings }, this.done);
  }

  /**
   * Adds the drawing to what a sticker was taught with.
   * @param {Sticker} sticker
   * @param {HTMLButtonElement} button
   */
  #correct({ label, text }, button) {
    return this.#learn({ text, of: label, drawings: [toDrawing(this.#drawn)] }, button);
  }

  /**
   * @param {Pick<Lesson, "text" | "of" | "drawings">} subject
   * @param {HTMLButtonElement} button that was pressed; another press tries again what has failed
   */
  async #learn(subject, button) {
    const controller = new AbortController();
    const { signal } = controller;
    this.#setLearning(controller);
    try {
      await this.learn({ ...subject, signal, onProgress: (progress) => this.#showProgress(progress) });
      if (!signal.aborted) this.#close(subject.text);
    } catch (error) {
      if (signal.aborted) return;
      this.#setLearning(null);
      this.error.textContent = strings.updateFailed(this.explain(error));
      button.focus();
    }
  }

  /** @param {AbortController | null} controller of the lesson that begins, or nothing when it has ended */
  #setLearning(controller) {
    this.#learning = controller;
    this.fields.disabled = controller !== null;
    this.slot.inert = controller !== null;
    this.keep.disabled = controller !== null;
    this.progress.hidden = controller === null;
    this.hint.hidden = controller !== null;
    this.done.disabled = controller !== null;
    if (controller) {
      this.error.textContent = "";
      this.#showProgress(BEGUN);
    } else {
      this.#update();
    }
  }

  /** @param {Progress} progress */
  #showProgress(progress) {
    const { percent, saving } = progressOf(progress);
    this.bar.value = percent;
    this.percent.textContent = saving ? strings.teach.saving : strings.teach.learning(percent);
  }

  /** @param {string | null} learned */
  #close(learned) {
    if (learned === null) this.#learning?.abort();
    this.#setLearning(null);
    this.dialog.close();
    this.#settle(learned);
  }
}
