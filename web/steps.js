/** "Undo learning" and "Redo learning" in the menu: whether there is something to undo or redo, and what that is. */

import { explain } from "./failures.js";
import { describe } from "./history.js";
import { strings } from "./strings.js";

/** @typedef {import("./collection.js").Collection} Collection */
/** @typedef {"undo" | "redo"} Direction */

/** @type {readonly Direction[]} */
const DIRECTIONS = ["undo", "redo"];

export class Steps {
  /**
   * @param {HTMLElement} menu
   * @param {Collection} collection
   * @param {(message: string, tone?: "error") => void} announce
   */
  constructor(menu, collection, announce) {
    this.collection = collection;
    this.announce = announce;
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (menu.querySelector(selector));
    this.items = { undo: find("[data-action=undo]"), redo: find("[data-action=redo]") };
    this.descriptions = { undo: find("#undo-what"), redo: find("#redo-what") };
  }

  /** Shows what there is: the stickers have changed, or a change has begun or ended. */
  refresh() {
    for (const direction of DIRECTIONS) {
      const change = this.#changeOf(direction);
      // Disabled for good, an item could not be focused.
      this.items[direction].setAttribute("aria-disabled", String(!change || this.collection.changing));
      this.descriptions[direction].textContent = change ? describe(change) : "";
    }
  }

  /** @param {Direction} direction */
  async go(direction) {
    const change = this.#changeOf(direction);
    if (!change) return;
    const [done, failed] = direction === "undo"
      ? [strings.history.undone, strings.history.undoFailed]
      : [strings.history.redone, strings.history.redoFailed];
    try {
      await this.collection.change(new AbortController().signal, (client) => client[direction]());
      this.announce(done(describe(change)));
    } catch (error) {
      this.announce(failed(explain(error)), "error");
    }
  }

  /** @param {Direction} direction */
  #changeOf(direction) {
    const { client } = this.collection;
    return (direction === "undo" ? client?.undoable : client?.redoable) ?? null;
  }
}
