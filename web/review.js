/** What is said of the drawings on the pads before they are taught: a picture in each corner, and one hint at a time. */

import { nameOf } from "./look.js";
import { strings } from "./strings.js";
import { toDrawing } from "./strokes.js";

/** @typedef {import("./inkmoji.js").Review} Found */
/** @typedef {import("./inkmoji.js").Sticker} Sticker */
/** @typedef {import("./pad.js").Pad} Pad */
/** @typedef {Omit<Found, "claims"> & { claims: (Sticker | null)[] }} Review claims by stickers that were taught */
/** @typedef {{ words: string, places: number[], join: Sticker | null }} Hint with the places of those it is about */
/**
 * @typedef {object} Handlers
 * @property {(drawings: ReturnType<typeof toDrawing>[], signal: AbortSignal) => Promise<Review | null>} look  null while
 *   Python is not up
 * @property {(sticker: Sticker) => boolean} isTarget  whether the drawings are to be taught as that sticker anyway
 * @property {() => boolean} canJoin  whether they may be added to another one
 * @property {(sticker: Sticker, button: HTMLButtonElement) => void} onJoin
 */

/** So long nothing must have changed before the drawings are looked at. */
const REST_MS = 250;

export class PadReview {
  #timer = 0;
  #abort = new AbortController();
  /** What was found last, and of which pads. @type {{ review: Review, pads: Pad[] } | null} */
  #found = null;
  /** @type {Sticker | null} */
  #other = null;

  /**
   * @param {HTMLElement} line under the pads
   * @param {readonly Pad[]} pads
   * @param {Handlers} handlers
   */
  constructor(line, pads, handlers) {
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (line.querySelector(selector));
    this.pads = pads;
    this.handlers = handlers;
    this.about = find(".review-about");
    this.hint = find(".review-hint");
    this.join = /** @type {HTMLButtonElement} */ (find("[data-action=join]"));
    this.join.addEventListener("click", () => {
      if (this.#other) handlers.onJoin(this.#other, this.join);
    });
  }

  /** A drawing has changed: what was said is not true any more. */
  changed() {
    this.#found = null;
    this.refresh();
    this.again();
  }

  /** Looks at the drawings as soon as the pen rests: again, where something else has changed. */
  again() {
    this.stop();
    this.#timer = setTimeout(() => void this.#look(), REST_MS);
  }

  /** Nobody waits for what is being found out. */
  stop() {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  /** Says what was found, of what the drawings are to be taught as now. */
  refresh() {
    const hint = this.#found && hintOf(this.#found.review, this.#found.pads.map(placeOf(this.pads)), this.handlers.isTarget);
    const marked = new Set(hint?.places);
    this.pads.forEach((pad, index) => pad.mark(marked.has(index + 1)));
    this.about.hidden = !this.#found || hint !== null;
    // A live region is read out at every change, were it for the same.
    if (this.hint.textContent !== (hint?.words ?? "")) this.hint.textContent = hint?.words ?? "";
    this.#other = hint?.join && this.handlers.canJoin() ? hint.join : null;
    this.join.hidden = !this.#other;
    if (this.#other) this.join.textContent = strings.review.join(nameOf(this.#other));
  }

  async #look() {
    const pads = this.pads.filter((pad) => !pad.empty);
    // The end of the stroke is a change too.
    if (pads.length === 0 || pads.some((pad) => pad.writing)) return;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    // Where it fails nothing is said: it is a help, and nothing was asked for.
    const review = await this.handlers.look(pads.map(({ strokes }) => toDrawing(strokes)), signal).catch(() => null);
    if (!review || signal.aborted) return;
    pads.forEach((pad, index) => pad.seen.show(review.pictures[index]));
    this.#found = { review, pads };
    this.refresh();
  }
}

/** @param {readonly Pad[]} pads @returns {(pad: Pad) => number} */
const placeOf = (pads) => (pad) => pads.indexOf(pad) + 1;

/**
 * What matters most of what was found.
 * @param {Review} review
 * @param {readonly number[]} places of the drawings, from 1
 * @param {(sticker: Sticker) => boolean} isTarget
 * @returns {Hint | null}
 */
export function hintOf({ alike, odd, claims }, places, isTarget) {
  const other = claims.find((claim) => claim && !isTarget(claim));
  const [claimed, strange, same] = [
    claims.flatMap((claim, index) => (other && claim?.label === other.label ? [places[index]] : [])),
    odd.map((index) => places[index]),
    [...new Set(alike.flat())].toSorted((a, b) => a - b).map((index) => places[index]),
  ];
  if (other) {
    const join = claimed.length === places.length ? other : null;
    return { words: strings.review.claimed(claimed, nameOf(other)), places: claimed, join };
  }
  if (strange.length > 0) return { words: strings.review.odd(strange), places: strange, join: null };
  return same.length > 0 ? { words: strings.review.alike(same), places: same, join: null } : null;
}
