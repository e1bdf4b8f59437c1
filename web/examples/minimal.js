import { Inkmoji } from "../inkmoji.js";
const [canvas, emoji, teach, clear, answer] = document.querySelectorAll("canvas, input, button, output");
const pen = Object.assign(canvas.getContext("2d"), { lineWidth: 14, lineJoin: "round", strokeStyle: "dodgerblue" });
const ink = await Inkmoji.start({ name: "minimal" }); // each name learns for itself
const tell = () => (answer.value = `I know: ${ink.stickers.map(({ text }) => text).join(" ") || "nothing yet"}`);
let strokes = [], examples = [];
ink.on("change", tell);
tell();

canvas.onpointerdown = ({ pointerId, offsetX: x, offsetY: y }) => {
  canvas.setPointerCapture(pointerId);
  strokes.push({ x: [x], y: [y] });
  pen.beginPath();
};
canvas.onpointermove = ({ pointerId, offsetX: x, offsetY: y }) => {
  if (!canvas.hasPointerCapture(pointerId)) return;
  strokes.at(-1).x.push(x), strokes.at(-1).y.push(y);
  pen.lineTo(2 * x, 2 * y), pen.stroke();
};
canvas.onpointerup = async () => {
  const { label, confidence } = await ink.predict({ strokes });
  answer.value = label ? `${label} ${Math.round(100 * confidence)} %` : "I do not know it: teach me three";
};
clear.onclick = () => (pen.clearRect(0, 0, 632, 632), (strokes = []));
teach.onclick = async () => {
  if (strokes.length) examples.push({ label: emoji.value, drawing: { strokes } });
  answer.value = `${examples.length} of 3`;
  clear.onclick();
  if (examples.length === 3) await ink.update(examples.splice(0));
};
