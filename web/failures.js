/** What went wrong, in words for the person, and whether Python outlived it. */

import { InkmojiError } from "./errors.js";
import { strings } from "./strings.js";

/** What leaves Python of use. */
const HARMLESS = ["worker-model", "worker-died"];

/** @param {unknown} error after which Python is of no use any more; a model that could not be fetched does it no harm */
export function isOfWorker(error) {
  return error instanceof InkmojiError && error.code.startsWith("worker-") && !HARMLESS.includes(error.code);
}

/** @param {unknown} error after which Python starts again by itself */
export function isOfRestart(error) {
  return error instanceof InkmojiError && error.code === "worker-died";
}

/**
 * An error in words for the person.
 * @param {unknown} error
 */
export function explain(error) {
  if (error instanceof InkmojiError) return error.message;
  reportError(error);
  return strings.unknownError;
}
