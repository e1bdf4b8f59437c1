/** "Not this?": what can be done to a sticker on the board that is not what was meant. */

import { closeFromBeside } from "./beside.js";
import { createFace, illustrate } from "./face.js";
import { isWord, nameOf } from "./look.js";
import { strings } from "./strings.js";

/** @typedef {import("./board.js").Placed} Placed */
/** @typedef {import("./inkmoji.js").Candidate} Candidate */
/** @typedef {import("./inkmoji.js").Sticker} Sticker */
/** @typedef {"new" | "ink" | "remove"} Action */
/**
 * @typedef {object} Handlers
 * @property {() => readonly Sticker[] | null} stickers  those known now; null until Python is up
 * @property {(placed: Placed, signal: AbortSignal) => Promise<readonly Candidate[]>} candidates  for its drawing, best
 *   first
 * @property {(placed: Placed, sticker: Sticker, signal: AbortSignal) => Promise<void>} learn  that its drawing shows the
 *   sticker; settles when that is saved
 * @property {(placed: Placed, action: Action) => void} act
 * @property {(error: unknown) => string} explain  an error in words
 * @property {() => void} onClose
 */

const FACE_SIDE = 30;
const GAP = 10;
const MARGIN = 12;

export class CorrectDialog {
  /** @type {Placed | null} */
  #placed = null;
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
    this.title = find("h2");
    this.about = find(".correct-about");
    this.list = find(".correct-list");
    this.error = find("[role=alert]");
    this.fields = /** @type {HTMLFieldSetElement} */ (find("fieldset"));
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (dialog.querySelectorAll("[data-action]"))) {
      button.addEventListener("click", () => this.#act(button.dataset.action ?? ""));
    }
    closeFromBeside(dialog);
    dialog.addEventListener("close", () => {
      this.#abort.abort();
      this.#placed?.element.removeAttribute("data-chosen");
      this.handlers.onClose();
    });
  }

  /** @param {Placed} placed */
  open(placed) {
    this.#abort = new AbortController();
    this.#placed = placed;
    this.error.textContent = "";
    this.fields.disabled = false;
    illustrate(this.title, [placed], ([face]) => strings.correct.title(face));
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.dialog.querySelectorAll("[data-needs=drawing]"))) {
      button.hidden = placed.drawing.length === 0;
    }
    this.#show([]);
    placed.element.toggleAttribute("data-chosen", true);
    this.dialog.showModal();
    this.#settleBeside(placed);
    void this.#rank(placed, this.#abort.signal);
  }

  /** Puts what comes nearest to the drawing first. @param {Placed} placed @param {AbortSignal} signal */
  async #rank(placed, signal) {
    if (placed.drawing.length === 0) return;
    const candidates = await this.handlers.candidates(placed, signal).catch(() => []);
    if (signal.aborted || this.fields.disabled) return;
    this.#show(candidates);
    this.#settleBeside(placed);
  }

  /** @param {readonly Candidate[]} candidates best first */
  #show(candidates) {
    const placed = /** @type {Placed} */ (this.#placed);
    const rank = new Map(candidates.map(({ label }, at) => [label, at]));
    const known = this.handlers.stickers();
    const others = placed.drawing.length === 0 ? [] : (known ?? [])
      .filter(({ label }) => label !== placed.label)
      .toSorted((a, b) => (rank.get(a.label) ?? known?.length ?? 0) - (rank.get(b.label) ?? known?.length ?? 0));
    const focused = /** @type {HTMLElement} */ (document.activeElement)?.dataset?.label;
    this.list.replaceChildren(...others.map((sticker) => this.#createButton(placed, sticker)));
    if (placed.drawing.length === 0) this.about.textContent = strings.correct.unknown;
    else if (!known) this.about.textContent = strings.library.waiting;
    else this.about.textContent = others.length > 0 ? strings.correct.which : strings.correct.none;
    if (focused !== undefined) this.#focus(focused);
  }

  /** @param {string} label whose button had the focus, or the first one where it was first */
  #focus(label) {
    const buttons = /** @type {HTMLElement[]} */ ([...this.list.children]);
    (buttons.find((button) => button.dataset.label === label) ?? buttons[0])?.focus();
  }

  /** @param {Placed} placed @param {Sticker} sticker */
  #createButton(placed, sticker) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button correct-choice";
    button.dataset.label = sticker.label;
    button.setAttribute("aria-label", nameOf(sticker));
    button.classList.toggle("word", isWord(sticker));
    button.append(isWord(sticker) ? sticker.text : createFace(sticker, FACE_SIDE));
    button.addEventListener("click", () => void this.#learn(placed, sticker, button));
    return button;
  }

  /**
   * @param {Placed} placed
   * @param {Sticker} sticker
   * @param {HTMLButtonElement} button
   */
  async #learn(placed, sticker, button) {
    const { signal } = this.#abort;
    this.error.textContent = "";
    this.fields.disabled = true;
    button.toggleAttribute("data-chosen", true);
    try {
      await this.handlers.learn(placed, sticker, signal);
      if (!signal.aborted) this.dialog.close();
    } catch (error) {
      if (signal.aborted) return;
      this.fields.disabled = false;
      button.toggleAttribute("data-chosen", false);
      this.error.textContent = strings.updateFailed(this.handlers.explain(error));
      button.focus();
    }
  }

  /** @param {string} action */
  #act(action) {
    const placed = this.#placed;
    this.dialog.close();
    if (placed && action !== "close") this.handlers.act(placed, /** @type {Action} */ (action));
  }

  /** Beside the sticker, or under or over it where the window is too narrow for that. @param {Placed} placed */
  #settleBeside({ element }) {
    const { left, top, width: side } = element.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.dialog;
    const { clientWidth, clientHeight } = document.documentElement;
    const middle = { x: left + side / 2 - width / 2, y: top + side / 2 - height / 2 };
    const places = [
      { x: left + side + GAP, y: middle.y },
      { x: left - GAP - width, y: middle.y },
      { x: middle.x, y: top + side + GAP },
      { x: middle.x, y: top - GAP - height },
    ].map(({ x, y }) => ({ x, y, within: { x: within(x, clientWidth - width), y: within(y, clientHeight - height) } }));
    // One that needs no shift towards the sticker; shifted along it, it stays beside it.
    const free = places.find(({ x, y, within: inside }, at) => (at < 2 ? x === inside.x : y === inside.y)) ?? places[2];
    this.dialog.style.setProperty("--left", `${free.within.x}px`);
    this.dialog.style.setProperty("--top", `${free.within.y}px`);
  }
}

/** @param {number} value @param {number} most that it may be without the margin */
function within(value, most) {
  return Math.max(MARGIN, Math.min(value, most - MARGIN));
}
