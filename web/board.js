/** The stickers on the board: list items that lie under the ink, so that every reader of the page finds them. */

import { arrange } from "./arrange.js";
import { createFace } from "./face.js";
import { nameOf, sameLook } from "./look.js";
import { morph, reducedMotion } from "./morph.js";
import { boxOfSquare, covers } from "./poses.js";
import { scribblesOut } from "./scribble.js";
import { strings } from "./strings.js";
import { boundsOf, squareAround } from "./strokes.js";
import { showSureness } from "./sureness.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./poses.js").Pose} Pose */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./sureness.js").Sureness} Sureness */
/** @typedef {import("./kept.js").PlacedSticker} PlacedSticker */
/** @typedef {PlacedSticker & { element: HTMLLIElement, button: HTMLButtonElement }} Placed */
/**
 * What a sticker is and where: with it, the board can be as it was.
 * @typedef {Pick<Placed, "label" | "text" | "image" | "square"> & { placed: Placed }} Was
 */

/** The smallest side that a drawing's sticker has, in CSS pixels. */
export const LEAST_SIDE = 44;

export class Board {
  /** @type {Set<Placed>} */
  #stickers = new Set();
  /** Hears that a sticker came, went or changed. */
  onChange = () => {};
  /** Hears that the keyboard, or what reads the page, presses a sticker. @type {(placed: Placed, event: MouseEvent) => void} */
  onPress = () => {};
  /** Hears that a sticker is to be another one. @type {(placed: Placed) => void} */
  onChoose = () => {};
  /** Hears that a sticker has got the focus. @type {(placed: Placed) => void} */
  onFocus = () => {};

  /** @param {HTMLUListElement} list */
  constructor(list) {
    this.list = list;
  }

  get empty() {
    return this.#stickers.size === 0;
  }

  /** What lies on the board, oldest first. @returns {PlacedSticker[]} */
  get stickers() {
    return [...this.#stickers].map(({ label, text, image, square, drawing }) => ({ label, text, image, square, drawing }));
  }

  /** Everything that lies on the board now, oldest first. @returns {Was[]} */
  get state() {
    return [...this.#stickers].map((placed) => {
      const { label, text, image, square } = placed;
      return { placed, label, text, image, square };
    });
  }

  /** Makes the board what it was. @param {readonly Was[]} state */
  show(state) {
    const wanted = new Set(state.map(({ placed }) => placed));
    for (const placed of this.#stickers) {
      if (!wanted.has(placed)) placed.element.remove();
    }
    this.#stickers = wanted;
    for (const { placed, label, square, ...look } of state) {
      const { element } = placed;
      for (const animation of element.getAnimations()) animation.finish(); // it may be leaving, or still coming
      placed.label = label;
      this.#settle(placed, square);
      this.#setLook(placed, look);
    }
    arrange(this.list, state.map(({ placed }) => placed.element));
    this.onChange();
  }

  /**
   * Puts a sticker in the place of a drawing; the caller takes the ink away.
   * @param {Look & { label: string | null }} sticker
   * @param {readonly Stroke[]} strokes
   * @param {number} zoom of the view
   * @param {Sureness | null} sureness of the recogniser, if it was that which knew the drawing
   */
  place({ label, text, image }, strokes, zoom, sureness = null) {
    const square = { ...squareAround(boundsOf(strokes), LEAST_SIDE / zoom), turn: 0 };
    const { element } = this.#add({ label, text, image, square, drawing: strokes });
    // The caption leaves; whoever comes to the sticker later is told all the same.
    if (sureness) element.setAttribute("aria-description", strings.sureness[sureness]);
    void morph({ strokes, look: { text, image }, square, sticker: element });
    if (sureness) void showSureness(element, sureness);
  }

  /**
   * Puts a sticker there that no strokes became.
   * @param {Look & { label: string | null }} sticker
   * @param {Pose} square
   * @param {readonly Stroke[]} [drawing] of the one that it is a copy of
   */
  put({ label, text, image }, square, drawing = []) {
    const placed = this.#add({ label, text, image, square, drawing });
    const { element } = placed;
    if (!reducedMotion.matches) element.animate([{ opacity: 0, scale: 0.7 }, {}], { duration: 180, easing: "ease-out" });
    return placed;
  }

  /**
   * Puts stickers where they were.
   * @param {readonly PlacedSticker[]} stickers
   */
  restore(stickers) {
    for (const sticker of stickers) this.#add(sticker);
  }

  /**
   * Shows the stickers as they look now; what is no sticker any more stays as it was.
   * @param {readonly (Look & { label: string })[]} known
   */
  follow(known) {
    const looks = new Map(known.map(({ label, text, image }) => [label, { text, image }]));
    for (const placed of this.#stickers) {
      const look = looks.get(placed.label ?? "");
      if (!look || sameLook(look, placed)) continue;
      this.#setLook(placed, look);
    }
  }

  /** @param {Placed} placed @param {Look} look */
  #setLook(placed, look) {
    Object.assign(placed, look);
    const { element, button, square } = placed;
    element.setAttribute("aria-label", nameOf(look));
    button.setAttribute("aria-label", strings.correct.open(nameOf(look)));
    element.querySelector(".face")?.replaceWith(createFace(look, square.side));
    this.onChange();
  }

  /** @param {Placed} placed @param {Pose} square where it is from now on, and how large */
  move(placed, square) {
    this.#settle(placed, square);
    this.onChange();
  }

  /** @param {Placed} placed @param {Pose} square */
  #settle(placed, square) {
    const { left, top, side, turn } = square;
    placed.square = square;
    const { style } = placed.element;
    for (const [name, value] of Object.entries({ left, top, side, turn })) style.setProperty(`--${name}`, String(value));
  }

  /** @param {PlacedSticker} sticker */
  #add({ label, text, image: given, square, drawing }) {
    // The same bytes for all that look the same: the board is kept often, and they are kept once.
    const same = given && [...this.#stickers].find((other) => sameLook(other, { text, image: given }));
    const image = same ? same.image : given;
    const element = document.createElement("li");
    element.className = "sticker";
    element.setAttribute("aria-label", nameOf({ text }));
    const button = createButton({ text });
    const placed = { label, text, image, square, drawing, element, button };
    button.addEventListener("click", (event) => this.onPress(placed, event));
    button.addEventListener("focus", () => this.onFocus(placed));
    element.append(createFace({ text, image }, square.side), button);
    this.#settle(placed, square);
    this.list.append(element);
    this.#stickers.add(placed);
    this.onChange();
    return placed;
  }

  /** Lets go of the drawings that became the stickers: one of them may have been forgotten for good. */
  dropDrawings() {
    for (const placed of this.#stickers) placed.drawing = [];
    this.onChange();
  }

  /** The sticker at a place, the topmost where they overlap. @param {import("./view.js").Place} place */
  at(place) {
    return [...this.#stickers].findLast(({ square }) => covers(square, place));
  }

  /** @param {Placed} placed */
  has(placed) {
    return this.#stickers.has(placed);
  }

  /** @param {Placed} placed is another sticker from now on @param {Look & { label: string | null }} sticker */
  become(placed, { label, text, image }) {
    if (!this.#stickers.has(placed)) return;
    placed.label = label;
    placed.element.removeAttribute("aria-description");
    this.#setLook(placed, { text, image });
  }

  /**
   * The stickers that a stroke scribbles out.
   * @param {Stroke} stroke
   */
  scribbledOutBy(stroke) {
    return [...this.#stickers].filter(({ square }) => scribblesOut(stroke, boxOfSquare(square)));
  }

  /** @param {...Placed} stickers */
  async remove(...stickers) {
    for (const sticker of stickers) this.#stickers.delete(sticker);
    this.onChange();
    await Promise.all(
      stickers.map(async (sticker) => {
        const { element } = sticker;
        if (!reducedMotion.matches) {
          await element.animate([{}, { opacity: 0, scale: 0.7 }], { duration: 180, easing: "ease-in" }).finished;
        }
        if (!this.#stickers.has(sticker)) element.remove(); // it may have come back meanwhile
      }),
    );
  }

  clear() {
    void this.remove(...this.#stickers);
  }
}

/** What the keyboard reaches; a pointer's tap goes through the ink's canvas. @param {{ text: string }} look */
function createButton(look) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sticker-button";
  button.setAttribute("aria-label", strings.correct.open(nameOf(look)));
  button.setAttribute("aria-description", strings.board.keys);
  button.setAttribute("aria-haspopup", "dialog");
  return button;
}
