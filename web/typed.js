/** Keys that a person types as text are no shortcuts. */

const TEXT = "input, textarea, select, [contenteditable]";

/** @param {Event} event whether it goes to something that is typed in */
export function isTyped({ target }) {
  return /** @type {Element} */ (target).matches(TEXT);
}
