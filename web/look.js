/** What a sticker looks like: an emoji, a short text, or a picture of the person's own, whose text is its name. No DOM. */

import { strings } from "./strings.js";

/** Bytes that a picture may have; the engine takes no more. */
export const MOST_BYTES = 64 << 10;

/**
 * @typedef {object} Look
 * @property {string} text  may be empty where there is an image
 * @property {Uint8Array | null} image  a PNG
 */

/**
 * What it is called where it cannot be shown.
 * @param {{ text: string }} look
 */
export function nameOf({ text }) {
  return text || strings.picture;
}

/** @param {Look} look with letters in a row, which are set smaller than an emoji or a sign */
export function isWord({ text, image }) {
  return image === null && /\p{L}{2}/u.test(text);
}

/** @param {unknown} value that was kept @returns {value is Uint8Array} */
export function isPicture(value) {
  return value instanceof Uint8Array && value.length > 0 && value.length <= MOST_BYTES;
}

/**
 * Whether nobody could tell the two apart.
 * @param {Look} a
 * @param {Look} b
 */
export function sameLook(a, b) {
  return a.text === b.text && sameBytes(a.image, b.image);
}

/**
 * @param {Uint8Array | null} a
 * @param {Uint8Array | null} b
 */
function sameBytes(a, b) {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
