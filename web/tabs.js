/** Tabs after the pattern of the ARIA Authoring Practices: arrows, Home and End choose, and show at once. */

export class Tabs {
  /**
   * @param {HTMLElement} list with role=tablist, each tab controlling a panel
   * @param {(tab: HTMLElement) => void} onChoose
   */
  constructor(list, onChoose) {
    this.tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=tab]")]);
    this.onChoose = onChoose;
    for (const tab of this.tabs) tab.addEventListener("click", () => this.choose(tab));
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {HTMLElement} chosen */
  choose(chosen) {
    for (const tab of this.tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      panelOf(tab).hidden = tab !== chosen;
    }
    this.onChoose(chosen);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const at = this.tabs.findIndex((tab) => tab.tabIndex === 0);
    const count = this.tabs.length;
    const [next, previous] = [(at + 1) % count, (at - 1 + count) % count];
    const [right, left] = document.documentElement.dir === "rtl" ? [previous, next] : [next, previous];
    /** @type {Record<string, number>} */
    const targets = { ArrowRight: right, ArrowLeft: left, Home: 0, End: count - 1 };
    if (!(event.key in targets)) return;
    event.preventDefault();
    const tab = this.tabs[targets[event.key]];
    this.choose(tab);
    tab.focus();
  }
}

/** @param {HTMLElement} tab */
function panelOf(tab) {
  return /** @type {HTMLElement} */ (document.getElementById(tab.getAttribute("aria-controls") ?? ""));
}
