/**
 * Inkmoji: a model of drawings that learns stickers from a few examples each, in this browser.
 *
 *     import { Inkmoji } from "./inkmoji/inkmoji.js";
 *     const ink = await Inkmoji.start({ name: "my-page" });
 *     await ink.update(drawings.map((drawing) => ({ label: "fish", drawing })), { faces: [{ label: "fish", text: "🐟" }] });
 *     const { label, confidence } = await ink.predict(another);
 *
 * It has no user interface and touches no document. Python and the saved models live in a worker of its own; if that
 * dies, the calls that run are rejected with "worker-died", and one new worker is started by itself. Calls run one after
 * the other. A change of the model resolves once it is saved and in use; when it rejects, nothing has changed. What
 * rejects is an `InkmojiError`, any call's with "worker-…", or a `DOMException` "AbortError" for a call's own signal.
 *
 * What is here stays, with its meaning, until the next major version. It is written for TypeScript 5.7 or newer.
 */

/** One stroke: positions in CSS pixels, y downwards, as many in `x` as in `y`; plain arrays or typed ones. */
export interface Stroke {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** A drawing as a canvas hands it over: strokes, or RGBA pixels, not premultiplied, row by row. Its size is no matter. */
export type Drawing =
  | { strokes: readonly Stroke[] }
  | { pixels: Uint8ClampedArray | Uint8Array; width: number; height: number };

export interface Example {
  /** Stable id of the sticker that this drawing shows. */
  label: string;
  drawing: Drawing;
}

/** What the person sees of a sticker; one without a face shows its label. */
export interface Face {
  label: string;
  /** The emoji or short text that the person sees; of a picture the name, which may be empty. */
  text: string;
  name?: string;
  /** A picture that is seen instead: a still PNG of at most 64 KiB and 256 pixels a side. */
  image?: Uint8Array | null;
}

export interface Sticker {
  label: string;
  text: string;
  name: string;
  /** A PNG, or null: the text is what is seen. */
  image: Uint8Array | null;
  /** Milliseconds since 1970. */
  created: number;
  /** How many examples taught it; none: it came with the starter pack. */
  examples: number;
}

export interface Candidate {
  label: string;
  /** From 0 to 1. */
  confidence: number;
}

export interface Prediction {
  /** The sticker's label, or null: not recognised. */
  label: string | null;
  /** From 0 to 1. */
  confidence: number;
  /** Best first. */
  candidates: Candidate[];
}

/** What can be said of drawings before they are taught, in their order. */
export interface Review {
  /** What the model sees of each: a byte for each pixel, row by row; 255 is ink. */
  pictures: { pixels: Uint8Array<ArrayBuffer>; width: number; height: number }[];
  /** Pairs that are nearly the same, by their places: the second adds nothing. */
  alike: [number, number][];
  /** Place of the one that is wildly different from all others; of two drawings both; else none. */
  odd: number[];
  /** For each the sticker that it is recognised as, unless it is to be taught as that one; else null. */
  claims: (Candidate | null)[];
}

export interface Storage {
  /** Whether what is learned outlives the page. */
  persistent: boolean;
  /** Why it does not, in words for the person. */
  message: string | null;
  /** The saved generation in use; 0 is the base model. */
  generation: number;
  /** Size of the live model's file. */
  bytes: number;
}

/** What made a generation from the one before it. */
export interface Change {
  type:
    | "learned" // from `examples` drawings
    | "face-changed" // to the text in `stickers`
    | "sticker-removed"
    | "example-removed"
    | "starter-added"
    | "starter-removed"
    | "merged" // with a file of `stickers` and `examples`
    | "replaced" // by one
    | "model-imported" // from Core ML, in place of the one before
    | "renewed" // the drawings were learned anew on another base model
    | "restored" // an older generation was
    | "forgotten" // for good: what it was is not said
    | "unknown"; // saved by an Inkmoji that wrote down no changes
  /** Those concerned, with the text they had then; a picture's may be empty. */
  stickers: { label: string; text: string }[];
  examples: number;
}

/** A saved model. */
export interface Generation {
  number: number;
  change: Change;
  /** Milliseconds since 1970. */
  created: number;
  /** Size of its archive. */
  bytes: number;
  /** Whether it is the live one. */
  live: boolean;
  /** Whether its archive is not what was saved: it can be exported, but not used. */
  damaged: boolean;
}

/** An example as it was taught: the drawing in the engine's own form, coordinates from 0 to 65535 and pixels grey. */
export interface Shown {
  id: string;
  drawing: Drawing;
}

/** How well a sticker is told apart, each of its examples asked as if it had not been taught. */
export interface Separation {
  /** Its share of the votes for it and the strongest other sticker, 0 to 1, mean of its examples; null: fewer than two. */
  margin: number | null;
  /** The share of its examples that are recognised as what they are; null as above. */
  recognized: number | null;
  /** Label of the other sticker that gets most of the votes, or is nearest; null: there is no other. */
  nearest: string | null;
}

/** A sticker's place on the plane that shows most of how the stickers differ: principal components. */
export interface Position {
  label: string;
  /** From -1 to 1, as `y`. */
  x: number;
  y: number;
  /** How far its examples lie from there: root mean square. */
  spread: number;
}

/** What a file would bring. */
export interface Preview {
  stickers: Sticker[];
  examples: number;
  /** Size of the file. */
  bytes: number;
  /** When its newest sticker was first taught, in milliseconds since 1970; 0: not known. */
  created: number;
}

/** Where a model's network comes from: the base model, or a file of Core ML's. */
export type Origin = "base" | "coreml";

/** An input or output of a Core ML model; the shape of an image is width, height, channels. */
export interface CoreMLFeature {
  name: string;
  type: "image" | "multi-array" | "string" | "int64";
  shape: number[];
}

/** What a Core ML model is. */
export interface CoreMLModel {
  inputs: CoreMLFeature[];
  outputs: CoreMLFeature[];
  /** What answers: nearest neighbours, of which it brings `samples`, or a network. */
  head: "neighbors" | "classifier" | "regressor";
  samples: number;
  updatable: boolean;
  labels: string[];
  /** Size of the file. */
  bytes: number;
  /** What is said of it: "author", "license", "description", "version" and others. */
  metadata: Record<string, string>;
  /**
   * Why it cannot be the live model: it reads no image, answers no text label, learns by training its network and keeps
   * no examples, or is frozen; null: it can.
   */
  unsuitable: "image" | "label" | "network" | "frozen" | null;
}

/** A Core ML model file. */
export interface CoreMLExport {
  file: Uint8Array<ArrayBuffer>;
  /** What the format could not hold, in sentences, by "discriminant", "cosine", "votes", "threshold", "drawings". */
  notes: Record<string, string>;
}

/** Part of a model: a sticker by its label, or an example by its id. */
export type Part = { label: string } | { example: string };

/** How far a start is. */
export interface Status {
  stage: "runtime" | "packages" | "model" | "renewal" | "ready";
  /** Steps done, a part of one too. */
  loaded: number;
  /** Steps in all. */
  total: number;
}

export interface Notice {
  level: "info" | "warning" | "error";
  message: string;
}

export interface UpdateProgress {
  event: "training-begin" | "mini-batch-end" | "epoch-end" | "verifying" | "saving";
  done: number;
  total: number;
}

/**
 * What an update uses instead of the model's own, of what the model's description allows; anything else is refused
 * before the update begins. It is Core ML's `MLModelConfiguration.parameters`.
 */
export interface UpdateParameters {
  /** How many drawings make one step, of progress and to cancel between. The model that ships: 1, of 1 to 1024. */
  miniBatchSize?: number;
  /**
   * How many neighbours vote: of a k-nearest-neighbours model that lists it. The model keeps it until an update sets
   * another. The model that ships weighs all examples and has no such parameter.
   */
  numberOfNeighbors?: number;
}

export interface StartOptions {
  /**
   * The folder that holds `worker/`, `pyodide/` …, with a slash at its end; by default that of this module. It must be
   * on the page's own origin: browsers start workers from there alone.
   */
  base?: string | URL;
  /** Which Inkmoji of this folder, by default "inkmoji", as our own page; each name learns for itself. */
  name?: string;
  /**
   * The base model, by default `models/base.inkmoji` in `base`: any `.inkmoji` file that keeps drawings under text
   * labels. Where it is another one than before, all that was taught is learned anew on it.
   */
  model?: string | URL;
  /** Its starter pack, by default `models/starter.inkmoji` in `base`. */
  starter?: string | URL;
  onStatus?: (status: Status) => void;
}

export interface Cancellable {
  signal?: AbortSignal;
}
export interface Course extends Cancellable {
  onProgress?: (progress: UpdateProgress) => void;
}
export interface UpdateOptions extends Course {
  /** How labels look from then on. */
  faces?: readonly Face[];
  parameters?: UpdateParameters;
}

/** What can be listened to. */
export interface Heard {
  /** The live model, or what can be undone, is another, by a call of yours or by another tab. */
  change: () => void;
  /** Another tab has forgotten something for good, of which a change has told. */
  forgotten: () => void;
  /** Another tab has erased everything, what was kept too. */
  reset: () => void;
  /** Something that the person should know; notices from before the first listener reach it. */
  notice: (notice: Notice) => void;
}

export class Inkmoji {
  /**
   * Start Inkmoji; predictions are possible as soon as the promise resolves.
   *
   * @throws {InkmojiError} "worker-origin": something lies on another origin; "worker-…": it could not be loaded
   */
  static start(options?: StartOptions): Promise<Inkmoji>;
  /** Begin as `start` does; `kept`, `keep` and `history` answer before Python is up, all other calls wait for it. */
  constructor(options?: StartOptions);
  /** Resolves when predictions are possible; rejects, and closes all, if they never will be. */
  readonly ready: Promise<void>;
  /** The stickers of the live model. */
  readonly stickers: readonly Sticker[];
  /** Where its network comes from: the starter pack is for the base model alone. */
  readonly origin: Origin;
  /** Where it is saved. */
  readonly storage: Storage;
  /** What `undo` would take back; null: nothing. */
  readonly undoable: Change | null;
  /** What `redo` would bring again; null: nothing. */
  readonly redoable: Change | null;

  /** Say which sticker a drawing shows. @throws {InkmojiError} "drawing-…", for instance "drawing-empty" */
  predict(drawing: Drawing, options?: Cancellable): Promise<Prediction>;
  /**
   * Look at drawings before they are taught: what the model sees of them, whether they go together, and whether another
   * sticker has them already. Nothing changes.
   *
   * @param options.label  what they are to be taught as; null: a new sticker
   * @throws {InkmojiError} "drawing-…"
   */
  review(drawings: readonly Drawing[], options?: Cancellable & { label?: string | null }): Promise<Review>;
  /**
   * Learn from examples: three of a sticker are enough.
   *
   * @throws {InkmojiError} "drawing-…"; "feature-…" for a face that is none; "parameter-unknown" and "parameter-value",
   *   before anything begins; "storage-…"; "update-…"
   */
  update(examples: readonly Example[], options?: UpdateOptions): Promise<void>;
  /**
   * Take the ready-made stickers of the starter pack, or leave them; what was taught goes first.
   *
   * @throws {InkmojiError} "worker-model": the pack could not be loaded; "head-value": it is for another base model
   */
  useStarter(on: boolean, options?: Cancellable): Promise<void>;
  /** Give a known sticker another face. @throws {InkmojiError} "head-value": it is not known; "feature-…" */
  setFace(face: Face, options?: Cancellable): Promise<void>;
  /** Remove a sticker, or an example: with its last one, the sticker. @throws {InkmojiError} "head-value": not there */
  remove(part: Part, options?: Cancellable): Promise<void>;
  /**
   * Remove a part for good, with every saved generation that holds it; or all generations but the live one. Nothing
   * brings it back.
   */
  forget(part: Part | "history"): Promise<void>;
  /** Go back to the generation that the live one was made from. @throws {InkmojiError} "update-nothing" */
  undo(): Promise<void>;
  /** Go to the generation that was undone last. @throws {InkmojiError} "update-nothing" */
  redo(): Promise<void>;
  /** Make a copy of a saved generation the newest one. @throws {InkmojiError} "storage-damaged", "archive-…" */
  restore(generation: number, options?: Cancellable): Promise<void>;
  /** The saved generations, newest first. */
  history(): Promise<Generation[]>;
  /** What a sticker was taught from, in order. */
  examples(label: string): Promise<Shown[]>;
  /** Say how well a sticker is told apart from the others. @throws {InkmojiError} "head-value": it has no examples */
  separation(label: string): Promise<Separation>;
  /** The stickers that were taught, on the plane that shows most of how they differ. */
  projection(): Promise<Position[]>;
  /** Say what a file of `exportModel` would bring; nothing changes. @throws {InkmojiError} "archive-…" */
  inspect(archive: Uint8Array): Promise<Preview>;
  /**
   * Learn the drawings of a file: united with what is known, or in its place. Stickers with the same label or the
   * same text and image unite and keep the face that they have here; equal drawings are kept once.
   *
   * @throws {InkmojiError} "archive-…": it is no sound model of drawings; "update-nothing": it has nothing to learn
   */
  importModel(archive: Uint8Array, options?: Course & { replace?: boolean }): Promise<void>;
  /** The live model as a file, or a saved generation as it lies there, damaged or not. */
  exportModel(options?: { generation?: number | null }): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Say what a `.mlmodel` file is; nothing changes. What is needed to read it is fetched at the first time, and kept.
   *
   * @throws {InkmojiError} "coreml-…": it is no sound model, or has what is not supported; "worker-part"
   */
  inspectCoreML(source: Uint8Array): Promise<CoreMLModel>;
  /**
   * Take the model of a `.mlmodel` file in place of the live one. What was taught is not taken along; `undo` brings it
   * back.
   *
   * @throws {InkmojiError} "coreml-…", for instance "coreml-unsuitable"; "worker-part"
   */
  importCoreML(source: Uint8Array, options?: Cancellable): Promise<void>;
  /** The live model as a `.mlmodel` file, updatable on Apple's devices. @throws {InkmojiError} "worker-part" */
  exportCoreML(): Promise<CoreMLExport>;
  /** Keep one value of the page's own, that can be cloned, in place of the one before; undefined: none. */
  keep(value: unknown): Promise<void>;
  /** What `keep` was given last, also before a reload. */
  kept(): Promise<unknown>;
  /** Go back to the base model; all that was learned and kept is erased. */
  reset(): Promise<void>;
  /** Listen; what is returned stops that. A listener that throws harms no one. */
  on<Type extends keyof Heard>(type: Type, listener: Heard[Type]): () => void;
  /** End the worker; calls that run, and all later ones, are rejected with "worker-closed". */
  close(): void;
}

/** What Inkmoji throws on purpose. */
export class InkmojiError extends Error {
  constructor(code: string, message: string);
  /**
   * Stable, for programs; the message is for people. New ones may come. They begin with what is at fault:
   * - "drawing-empty", "drawing-malformed", "drawing-not-finite", "drawing-too-large";
   * - "feature-missing", "feature-type", "feature-shape", "feature-value", "feature-label": a label or a face;
   * - "parameter-unknown", "parameter-value";
   * - "head-shape", "head-value": a label, an example or a starter pack that does not belong to the model;
   * - "archive-truncated", "archive-magic", "archive-version", "archive-checksum", "archive-too-large", "archive-header",
   *   "archive-tensor", "archive-content"; "network-layer", "network-blob", "network-shape", "network-weights",
   *   "network-output": a file that is no sound model;
   * - "coreml-bytes", "coreml-invalid", "coreml-unsupported", "coreml-unsuitable", "coreml-export": a Core ML model;
   * - "update-argument", "update-state", "update-failed", "update-verification", "update-nothing", "update-conflict";
   * - "storage-full", "storage-failed", "storage-damaged", "storage-blocked", "storage-newer": nothing has changed;
   * - "worker-origin", "worker-failed", "worker-model", "worker-python": it could not be started;
   *   "worker-part": what Core ML's files need could not be fetched; "worker-died": it was
   *   started again; "worker-closed".
   */
  readonly code: string;
}
