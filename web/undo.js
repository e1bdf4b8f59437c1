/** What was done, step by step, and the way back and forth. No DOM. */

const MOST_STATES = 200;

/** @template State */
export class Undo {
  /** @type {State[]} */
  #states = [];
  #at = 0;
  /** What the present state belongs to. @type {object | null} */
  #run = null;

  /** @param {State} state to begin with; there is no way back from it */
  constructor(state) {
    this.#states = [state];
  }

  get canUndo() {
    return this.#at > 0;
  }

  get canRedo() {
    return this.#at < this.#states.length - 1;
  }

  /** The state that was recorded last. */
  get present() {
    return this.#states[this.#at];
  }

  /**
   * What was undone before is not to be had any more.
   * @param {State} state
   * @param {object | null} run steps of one run are undone together
   */
  record(state, run = null) {
    const goesOn = run !== null && run === this.#run && !this.canRedo;
    this.#states.splice(this.#at + (goesOn ? 0 : 1), Infinity, state);
    if (this.#states.length > MOST_STATES) this.#states.shift();
    this.#at = this.#states.length - 1;
    this.#run = run;
  }

  /**
   * @param {State} now what the present state has become by other ways
   * @param {-1 | 1} by one back, or one forth
   * @returns {State | null} the state to go to, if there is one
   */
  go(now, by) {
    if (by < 0 ? !this.canUndo : !this.canRedo) return null;
    this.#states[this.#at] = now;
    this.#at += by;
    this.#run = null;
    return this.present;
  }
}
