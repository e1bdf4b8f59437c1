/** The emoji picker, fetched when it is first wanted. Its data comes from this site, never from elsewhere. */

const DATA = new URL("./vendor/emoji-picker-element-data/en/emojibase/data.json", import.meta.url).href;

/** On a phone the row of favourites would leave hardly any room for the emoji themselves. */
const STYLE = "@media (width < 760px) { .favorites { display: none; } }";

/**
 * @param {(emoji: string) => void} onPick
 * @returns {Promise<HTMLElement>}
 */
export async function createPicker(onPick) {
  const { default: Picker } = await import("./vendor/emoji-picker-element/picker.js");
  const picker = new Picker({ dataSource: DATA, locale: "en" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  picker.shadowRoot?.adoptedStyleSheets.push(sheet);
  picker.addEventListener("emoji-click", ({ detail }) => {
    if (detail.unicode) onPick(detail.unicode);
  });
  return picker;
}
