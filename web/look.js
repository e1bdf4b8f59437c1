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
 * @param {Look} one
 * @param {Look} other
 */
export function sameLook(one, other) {
  return one.text === other.text && sameBytes(one.image, other.image);
}

/**
 * @param {Uint8Array | null} one
 * @param {Uint8Array | null} other
 */
function sameBytes(one, other) {
  if (one === null || other === null) return one === other;
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
