/** Keys as shortcuts: what a person types as text is none. */

const TEXT = "input, textarea, select, [contenteditable]";

/** @param {Event} event whether it goes to something that is typed in */
export function isTyped({ target }) {
  return /** @type {Element} */ (target).matches(TEXT);
}

/**
 * Whether a key stands for a letter: by what it types, or by its place where a keyboard has no Latin letters.
 * @param {KeyboardEvent} event
 * @param {string} letter
 */
export function isLetter({ key, code }, letter) {
  return key.toLowerCase() === letter || (key.length === 1 && key > "\u024f" && code === `Key${letter.toUpperCase()}`);
}
