/** Numbers, counts, lists, sizes and times as the page's language writes them. No DOM. */

const MOST_FACES = 12;
const MOST_LETTERS = 300;
const STEP = 1000;
const SIZES = /** @type {const} */ (["byte", "kilobyte", "megabyte", "gigabyte"]);
/** Units of time and how many seconds each has, longest first. @type {[Intl.RelativeTimeFormatUnit, number][]} */
const TIMES = [["year", 31_557_600], ["month", 2_629_800], ["week", 604_800], ["day", 86_400], ["hour", 3600], ["minute", 60]];

let locale = "en";
/** Formats by what they are made from: to make one takes milliseconds. @type {Map<string, unknown>} */
const made = new Map();

/** @param {string} tag of the language, with the person's country where it is known */
export function setLocale(tag) {
  locale = tag;
  made.clear();
}

/**
 * @template Format, Options
 * @param {new (locale: string, how?: Options) => Format} Kind
 * @param {Options} [how]
 */
function formatOf(Kind, how) {
  const key = Kind.name + JSON.stringify(how);
  if (!made.has(key)) made.set(key, new Kind(locale, how));
  return /** @type {Format} */ (made.get(key));
}

/** @param {number} value @param {Intl.NumberFormatOptions} [how] */
export function number(value, how) {
  return formatOf(Intl.NumberFormat, how).format(value);
}

/** @param {number} value of 100 */
export function percent(value) {
  return number(value / 100, { style: "percent" });
}

/**
 * @param {number} count
 * @param {Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }} forms of what is counted
 */
export function plural(count, forms) {
  return `${number(count)} ${forms[formatOf(Intl.PluralRules).select(count)] ?? forms.other}`;
}

/** @param {readonly string[]} items */
export function listed(items) {
  return formatOf(Intl.ListFormat).format(items);
}

/**
 * @param {readonly string[]} faces
 * @returns {{ first: string, more: number }} the first ones, and how many more there are
 */
export function firstFew(faces) {
  return { first: faces.slice(0, MOST_FACES).join(" "), more: Math.max(faces.length - MOST_FACES, 0) };
}

/** What a file may make a message say is long. @param {string} message */
export function shortened(message) {
  return message.length > MOST_LETTERS ? `${message.slice(0, MOST_LETTERS)}…` : message;
}

/** @param {number} seconds */
export function inSeconds(seconds) {
  return number(seconds, { style: "unit", unit: "second", unitDisplay: "long", minimumFractionDigits: 1 });
}

/** @param {number} count */
export function inPixels(count) {
  return number(count, { useGrouping: false });
}

/** @param {number} bytes */
export function inBytes(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / Math.log10(STEP)), SIZES.length - 1);
  return number(bytes / STEP ** power, { style: "unit", unit: SIZES[power], maximumFractionDigits: power > 1 ? 1 : 0 });
}

/** @param {number} moment in milliseconds since 1970 */
export function inDays(moment) {
  return formatOf(Intl.DateTimeFormat, /** @type {const} */ ({ dateStyle: "long" })).format(moment);
}

/** Day and time, which no line break parts. @param {number} moment in milliseconds since 1970 */
export function inMinutes(moment) {
  const format = formatOf(Intl.DateTimeFormat, /** @type {const} */ ({ dateStyle: "medium", timeStyle: "short" }));
  return format.format(moment).replaceAll(/\s/gu, "\u00a0");
}

/**
 * @param {number} moment in milliseconds since 1970
 * @returns {string | null} how long ago that was; null: less than a minute
 */
export function ago(moment) {
  const seconds = (moment - Date.now()) / 1000;
  const unit = TIMES.find(([, length]) => -seconds >= length);
  return unit ? formatOf(Intl.RelativeTimeFormat, /** @type {const} */ ({ numeric: "auto" })).format(Math.round(seconds / unit[1]), unit[0]) : null;
}

/**
 * The day in the person's time zone, as file names have it: 2026-01-31.
 * @param {Date} date
 */
export function isoDay(date) {
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}
