/** "Is it one of these?": the stickers that come nearest to a drawing that was not recognised, to choose from. */

import { createFace } from "./face.js";
import { isWord, nameOf } from "./look.js";

/** @typedef {import("./inkmoji.js").Candidate} Candidate */
/** @typedef {import("./inkmoji.js").Sticker} Sticker */

const MOST = 4;
const PICTURE_SIDE = 32;

/**
 * The candidates that can be offered: those that are still stickers.
 * @param {readonly Candidate[]} candidates best first
 * @param {readonly Sticker[]} stickers
 */
export function offered(candidates, stickers) {
  return candidates.flatMap(({ label }) => stickers.filter((sticker) => sticker.label === label)).slice(0, MOST);
}

export class Candidates {
  /**
   * @param {HTMLElement} group with a list for the buttons
   * @param {(sticker: Sticker, button: HTMLButtonElement) => void} onChoose
   */
  constructor(group, onChoose) {
    this.group = group;
    this.list = /** @type {HTMLElement} */ (group.querySelector(".candidates-list"));
    this.onChoose = onChoose;
  }

  /** @param {readonly Sticker[]} stickers none: there is nothing to ask */
  show(stickers) {
    this.list.replaceChildren(...stickers.map((sticker) => this.#createButton(sticker)));
    this.group.hidden = stickers.length === 0;
  }

  /** @param {Sticker} sticker */
  #createButton(sticker) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button candidate";
    button.classList.toggle("word", isWord(sticker));
    if (sticker.image) {
      button.append(createFace(sticker, PICTURE_SIDE));
      button.setAttribute("aria-label", nameOf(sticker));
    } else {
      button.textContent = sticker.text;
    }
    button.addEventListener("click", () => {
      for (const each of this.list.querySelectorAll("button")) each.toggleAttribute("data-chosen", each === button);
      this.onChoose(sticker, button);
    });
    return button;
  }
}
