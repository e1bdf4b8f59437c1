/** How the page is: `data-state` on the document, and a pill that tells what is loading and then keeps quiet. */

import { strings } from "./strings.js";

/** @typedef {"starting" | "ready" | "working" | "failed"} State */

/** The part of the ring that is drawn even when nothing is loaded yet, so that its turning shows. */
const LEAST_RING = 0.12;

export class Status {
  /** @param {HTMLElement} pill */
  constructor(pill) {
    this.label = /** @type {HTMLElement} */ (pill.querySelector(".pill-text"));
    this.ring = /** @type {SVGElement} */ (pill.querySelector(".ring-value"));
  }

  /** @param {State} state */
  set state(state) {
    if (document.documentElement.dataset.state !== state) document.documentElement.dataset.state = state;
  }

  /**
   * @param {keyof typeof strings.stages} stage
   * @param {number} share loaded, from 0 to 1
   * @param {number} waiting drawings
   */
  starting(stage, share, waiting) {
    this.state = "starting";
    this.#show(strings.starting(strings.stages[stage], Math.floor(100 * share), waiting), share);
  }

  ready() {
    this.state = "ready";
    this.#show(strings.ready, 1);
  }

  /** @param {string} text what is going on */
  working(text) {
    this.state = "working";
    this.#show(text, 1);
  }

  /**
   * @param {string} text
   * @param {number} share
   */
  #show(text, share) {
    this.label.textContent = text;
    this.ring.style.strokeDashoffset = String(100 * (1 - Math.max(share, LEAST_RING)));
  }
}
