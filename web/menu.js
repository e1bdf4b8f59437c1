/** A menu button after the pattern of the ARIA Authoring Practices: arrows, Home, End, Escape, first letters. */

export class Menu {
  /**
   * @param {HTMLButtonElement} button
   * @param {HTMLElement} list with role=menu, its items buttons with `data-action`
   * @param {{ onAction: (action: string) => void, onClose: () => void }} handlers
   */
  constructor(button, list, { onAction, onClose }) {
    this.button = button;
    this.list = list;
    this.onClose = onClose;
    this.items = /** @type {HTMLButtonElement[]} */ ([...list.querySelectorAll("[role=menuitem]")]);
    button.addEventListener("click", () => this.toggle());
    button.addEventListener("keydown", (event) => this.#buttonKey(event));
    list.addEventListener("keydown", (event) => this.#listKey(event));
    document.addEventListener("pointerdown", (event) => this.#pressedOutside(event));
    for (const item of this.items) {
      item.addEventListener("click", () => {
        if (item.getAttribute("aria-disabled") === "true") return;
        this.close();
        onAction(item.dataset.action ?? "");
      });
    }
  }

  get isOpen() {
    return !this.list.hidden;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open(0);
  }

  /** @param {number} index of the item to focus; negative counts from the end */
  open(index) {
    this.list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.items.at(index)?.focus();
  }

  close() {
    if (!this.isOpen) return;
    this.list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.button.focus();
    this.onClose();
  }

  /** @param {KeyboardEvent} event */
  #buttonKey(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    this.open(event.key === "ArrowDown" ? 0 : -1);
  }

  /** @param {KeyboardEvent} event */
  #listKey(event) {
    const at = this.items.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const count = this.items.length;
    /** @type {Record<string, number>} */
    const targets = { ArrowDown: (at + 1) % count, ArrowUp: (at - 1 + count) % count, Home: 0, End: count - 1 };
    if (event.key === "Escape" || event.key === "Tab") {
      this.close();
    } else if (event.key in targets) {
      this.items[targets[event.key]].focus();
    } else {
      this.#nextStartingWith(event.key.toLowerCase(), at)?.focus();
      return;
    }
    if (event.key !== "Tab") event.preventDefault();
  }

  /**
   * @param {string} letter
   * @param {number} at
   */
  #nextStartingWith(letter, at) {
    const ring = [...this.items.slice(at + 1), ...this.items.slice(0, at + 1)];
    return ring.find((item) => item.textContent.trim().toLowerCase().startsWith(letter));
  }

  /** @param {PointerEvent} event */
  #pressedOutside(event) {
    const target = /** @type {Node} */ (event.target);
    if (!this.list.contains(target) && !this.button.contains(target)) this.close();
  }
}
