/** The preferences in the settings: each control shows one and changes it. */

import { PAUSES } from "./preferences.js";
import { strings } from "./strings.js";

/** @typedef {import("./preferences.js").Preferences} Preferences */
/** @typedef {import("./preferences.js").Values} Values */

/**
 * @param {HTMLElement} section with a control for each preference
 * @param {Preferences} preferences
 */
export function bindChoices(section, preferences) {
  const controls = /** @type {NodeListOf<HTMLInputElement | HTMLSelectElement>} */ (
    section.querySelectorAll("[data-preference]"));
  const pause = /** @type {HTMLInputElement} */ (section.querySelector("#pause"));
  const value = /** @type {HTMLElement} */ (section.querySelector("#pause-value"));
  [pause.min, pause.max] = [String(PAUSES.least), String(PAUSES.most)];
  const show = () => {
    const { values } = preferences;
    for (const control of controls) put(control, values[nameOf(control)]);
    value.textContent = strings.settings.seconds(values.pause);
    pause.setAttribute("aria-valuetext", value.textContent);
    pause.disabled = values.onEnter;
  };
  const language = /** @type {HTMLSelectElement} */ (section.querySelector("[data-preference=language]"));
  // Everything is written anew; what is on the board comes back.
  language.addEventListener("change", () => location.reload());
  for (const control of controls) {
    control.addEventListener("input", () => preferences.set({ [nameOf(control)]: taken(control) }));
  }
  preferences.listen(show);
  // In a task of its own: the first number in words takes longer than all that the page begins with.
  setTimeout(show);
}

/** @param {HTMLElement} control */
const nameOf = (control) => /** @type {keyof Values} */ (control.dataset.preference);

/** @param {HTMLInputElement | HTMLSelectElement} control @param {Values[keyof Values]} value */
function put(control, value) {
  if (control.type === "checkbox") /** @type {HTMLInputElement} */ (control).checked = value === true;
  else control.value = String(value);
}

/** @param {HTMLInputElement | HTMLSelectElement} control */
function taken(control) {
  if (control.type === "checkbox") return /** @type {HTMLInputElement} */ (control).checked;
  return Number.isNaN(Number(control.value)) ? control.value : Number(control.value);
}
