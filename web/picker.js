/** The emoji picker, fetched when it is first wanted. Its data comes from this site, never from elsewhere. */

import { emojiVersion, NAMES } from "./emoji.js";
import { about, languages } from "./strings.js";

/** @typedef {import("./vendor/emoji-picker-element/database.js").default} PickerDatabase */
/** @typedef {HTMLElement & { database: PickerDatabase }} Picker */

const LOCALE = document.documentElement.lang;
/** Where it keeps its emoji, which of them are the person's favourites, and the tone of skin, for each language. */
const DATABASES = languages.map((code) => `emoji-picker-element-${code}`);

/** What was chosen lately is offered above the picker, texts and pictures too: one row of that is enough. */
const STYLE = ".favorites { display: none; }";

/** @type {Set<Picker>} */
const pickers = new Set();

/**
 * @param {(emoji: string) => void} onPick
 * @returns {Promise<HTMLElement>}
 */
export async function createPicker(onPick) {
  const { default: PickerElement } = await import("./vendor/emoji-picker-element/picker.js");
  const { default: i18n } = await import(`./vendor/emoji-picker-element/i18n/${about.emoji.words}.js`);
  const picker = new PickerElement({ dataSource: NAMES, locale: LOCALE, i18n, emojiVersion });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  picker.shadowRoot?.adoptedStyleSheets.push(sheet);
  picker.addEventListener("emoji-click", ({ detail }) => {
    if (detail.unicode) onPick(detail.unicode);
  });
  pickers.add(/** @type {Picker} */ (/** @type {unknown} */ (picker)));
  dress(picker);
  return picker;
}

/** Gives a picker the page's colours. @param {HTMLElement} picker */
function dress(picker) {
  picker.className = document.documentElement.dataset.scheme ?? "";
}

addEventListener("schemechange", () => pickers.forEach(dress));

/** Finds emoji by what they are called. @type {PickerDatabase | null} */
let finder = null;

/**
 * @param {string} query
 * @returns {Promise<string[]>} the emoji that are called so; none where that cannot be looked up
 */
export async function findEmoji(query) {
  try {
    const { default: PickerDatabase } = await import("./vendor/emoji-picker-element/database.js");
    finder ??= new PickerDatabase({ dataSource: NAMES, locale: LOCALE });
    const found = await finder.getEmojiBySearchQuery(query);
    return found.flatMap((emoji) => ("unicode" in emoji ? [emoji.unicode] : []));
  } catch {
    return [];
  }
}

/** Takes every picker out of the page and lets go of its database; whoever wants one makes it anew. */
export async function closePickers() {
  const closing = [...pickers].map(async (picker) => {
    picker.remove();
    await picker.database.close();
  });
  pickers.clear();
  if (finder) closing.push(finder.close());
  finder = null;
  // One that never came to open its database has none to close.
  await Promise.allSettled(closing);
}

/**
 * Erases what the picker has kept: first the favourites, which works while another tab still reads them, and then all.
 * A browser without a working storage has kept nothing.
 */
export async function erasePickers() {
  await closePickers();
  await Promise.all(DATABASES.map((name) => emptyDatabase(name).then(() => deleteDatabase(name)).catch(() => {})));
}

/** @param {string} name */
function deleteDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = resolve;
    // It is deleted as soon as the other tab has closed it, and empty until then.
    request.onblocked = resolve;
    request.onerror = () => reject(request.error);
  });
}

/** @param {string} name @returns {Promise<void>} */
function emptyDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    // There is none, and none shall be made.
    request.onupgradeneeded = () => request.transaction?.abort();
    request.onerror = () => (request.error?.name === "AbortError" ? resolve() : reject(request.error));
    request.onsuccess = () => {
      const database = request.result;
      const names = [...database.objectStoreNames];
      const ended = () => (database.close(), resolve());
      if (names.length === 0) return ended();
      const transaction = database.transaction(names, "readwrite");
      for (const name of names) transaction.objectStore(name).clear();
      transaction.oncomplete = ended;
      transaction.onabort = () => (database.close(), reject(transaction.error));
    };
  });
}
