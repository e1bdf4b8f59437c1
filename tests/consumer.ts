// What someone else's program in TypeScript makes of inkmoji.d.ts: `ts-expect-error` must be one, all else none.

import { Inkmoji, InkmojiError } from "./inkmoji.js";
import type { Drawing, Face, Generation, Part, StartOptions, Sticker, UpdateParameters } from "./inkmoji.js";

const options: StartOptions = { base: new URL("inkmoji/", "https://example.org/"), name: "mine" };
const ink: Inkmoji = await Inkmoji.start(options);
const early = new Inkmoji();
await early.ready;

const typed: Drawing = { strokes: [{ x: new Float32Array(2), y: new Float32Array(2) }] };
const plain: Drawing = { strokes: [{ x: [0, 1], y: [0, 1] }] };
const picture: Drawing = { pixels: new Uint8ClampedArray(4), width: 1, height: 1 };
const { label, confidence, candidates } = await ink.predict(plain, { signal: new AbortController().signal });
const known: string = label ?? "unknown";
const best: number | undefined = candidates[0]?.confidence;

const face: Face = { label: known, text: "🐟", image: null };
const parameters: UpdateParameters = { miniBatchSize: 4 };
const learned: void = await ink.update([{ label: known, drawing: typed }, { label: known, drawing: picture }], {
  faces: [face],
  parameters,
  onProgress: ({ event, done, total }) => event === "saving" && console.log(done / total),
});
const stop: () => void = ink.on("change", () => console.log(ink.stickers.map(({ text }) => text), confidence));
ink.on("notice", ({ level, message }) => console.log(level, message));
stop();

const part: Part = { label: known };
await ink.remove(part);
await ink.forget("history");
const [newest]: Generation[] = await ink.history();
await ink.restore(newest?.number ?? 0);
const file = new Blob([await ink.exportModel({ generation: null })]);
await ink.importModel(new Uint8Array(await file.arrayBuffer()), { replace: true });
const shown: Drawing | undefined = (await ink.examples(known))[0]?.drawing;
if (shown) await ink.predict(shown);
try {
  await ink.undo();
} catch (error) {
  if (error instanceof InkmojiError && error.code === "update-nothing") console.log(error.message);
}
ink.close();
export const used = [best, learned];

// @ts-expect-error a drawing is no string
await ink.predict("a fish");
// @ts-expect-error a stroke has x and y
await ink.predict({ strokes: [{ x: [1] }] });
// @ts-expect-error a label may be null
const sure: string = (await ink.predict(plain)).label;
// @ts-expect-error an example has a label
await ink.update([{ drawing: plain }]);
// @ts-expect-error there is no such parameter
await ink.update([], { parameters: { epochs: 3 } });
// @ts-expect-error parameters are numbers
await ink.update([], { parameters: { numberOfNeighbors: "5" } });
// @ts-expect-error there is no such event
ink.on("changed", () => {});
// @ts-expect-error a notice has a message
ink.on("notice", (notice: { words: string }) => notice);
// @ts-expect-error the stickers are what was taught, and are not to be assigned
ink.stickers = [];
// @ts-expect-error nor are they to be changed
ink.stickers.push({} as Sticker);
// @ts-expect-error a part is a label or an example
await ink.remove("fish");
// @ts-expect-error "history" is for `forget`
await ink.remove("history");
// @ts-expect-error there is no such option
await Inkmoji.start({ path: "inkmoji/" });
// @ts-expect-error nothing private is here
ink.connection;
