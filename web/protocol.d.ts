/** The contract of the two sides: the page's thread, the worker, and the Python session inside the worker. */

/** One stroke: positions in CSS pixels, y downwards, as many in `x` as in `y`. */
export interface Stroke {
  x: Float32Array;
  y: Float32Array;
}

/** A drawing as a canvas hands it over: strokes, or RGBA pixels, not premultiplied, row by row. */
export type Drawing =
  | { strokes: readonly Stroke[] }
  | { pixels: Uint8ClampedArray | Uint8Array; width: number; height: number };

export interface Example {
  /** Stable id of the sticker that this drawing shows. */
  label: string;
  drawing: Drawing;
}

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

/** What can be said of drawings before they are taught, in their order; see `inkmoji.review`. */
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
  /**
   * Its share of the votes for it and for the strongest other sticker, from 0 to 1, the mean over its examples; null:
   * it has fewer than two.
   */
  margin: number | null;
  /** The share of its examples that are recognised as what they are; null as above. */
  recognized: number | null;
  /** Label of the other sticker that gets most of the votes, or is nearest; null: there is no other. */
  nearest: string | null;
}

/** A sticker's place on the plane that shows most of how the stickers differ: principal components. */
export interface Position {
  label: string;
  /** From -1 to 1. */
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

/** An input or output of a Core ML model. */
export interface CoreMLFeature {
  name: string;
  type: "image" | "multi-array" | "string" | "int64";
  /** Of an image width, height and channels, else its sides. */
  shape: number[];
}

/** What a Core ML model is. */
export interface CoreMLModel {
  inputs: CoreMLFeature[];
  outputs: CoreMLFeature[];
  /** What answers: nearest neighbours, or a network. */
  head: "neighbors" | "classifier" | "regressor";
  updatable: boolean;
  labels: string[];
  /** How many nearest neighbours it comes with. */
  samples: number;
  /** Size of the file. */
  bytes: number;
  /** What its author says of it: "author", "license", "description", "version" and others. */
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

/** Where a model's network comes from: the base model of this Inkmoji, or a file of Core ML's. */
export type Origin = "base" | "coreml";

/** Part of a model: a sticker by its label, or an example by its id. */
export type Part = { label: string } | { example: string };

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

/** A drawing as Python takes it: x0, y0, x1, y1 … of all strokes, and the number of points of each. */
export type PyDrawing =
  | { points: Float32Array; lengths: Int32Array }
  | { pixels: Uint8Array; width: number; height: number };

export interface PyExample {
  label: string;
  drawing: PyDrawing;
}

export interface PyFace {
  label: string;
  text: string;
  name: string;
  image: Uint8Array | null;
  /** Milliseconds since 1970. */
  created: number;
}

export interface Summary {
  stickers: Sticker[];
  /** Size of the live model's archive. */
  bytes: number;
  origin: Origin;
}

/** An example for display: its drawing as `PyDrawing`. */
export interface PyShown {
  id: string;
  drawing: PyDrawing;
}

/** `inkmoji.session.Session`; a test compares the two. Every method throws an InkmojiError. */
export interface Session {
  load(archive: Uint8Array): Summary;
  predict(drawing: PyDrawing): Prediction;
  review(drawings: PyDrawing[], label: string | null): Review;
  begin_update(examples: PyExample[], faces: PyFace[]): void;
  begin_import(archive: Uint8Array, replace: boolean): void;
  begin_renewal(archive: Uint8Array, base: Uint8Array, pack: Uint8Array | null): void;
  offer(archive: Uint8Array): void;
  offer_coreml(source: Uint8Array): void;
  offer_starter(pack: Uint8Array | null): void;
  offer_face(face: PyFace): void;
  offer_without(part: Part): void;
  step(): UpdateProgress | null;
  cancel(): void;
  candidate(): Uint8Array<ArrayBuffer>;
  adopt(): Summary;
  discard(): void;
  archive(): Uint8Array<ArrayBuffer>;
  examples(label: string): PyShown[];
  separation(label: string): Separation;
  projection(): Position[];
  inspect(archive: Uint8Array): Preview;
  inspect_coreml(source: Uint8Array): CoreMLModel;
  export_coreml(): CoreMLExport;
  holds(archive: Uint8Array, part: Part): boolean;
  is_based_on(archive: Uint8Array): boolean;
}

/** The live model as the page knows it. */
export interface State {
  stickers: Sticker[];
  origin: Origin;
  storage: Storage;
  /** What `undo` would take back; null: nothing. */
  undo: Change | null;
  /** What `redo` would bring again; null: nothing. */
  redo: Change | null;
}

/** What the worker tells without being asked. */
export type WorkerEvent =
  | { type: "status"; status: Status }
  | { type: "progress"; call: number; progress: UpdateProgress }
  | { type: "change"; state: State }
  | { type: "forgotten" } // by another tab: something is gone for good, of which a change has told
  | { type: "reset"; state: State } // by another tab: everything is gone, what the page kept too
  | { type: "notice"; notice: Notice };

export interface WorkerOptions {
  name: string;
  /** Address of the base model. */
  model: string;
  /** Address of the starter pack. */
  starter: string;
  /** A lock that the worker holds as long as it lives. */
  lifetime: string;
}

/**
 * What the page may ask of the worker. Calls run one after the other; `cancel` alone does not wait.
 * A call that fails throws `{code, message}`. `call` is a number of the page's choice, unique in its life.
 */
export interface WorkerCalls {
  start(options: WorkerOptions, listener: (event: WorkerEvent) => void): Promise<State>;
  predict(call: number, drawing: PyDrawing): Promise<Prediction>;
  review(call: number, drawings: PyDrawing[], label: string | null): Promise<Review>;
  update(call: number, examples: PyExample[], faces: PyFace[]): Promise<State>;
  useStarter(call: number, on: boolean): Promise<State>;
  setFace(call: number, face: PyFace): Promise<State>;
  remove(call: number, part: Part): Promise<State>;
  forget(part: Part | "history"): Promise<State>;
  undo(): Promise<State>;
  redo(): Promise<State>;
  restore(call: number, generation: number): Promise<State>;
  history(): Promise<Generation[]>;
  examples(label: string): Promise<PyShown[]>;
  separation(label: string): Promise<Separation>;
  projection(): Promise<Position[]>;
  inspect(archive: Uint8Array): Promise<Preview>;
  importModel(call: number, archive: Uint8Array, replace: boolean): Promise<State>;
  exportModel(generation: number | null): Promise<Uint8Array<ArrayBuffer>>;
  inspectCoreML(source: Uint8Array): Promise<CoreMLModel>;
  importCoreML(call: number, source: Uint8Array): Promise<State>;
  exportCoreML(): Promise<CoreMLExport>;
  keep(value: unknown): Promise<void>;
  kept(): Promise<unknown>;
  reset(): Promise<State>;
  cancel(call: number): void;
}
