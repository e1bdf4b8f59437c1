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
  /** The emoji or short text that the person sees. */
  text: string;
  name?: string;
}

export interface Sticker {
  label: string;
  text: string;
  name: string;
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

export interface Storage {
  /** Whether what is learned outlives the page. */
  persistent: boolean;
  /** Why it does not, in words for the person. */
  message: string | null;
  /** The saved generation in use; 0 is the base model. */
  generation: number;
}

export interface Status {
  stage: "runtime" | "packages" | "model" | "ready";
  /** Steps done. */
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
  /** Milliseconds since 1970. */
  created: number;
}

export interface Summary {
  stickers: Sticker[];
  /** Size of the live model's archive. */
  bytes: number;
}

/** `inkmoji.session.Session`; a test compares the two. Every method throws an InkmojiError. */
export interface Session {
  load(archive: Uint8Array): Summary;
  predict(drawing: PyDrawing): Prediction;
  begin_update(examples: PyExample[], faces: PyFace[]): void;
  offer_starter(pack: Uint8Array | null): void;
  step(): UpdateProgress | null;
  cancel(): void;
  candidate(): Uint8Array<ArrayBuffer>;
  adopt(): Summary;
  discard(): void;
}

/** The live model as the page knows it. */
export interface State {
  stickers: Sticker[];
  storage: Storage;
}

/** What the worker tells without being asked. */
export type WorkerEvent =
  | { type: "status"; status: Status }
  | { type: "progress"; call: number; progress: UpdateProgress }
  | { type: "change"; state: State }
  | { type: "notice"; notice: Notice };

export interface WorkerOptions {
  name: string;
  /** Address of the base model. */
  model: string;
  /** Address of the starter pack. */
  starter: string;
}

/**
 * What the page may ask of the worker. Calls run one after the other; `cancel` alone does not wait.
 * A call that fails throws `{code, message}`. `call` is a number of the page's choice, unique in its life.
 */
export interface WorkerCalls {
  start(options: WorkerOptions, listener: (event: WorkerEvent) => void): Promise<State>;
  predict(call: number, drawing: PyDrawing): Promise<Prediction>;
  update(call: number, examples: PyExample[], faces: PyFace[]): Promise<State>;
  useStarter(call: number, on: boolean): Promise<State>;
  reset(): Promise<State>;
  cancel(call: number): void;
}
