/** The emoji picker, fetched when it is first wanted. Its data comes from this site, never from elsewhere. */

const DATA = new URL("./vendor/emoji-picker-element-data/en/emojibase/data.json", import.meta.url).href;

/**
 * @param {(emoji: string) => void} onPick
 * @returns {Promise<HTMLElement>}
 */
export async function createPicker(onPick) {
  const { default: Picker } = await import("./vendor/emoji-picker-element/picker.js");
  const picker = new Picker({ dataSource: DATA, locale: "en" });
  picker.addEventListener("emoji-click", ({ detail }) => {
    if (detail.unicode) onPick(detail.unicode);
  });
  return picker;
}
