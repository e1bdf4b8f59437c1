/** What the page says: one status region, read out once for each message, and seen for a few seconds. */

const SHOWN_MS = 5000;

/** @typedef {"quiet" | "info" | "error"} Tone quiet messages are only read out: the eye sees the result itself */

export class Announcer {
  #timer = 0;

  /** @param {HTMLElement} region with role=status */
  constructor(region) {
    this.region = region;
  }

  /**
   * @param {string} message
   * @param {Tone} tone
   */
  say(message, tone = "info") {
    clearTimeout(this.#timer);
    const line = document.createElement("span");
    line.textContent = message;
    this.region.dataset.tone = tone;
    this.region.replaceChildren(line);
    this.#timer = setTimeout(() => this.region.replaceChildren(), tone === "error" ? 2 * SHOWN_MS : SHOWN_MS);
  }
}
