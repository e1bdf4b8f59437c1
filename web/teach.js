/** The dialog that teaches a sticker, a face and three drawings of it; or that gives a known one more of either. */

import { Candidates } from "./candidates.js";
import { createFace, normalisedFace } from "./face.js";
import { Pad } from "./pad.js";
import { createPicker } from "./picker.js";
import { BEGUN, progressOf } from "./progress.js";
import { PadReview } from "./review.js";
import { strings } from "./strings.js";
import { toDrawing } from "./strokes.js";

/** @typedef {import("./client.js").Sticker} Sticker */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {ReturnType<typeof toDrawing>} Drawing */
/** @typedef {import("./progress.js").Progress} Progress */
/** @typedef {import("./review.js").Review} Review */
/** @typedef {"new" | "more" | "face"} Mode what is asked for: both, drawings alone, or a face alone */
/**
 * @typedef {object} Lesson
 * @property {string} text
 * @property {string} [of] label of the sticker that the drawings are of, if it was chosen rather than described
 * @property {Drawing[]} drawings
 * @property {AbortSignal} signal
 * @property {(progress: Progress) => void} onProgress
 */
/**
 * @typedef {object} Handlers
 * @property {(lesson: Lesson) => Promise<void>} learn  settles when the lesson is learned and saved
 * @property {(sticker: Sticker, text: string, signal: AbortSignal) => Promise<void>} changeFace  settles when the new
 *   face is saved
 * @property {(drawings: Drawing[], of: string | null, signal: AbortSignal) => Promise<Review | null>} review  what can be
 *   said of drawings that are to be taught under that label, or a new one
 * @property {(error: unknown) => string} explain  an error in words
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
  /** @type {Mode} */
  #mode = "new";
  /** The one that is given more, if it is not a new one that is asked for. @type {Sticker | null} */
  #sticker = null;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {Handlers} handlers
   */
  constructor(dialog, { learn, changeFace, review, explain }) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
    this.dialog = dialog;
    this.learn = learn;
    this.changeFace = changeFace;
    this.explain = explain;
    this.fields = /** @type {HTMLFieldSetElement} */ (find("fieldset"));
    this.face = /** @type {HTMLInputElement} */ (find("#face"));
    this.slot = find(".picker");
    this.title = find("#teach-title");
    this.about = find(".teach-about");
    this.faceFields = find(".teach-face");
    this.drawings = find(".teach-drawings");
    this.drawingsTitle = find("#pads-title");
    this.keep = /** @type {HTMLButtonElement} */ (find("[data-action=keep]"));
    this.done = /** @type {HTMLButtonElement} */ (find("[data-action=done]"));
    this.preview = find(".becomes-face");
    this.hint = find(".teach-hint");
    this.error = find("[role=alert]");
    this.progress = find(".teach-progress");
    this.bar = /** @type {HTMLProgressElement} */ (find("progress"));
    this.percent = find(".teach-percent");
    this.candidates = new Candidates(find(".candidates"), (sticker, button) => void this.#correct(sticker, button));
    /** @type {Pad[]} */
    this.pads = [];
    this.review = new PadReview(find(".review"), this.pads, {
      look: (drawings, signal) => review(drawings, this.#sticker?.label ?? null, signal),
      isTarget: ({ label, text }) => label === this.#sticker?.label || text === this.#text,
      canJoin: () => this.#mode === "new",
      onJoin: ({ label, text }, button) => void this.#learn({ text, of: label, drawings: this.#drawings }, button),
    });
    const handlers = { accepts: () => !this.#learning, onChange: () => (this.review.changed(), this.#update()) };
    for (const element of dialog.querySelectorAll(".pad")) {
      this.pads.push(new Pad(/** @type {HTMLElement} */ (element), handlers));
    }
    this.#listen(/** @type {HTMLFormElement} */ (find("form")), find("[data-action=cancel]"));
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** The stickers have changed, or are known by now: the drawings are looked at again. */
  stickersChanged() {
    if (this.isOpen && !this.#learning) this.review.again();
  }

  /**
   * @param {readonly Stroke[] | null} strokes the first example, if there is one already
   * @param {readonly Sticker[]} candidates what that may be after all, best first
   * @returns {Promise<string | null>} the text of the sticker that was learned, or nothing
   */
  open(strokes = null, candidates = []) {
    this.#prepare("new", null);
    if (strokes) this.pads[0].show(strokes);
    this.#drawn = strokes ?? [];
    this.candidates.show(candidates);
    this.keep.hidden = !strokes;
    // The focus is on the first candidate, where there is one: so the question is heard before what it may lead to.
    return this.#show(candidates.length === 0);
  }

  /**
   * Asks for more drawings of a sticker.
   * @param {Sticker} sticker
   * @returns {Promise<number>} how many were learned
   */
  async openForMore(sticker) {
    this.#prepare("more", sticker);
    return (await this.#show(false)) === null ? 0 : this.#filledPads.length;
  }

  /**
   * Asks for another face of a sticker.
   * @param {Sticker} sticker
   * @returns {Promise<string | null>} the new text, if it was changed
   */
  openForFace(sticker) {
    this.#prepare("face", sticker);
    return this.#show(true);
  }

  /**
   * @param {Mode} mode
   * @param {Sticker | null} sticker
   */
  #prepare(mode, sticker) {
    this.#mode = mode;
    this.#sticker = sticker;
    this.dialog.dataset.mode = mode;
    this.title.textContent = strings.teach.titles[mode];
    this.about.textContent = sticker ? strings.teach.abouts[mode](sticker.text, sticker.examples) : "";
    this.drawingsTitle.textContent = strings.teach.drawings[mode];
    this.faceFields.hidden = mode === "more";
    this.drawings.hidden = mode === "face";
    this.face.value = sticker?.text ?? "";
    this.error.textContent = "";
    this.#drawn = [];
    this.candidates.show([]);
    this.keep.hidden = true;
    for (const pad of this.pads) pad.clear();
  }

  /**
   * @param {boolean} typing whether to begin with the face, where there is a keyboard for it
   * @returns {Promise<string | null>}
   */
  #show(typing) {
    this.dialog.showModal();
    if (typing && matchMedia("(pointer: fine)").matches) this.face.select();
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
      if (!this.done.disabled) void this.#submit();
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
    if (this.#picker?.isConnected || this.#mode === "more") return;
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

  get #filledPads() {
    return this.pads.filter((pad) => !pad.empty);
  }

  get #drawings() {
    return this.#filledPads.map((pad) => toDrawing(pad.strokes));
  }

  get #text() {
    return normalisedFace(this.face.value);
  }

  #update() {
    if (this.#learning) return;
    const text = this.#text;
    const need = this.#need;
    this.preview.replaceChildren(...(text === "" ? [] : [createFace(text, PREVIEW_SIDE)]));
    this.done.disabled = need !== null;
    this.hint.textContent = need ?? strings.teach.complete;
    this.review.refresh();
  }

  /** What is still missing, in words. @returns {string | null} */
  get #need() {
    const text = this.#text;
    const drawn = this.#filledPads.length;
    if (this.#mode === "more") return drawn > 0 ? null : strings.teach.needsAny;
    if (this.#mode === "face" && text === this.#sticker?.text) return strings.teach.needsChange;
    if (this.#mode === "new" && drawn < this.pads.length) return strings.teach.needsDrawings(this.pads.length - drawn);
    return text === "" ? strings.teach.needsFace : null;
  }

  #submit() {
    const [text, sticker] = [this.#text, this.#sticker];
    if (sticker && this.#mode === "face") return this.#change(sticker, text);
    return this.#learn({ text, of: sticker?.label, drawings: this.#drawings }, this.done);
  }

  /**
   * @param {Sticker} sticker
   * @param {string} text
   */
  #change(sticker, text) {
    return this.#work(text, this.done, strings.teach.changeFailed, (signal) => this.changeFace(sticker, text, signal));
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
  #learn(subject, button) {
    const onProgress = (/** @type {Progress} */ progress) => this.#showProgress(progress);
    return this.#work(subject.text, button, strings.updateFailed, (signal) =>
      this.learn({ ...subject, signal, onProgress }));
  }

  /**
   * @param {string} text that the sticker has when the work is done
   * @param {HTMLButtonElement} button that was pressed
   * @param {(message: string) => string} failed
   * @param {(signal: AbortSignal) => Promise<void>} work
   */
  async #work(text, button, failed, work) {
    const controller = new AbortController();
    const { signal } = controller;
    this.#setLearning(controller);
    try {
      await work(signal);
      if (!signal.aborted) this.#close(text);
    } catch (error) {
      if (signal.aborted) return;
      this.#setLearning(null);
      this.error.textContent = failed(this.explain(error));
      button.focus();
      this.review.again();
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
      this.review.stop();
      this.error.textContent = "";
      // A face is not learned: it only has to be saved.
      this.#showProgress(this.#mode === "face" ? { ...BEGUN, event: "saving" } : BEGUN);
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
    this.review.stop();
    this.dialog.close();
    this.#settle(learned);
  }
}
