/** Who listens to one Inkmoji. */

/** @typedef {import("./inkmoji.d.ts").Notice} Notice */
/** @typedef {import("./inkmoji.d.ts").Heard} Heard */

export class Listeners {
  /** @type {{[Type in keyof Heard]: Set<Heard[Type]>}} */
  #sets = { change: new Set(), forgotten: new Set(), reset: new Set(), notice: new Set() };
  /** @type {Notice[]} */
  #unheard = [];

  /**
   * @template {keyof Heard} Type
   * @param {Type} type
   * @param {Heard[Type]} listener
   * @returns {() => void} stops listening
   */
  add(type, listener) {
    if (!Object.hasOwn(this.#sets, type)) {
      throw new TypeError(`Expected one of ${Object.keys(this.#sets).join(", ")} to listen to, got ${type}.`);
    }
    this.#sets[type].add(listener);
    queueMicrotask(() => this.#deliver());
    return () => void this.#sets[type].delete(listener);
  }

  /** @param {"change" | "forgotten" | "reset"} type */
  tell(type) {
    this.#sets[type].forEach((listener) => inform(listener, undefined));
  }

  /** A notice waits for the first listener. @param {Notice} notice */
  notify(notice) {
    this.#unheard.push(notice);
    this.#deliver();
  }

  #deliver() {
    if (this.#sets.notice.size > 0) {
      for (const notice of this.#unheard.splice(0)) {
        this.#sets.notice.forEach((listener) => inform(listener, notice));
      }
    }
  }
}

/**
 * Call a listener; if it throws, that is its own error and not one of the call that it hears of.
 *
 * @template Value
 * @param {(value: Value) => void} listener
 * @param {Value} value
 */
export function inform(listener, value) {
  try {
    listener(value);
  } catch (error) {
    reportError(error);
  }
}
