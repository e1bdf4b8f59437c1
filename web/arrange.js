/** Order among the elements of a list. */

/**
 * Brings elements into a parent, before whatever else it holds. What is in its place is not moved: it would lose the focus.
 * @param {HTMLElement} parent
 * @param {readonly HTMLElement[]} elements
 */
export function arrange(parent, elements) {
  elements.forEach((element, at) => {
    if (parent.children[at] !== element) parent.insertBefore(element, parent.children[at] ?? null);
  });
}
