/** Dialogs that close when the person presses beside them. */

/**
 * A press that begins and ends on the backdrop closes the dialog; text that is marked beyond its edge does not.
 * @param {HTMLDialogElement} dialog
 */
export function closeFromBeside(dialog) {
  let pressed = false;
  dialog.addEventListener("pointerdown", (event) => {
    pressed = isBeside(dialog, event);
  });
  dialog.addEventListener("click", (event) => {
    if (pressed && isBeside(dialog, event)) dialog.close();
    pressed = false;
  });
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {MouseEvent} event
 */
function isBeside(dialog, { target, clientX: x, clientY: y }) {
  const { left, top, right, bottom } = dialog.getBoundingClientRect();
  return target === dialog && (x < left || x > right || y < top || y > bottom);
}
