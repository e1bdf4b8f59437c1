/** The one kind of error that the page's thread and the worker raise on purpose. */

/** The code of a call that the caller cancelled; the page sees it as an `AbortError`. */
export const CANCELLED = "update-cancelled";

/** @typedef {import("./inkmoji.d.ts").InkmojiError} Public */

/** @implements {Public} */
export class InkmojiError extends Error {
  /**
   * @param {string} code  stable, for programs
   * @param {string} message  for people: what was expected, what came, what to do
   */
  constructor(code, message) {
    super(message);
    this.name = "InkmojiError";
    this.code = code;
  }
}

/**
 * The message of anything thrown.
 *
 * @param {unknown} error
 */
export function messageOf(error) {
  return error instanceof Error || error instanceof DOMException ? error.message : String(error);
}
