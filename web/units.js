/** Sizes and dates in words. */

const UNITS = /** @type {const} */ (["byte", "kilobyte", "megabyte", "gigabyte"]);
const STEP = 1000;

/** @param {number} bytes */
export function inBytes(bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / Math.log10(STEP)), UNITS.length - 1);
  const format = { style: /** @type {const} */ ("unit"), unit: UNITS[power], maximumFractionDigits: power > 1 ? 1 : 0 };
  return new Intl.NumberFormat("en", format).format(bytes / STEP ** power);
}

/** @param {number} time in milliseconds since 1970 */
export function inDays(time) {
  return new Intl.DateTimeFormat("en", { dateStyle: "long" }).format(time);
}

/**
 * The day in the person's time zone, as file names have it: 2026-01-31.
 * @param {Date} date
 */
export function isoDay(date) {
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}
