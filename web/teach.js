/** The dialog that teaches a sticker, a face and three drawings of it; or that gives a known one more of either. */

import { Announcer } from "./announce.js";
import { Candidates } from "./candidates.js";
import { createFace } from "./face.js";
import { FaceField } from "./facefield.js";
import { nameOf, sameLook } from "./look.js";
import { Pad } from "./pad.js";
import { BEGUN, progressOf } from "./progress.js";
import { PadReview } from "./review.js";
import { strings } from "./strings.js";
import { toDrawing } from "./strokes.js";

/** @typedef {import("./inkmoji.js").Sticker} Sticker */
/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./recent.js").Recent} Recent */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {ReturnType<typeof toDrawing>} Drawing */
/** @typedef {import("./progress.js").Progress} Progress */
/** @typedef {import("./review.js").Review} Review */
/** @typedef {"new" | "more" | "face"} Mode what is asked for: both, drawings alone, or a face alone */
/**
 * @typedef {object} Lesson
 * @property {Look} look
 * @property {string} [of] label of the sticker that the drawings are of, if it was chosen rather than described
 * @property {Drawing[]} drawings
 * @property {AbortSignal} signal
 * @property {(progress: Progress) => void} onProgress
 */
/**
 * @typedef {object} Handlers
 * @property {(lesson: Lesson) => Promise<void>} learn  settles when the lesson is learned and saved
 * @property {(sticker: Sticker, look: Look, signal: AbortSignal) => Promise<void>} changeFace  settles when the new
 *   face is saved
 * @property {(drawings: Drawing[], of: string | null, signal: AbortSignal) => Promise<Review | null>} review  what can be
 *   said of drawings that are to be taught under that label, or a new one
 * @property {(error: unknown) => string} explain  an error in words
 */

const PREVIEW_SIDE = 56;
/** @type {Look} */
const NONE = { text: "", image: null };

export class TeachDialog {
  /** @type {AbortController | null} */
  #learning = null;
  /** @type {(look: Look | null) => void} */
  #settle = () => {};
  /** What was drawn on the board. @type {readonly Stroke[]} */
  #drawn = [];
  /** @type {Mode} */
  #mode = "new";
  /** The one that is given more, if it is not a new one that is asked for. @type {Sticker | null} */
  #sticker = null;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {Recent} recent
   * @param {Handlers} handlers
   */
  constructor(dialog, recent, { learn, changeFace, review, explain }) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (dialog.querySelector(selector));
    this.dialog = dialog;
    this.learn = learn;
    this.changeFace = changeFace;
    this.explain = explain;
    this.fields = /** @type {HTMLFieldSetElement} */ (find("fieldset"));
    this.title = find("#teach-title");
    this.about = find(".teach-about");
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
    this.recent = recent;
    this.face = new FaceField(find(".teach-face"), recent, {
      onChange: () => this.#update(),
      onError: (error) => (this.error.textContent = error === null ? "" : explain(error)),
    });
    /** @type {Pad[]} */
    this.pads = [];
    this.review = new PadReview(find(".review"), this.pads, {
      look: (drawings, signal) => review(drawings, this.#sticker?.label ?? null, signal),
      isTarget: (other) => other.label === this.#sticker?.label || sameLook(other, this.face.look),
      canJoin: () => this.#mode === "new",
      onJoin: (other, button) => void this.#learn({ look: other, of: other.label, drawings: this.#drawings }, button),
    });
    // The page's own announcer is inert while the dialog is open.
    const announcer = new Announcer(find(".pad-said"));
    const handlers = {
      accepts: () => !this.#learning,
      onChange: () => (this.review.changed(), this.#update()),
      say: (/** @type {string} */ message) => announcer.say(message, "quiet"),
    };
    for (const element of dialog.querySelectorAll(".pad")) {
      this.pads.push(new Pad(/** @type {HTMLElement} */ (element), handlers));
    }
    find("[data-action=skip]").addEventListener("click", () => this.pads[0].focus());
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
   * @param {boolean} isInk whether it still is ink, and may stay so
   * @returns {Promise<Look | null>} the look of the sticker that was learned, or nothing
   */
  open(strokes = null, candidates = [], isInk = strokes !== null) {
    this.#prepare("new", null);
    if (strokes) this.pads[0].show(strokes);
    this.#drawn = strokes ?? [];
    this.candidates.show(candidates);
    this.keep.hidden = !isInk;
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
   * @returns {Promise<Look | null>} the new one, if it was changed
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
    this.about.textContent = sticker ? strings.teach.abouts[mode](nameOf(sticker), sticker.examples) : "";
    this.drawingsTitle.textContent = strings.teach.drawings[mode];
    this.face.group.hidden = mode === "more";
    this.drawings.hidden = mode === "face";
    this.error.textContent = "";
    this.#drawn = [];
    this.candidates.show([]);
    this.keep.hidden = true;
    for (const pad of this.pads) pad.clear();
  }

  /**
   * @param {boolean} typing whether to begin with the face, where there is a keyboard for it
   * @returns {Promise<Look | null>}
   */
  #show(typing) {
    void this.face.show(this.#sticker ?? NONE);
    this.dialog.showModal();
    if (typing && matchMedia("(pointer: fine)").matches) this.face.input.select();
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
  }

  get #filledPads() {
    return this.pads.filter((pad) => !pad.empty);
  }

  get #drawings() {
    return this.#filledPads.map((pad) => toDrawing(pad.strokes));
  }

  #update() {
    if (this.#learning) return;
    const { look } = this.face;
    const need = this.#need;
    this.preview.replaceChildren(...(sameLook(look, NONE) ? [] : [createFace(look, PREVIEW_SIDE)]));
    this.done.disabled = need !== null;
    this.hint.textContent = need ?? strings.teach.complete;
    this.review.refresh();
  }

  /** What is still missing, in words. @returns {string | null} */
  get #need() {
    const { look } = this.face;
    const drawn = this.#filledPads.length;
    if (this.#mode === "more") return drawn > 0 ? null : strings.teach.needsAny;
    if (this.#mode === "face" && this.#sticker && sameLook(look, this.#sticker)) return strings.teach.needsChange;
    if (this.#mode === "new" && drawn < this.pads.length) return strings.teach.needsDrawings(this.pads.length - drawn);
    return sameLook(look, NONE) ? strings.teach.needsFace : null;
  }

  #submit() {
    const [{ look }, sticker] = [this.face, this.#sticker];
    if (sticker && this.#mode === "face") return this.#change(sticker, look);
    return this.#learn({ look, of: sticker?.label, drawings: this.#drawings }, this.done);
  }

  /**
   * @param {Sticker} sticker
   * @param {Look} look
   */
  #change(sticker, look) {
    return this.#work(look, this.done, strings.teach.changeFailed, (signal) => this.changeFace(sticker, look, signal));
  }

  /**
   * Adds the drawing to what a sticker was taught with.
   * @param {Sticker} sticker
   * @param {HTMLButtonElement} button
   */
  #correct({ label, text, image }, button) {
    return this.#learn({ look: { text, image }, of: label, drawings: [toDrawing(this.#drawn)] }, button);
  }

  /**
   * @param {Pick<Lesson, "look" | "of" | "drawings">} subject
   * @param {HTMLButtonElement} button that was pressed; another press tries again what has failed
   */
  #learn(subject, button) {
    const onProgress = (/** @type {Progress} */ progress) => this.#showProgress(progress);
    return this.#work(subject.look, button, strings.updateFailed, (signal) =>
      this.learn({ ...subject, signal, onProgress }));
  }

  /**
   * @param {Look} look that the sticker has when the work is done
   * @param {HTMLButtonElement} button that was pressed
   * @param {(message: string) => string} failed
   * @param {(signal: AbortSignal) => Promise<void>} work
   */
  async #work(look, button, failed, work) {
    const controller = new AbortController();
    const { signal } = controller;
    this.#setLearning(controller);
    try {
      await work(signal);
      if (this.#mode !== "more") this.recent.add(look);
      if (!signal.aborted) this.#close(look);
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
    this.face.locked = controller !== null;
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

  /** @param {Look | null} learned */
  #close(learned) {
    if (learned === null) this.#learning?.abort();
    this.#setLearning(null);
    this.review.stop();
    this.dialog.close();
    this.#settle(learned);
  }
}
