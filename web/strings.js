/**
 * What the page says, in the language that `first.js` has chosen: each is a file of `languages/`, the same for all.
 *
 * Importing this translates what stands in `index.html`, which the build has filled with English.
 */

import { setLocale } from "./formats.js";
import * as english from "./languages/en.js";

/** @typedef {typeof english} Language */

const ATTRIBUTES = /** @type {const} */ ([["label", "aria-label"], ["alt", "alt"], ["placeholder", "placeholder"]]);
const root = document.documentElement;

/** Of all languages, as their files are called. */
export const languages = (root.dataset.languages ?? "en").split(" ");

/** @param {string} code @returns {Promise<Language>} English, where there is none of that name */
async function load(code) {
  if (code === "en" || !languages.includes(code)) return english;
  return import(`./languages/${code}.js`).catch(() => english);
}

const language = await load(root.lang);
export const { strings, about } = language;

if (language === english) root.lang = "en";
else translate(language);
// As it is written where the person lives, if the browser says where that is.
setLocale(navigator.languages.find((tag) => tag.split("-")[0] === root.lang) ?? root.lang);
delete root.dataset.untranslated;

/** @param {Language} language */
function translate({ page, about: { direction } }) {
  root.dir = direction;
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = textOf(page, element, "data-text");
  for (const [name, attribute] of ATTRIBUTES) {
    const key = `data-text-${name}`;
    for (const element of root.querySelectorAll(`[${key}]`)) element.setAttribute(attribute, textOf(page, element, key));
  }
}

/**
 * @param {Language["page"]} page
 * @param {Element} element
 * @param {string} attribute that names the text: of which part, and which of that
 */
function textOf(page, element, attribute) {
  const [part, name] = String(element.getAttribute(attribute)).split(".");
  return /** @type {Record<string, Record<string, string>>} */ (page)[part][name];
}
