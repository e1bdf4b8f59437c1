/** The saved states of the stickers: what was changed and when, newest first, and a way back to each. */

import { ago, inBytes, inMinutes } from "./formats.js";
import { nameOf } from "./look.js";
import { strings } from "./strings.js";

/** @typedef {import("./protocol.d.ts").Change} Change */
/** @typedef {import("./protocol.d.ts").Generation} Generation */

/**
 * A change in words.
 * @param {Change} change
 * @param {string | null} former what the sticker looked like before, if that is what changed and it is known
 */
export function describe({ type, stickers, examples }, former = null) {
  const faces = stickers.map(nameOf);
  return strings.changes[type](former === null ? faces : [former, ...faces], examples);
}

export class History {
  /**
   * @param {HTMLElement} panel with a list, what it says about that, and a button to forget it
   * @param {object} handlers
   * @param {(generation: Generation, change: string) => void} handlers.onRestore
   * @param {(generation: Generation) => void} handlers.onExport  of a damaged one, which cannot be restored
   * @param {() => void} handlers.onForget
   */
  constructor(panel, { onRestore, onExport, onForget }) {
    this.list = /** @type {HTMLElement} */ (panel.querySelector("ol"));
    this.about = /** @type {HTMLElement} */ (panel.querySelector(".history-about"));
    this.forget = /** @type {HTMLButtonElement} */ (panel.querySelector("[data-action=forget-history]"));
    this.onRestore = onRestore;
    this.onExport = onExport;
    this.forget.addEventListener("click", onForget);
  }

  /** @param {readonly Generation[]} generations newest first */
  show(generations) {
    const { activeElement } = document;
    const focused = this.list.contains(activeElement) && /** @type {HTMLElement} */ (activeElement).dataset.generation;
    const bytes = generations.reduce((sum, generation) => sum + generation.bytes, 0);
    this.about.textContent =
      generations.length > 0 ? strings.history.kept(generations.length, inBytes(bytes)) : strings.history.none;
    this.list.replaceChildren(...generations.map((_, at) => this.#createItem(generations, at)));
    this.forget.hidden = generations.length === 0;
    if (focused) this.#focus(focused);
  }

  /**
   * Gives the focus back to the button it was on; when that state is the one in use now, to the nearest other one.
   * @param {string} number of the generation
   */
  #focus(number) {
    const buttons = [...this.list.querySelectorAll("button")];
    const same = buttons.find((button) => button.dataset.generation === number);
    (same ?? buttons[0] ?? this.forget).focus();
  }

  /**
   * @param {readonly Generation[]} generations
   * @param {number} at
   */
  #createItem(generations, at) {
    const { number, change, created, live, damaged } = generations[at];
    const item = document.createElement("li");
    item.className = "generation";
    const words = describe(change, formerFace(change, generations.slice(at + 1)));
    const what = document.createElement("p");
    what.className = "generation-change";
    what.id = `generation-${number}`;
    what.textContent = damaged ? strings.history.damaged(words) : words;
    item.append(what, createTime(created));
    if (live) item.setAttribute("aria-current", "true");
    item.append(live ? createMark() : this.#createButton(generations[at], words));
    return item;
  }

  /**
   * @param {Generation} generation
   * @param {string} words what led to it
   */
  #createButton(generation, words) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = generation.damaged ? strings.history.export : strings.history.restore;
    button.dataset.generation = String(generation.number);
    button.setAttribute("aria-describedby", `generation-${generation.number}`);
    button.addEventListener("click", () => {
      if (generation.damaged) this.onExport(generation);
      else this.onRestore(generation, words);
    });
    return button;
  }
}

/** @param {number} moment */
function createTime(moment) {
  const time = document.createElement("time");
  time.dateTime = new Date(moment).toISOString();
  time.textContent = `${ago(moment) ?? strings.history.justNow} · ${inMinutes(moment)}`;
  return time;
}

function createMark() {
  const mark = document.createElement("span");
  mark.className = "generation-live";
  mark.textContent = strings.history.live;
  return mark;
}

/**
 * What a sticker looked like before its face was changed, as far as older changes tell.
 * @param {Change} change
 * @param {readonly Generation[]} older newest first
 */
function formerFace({ type, stickers }, older) {
  if (type !== "face-changed" || stickers.length !== 1) return null;
  const named = older.flatMap(({ change }) => change.stickers).find(({ label }) => label === stickers[0].label);
  return named ? nameOf(named) : null;
}
