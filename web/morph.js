/** The moment a drawing becomes its sticker: the ink flows into the shape and the colours of the emoji. */

import { rasterise } from "./face.js";
import { boundsOf, inflate, union } from "./strokes.js";

/** @typedef {import("./look.js").Look} Look */
/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./strokes.js").Square} Square */
/** @typedef {{ x: number, y: number, color: number[] }} Drop */

const DURATION_MS = 520;
const DROPS = 900;
const RASTER = 64;
/** Share of the time after which the true emoji starts to show under the drops. */
const REVEAL = 0.62;

export const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Shows the change on a canvas of its own above `sticker`, and fades the sticker in.
 * @param {{ strokes: readonly Stroke[], look: Look, square: Square, sticker: HTMLElement }} options
 */
export async function morph({ strokes, look, square, sticker }) {
  if (reducedMotion.matches) {
    await sticker.animate([{ opacity: 0 }, { opacity: 1 }], 150).finished;
    return;
  }
  const reveal = sticker.animate(
    [{ opacity: 0 }, { opacity: 0, offset: REVEAL }, { opacity: 1 }],
    { duration: DURATION_MS, easing: "linear" },
  );
  reveal.pause();
  const ink = parsed(getComputedStyle(sticker).color);
  // What cannot be painted is shown without ado.
  const targets = await faceDrops(look, square, ink).catch(() => []);
  if (targets.length === 0) {
    reveal.cancel();
    return;
  }
  const sources = inkDrops(strokes, targets.length, ink);
  const pairs = paired(sources, targets, square);
  reveal.play();
  await flow(pairs, canvasOver(strokes, square), square.side / RASTER);
  await reveal.finished;
}

/**
 * A computed colour as numbers, by way of a pixel: colours have many notations.
 * @param {string} color
 */
function parsed(color) {
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(1, 1).getContext("2d"));
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}

/**
 * Drops spread evenly over the face's pixels.
 * @param {Look} look
 * @param {Square} square
 * @param {number[]} ink colour of plain text
 * @returns {Promise<Drop[]>}
 */
async function faceDrops(look, square, ink) {
  const { data } = await rasterise(look, RASTER, `rgb(${ink.join(" ")})`);
  /** @type {Drop[]} */
  const drops = [];
  for (let i = 0; i < RASTER * RASTER; i++) {
    if (data[4 * i + 3] < 128) continue;
    drops.push({
      x: square.left + (((i % RASTER) + 0.5) / RASTER) * square.side,
      y: square.top + ((Math.floor(i / RASTER) + 0.5) / RASTER) * square.side,
      color: [...data.subarray(4 * i, 4 * i + 3)],
    });
  }
  const stride = Math.max(drops.length / DROPS, 1);
  return Array.from({ length: Math.floor(drops.length / stride) }, (_, i) => drops[Math.floor(i * stride)]);
}

/**
 * Drops spread evenly along the ink.
 * @param {readonly Stroke[]} strokes
 * @param {number} count
 * @param {number[]} color
 * @returns {Drop[]}
 */
function inkDrops(strokes, count, color) {
  const points = strokes.flatMap((stroke) => stroke.points);
  const lengths = strokes.flatMap(({ points: own }) =>
    own.map(([x, y], i) => (i === 0 ? 0 : Math.hypot(x - own[i - 1][0], y - own[i - 1][1]))),
  );
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const spread = strokes[0].width / 2;
  const drops = [];
  let [index, passed] = [0, lengths[0]];
  for (let i = 0; i < count; i++) {
    while (passed < (total * i) / count && index < points.length - 1) passed += lengths[++index];
    const back = lengths[index] > 0 ? (passed - (total * i) / count) / lengths[index] : 0;
    const [[x, y], [px, py]] = [points[index], points[Math.max(index - 1, 0)]];
    drops.push({
      x: x + (px - x) * back + (Math.random() - 0.5) * spread,
      y: y + (py - y) * back + (Math.random() - 0.5) * spread,
      color,
    });
  }
  return drops;
}

/**
 * Pairs drops that lie in the same direction from the middle, so that they need not cross.
 * @param {Drop[]} sources
 * @param {Drop[]} targets as many
 * @param {Square} square
 */
function paired(sources, targets, square) {
  const [middleX, middleY] = [square.left + square.side / 2, square.top + square.side / 2];
  const angle = (/** @type {Drop} */ drop) => Math.atan2(drop.y - middleY, drop.x - middleX);
  const order = (/** @type {Drop} */ a, /** @type {Drop} */ b) => angle(a) - angle(b);
  sources.sort(order);
  targets.sort(order);
  return sources.map((from, i) => ({ from, to: targets[i], delay: Math.random() * 0.18 }));
}

/**
 * @param {readonly Stroke[]} strokes
 * @param {Square} square
 */
function canvasOver(strokes, square) {
  const { left, top, side } = square;
  const box = inflate(union(boundsOf(strokes), { left, top, right: left + side, bottom: top + side }), 16);
  const canvas = document.createElement("canvas");
  canvas.className = "morph";
  canvas.setAttribute("aria-hidden", "true");
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  Object.assign(canvas.style, {
    left: `${box.left}px`, top: `${box.top}px`, width: `${width}px`, height: `${height}px`,
    transformOrigin: `${-box.left}px ${-box.top}px`,
  });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(devicePixelRatio, devicePixelRatio);
  context.translate(-box.left, -box.top);
  return { canvas, context, box };
}

const easeInOut = (/** @type {number} */ t) => (t < 0.5 ? 2 * t ** 2 : 1 - (2 - 2 * t) ** 2 / 2);

/**
 * @param {ReturnType<typeof paired>} pairs
 * @param {ReturnType<typeof canvasOver>} stage
 * @param {number} cell size of a drop when it has arrived
 */
async function flow(pairs, { canvas, context, box }, cell) {
  document.querySelector("#app")?.append(canvas);
  const start = performance.now();
  const radius = { from: 2.4, to: Math.max(cell * 1.3, 1.2) };
  for (let time = 0; time < 1; ) {
    time = Math.min((await nextFrame() - start) / DURATION_MS, 1);
    context.clearRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    context.globalAlpha = time < REVEAL ? 1 : Math.max(1 - ((time - REVEAL) / (1 - REVEAL)) ** 2, 0);
    for (const { from, to, delay } of pairs) {
      const t = easeInOut(Math.min(Math.max(time * 1.35 - delay, 0), 1));
      const mixed = from.color.map((part, i) => Math.round(part + (to.color[i] - part) * t));
      context.fillStyle = `rgb(${mixed[0]} ${mixed[1]} ${mixed[2]})`;
      context.beginPath();
      context.arc(from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t,
        radius.from + (radius.to - radius.from) * t, 0, 2 * Math.PI);
      context.fill();
    }
  }
  canvas.remove();
}

/** @returns {Promise<number>} the frame's time */
function nextFrame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
