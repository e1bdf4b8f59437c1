/** The contract of the two sides: the page's thread, the worker, and the Python session inside the worker. */

import type {
  Change,
  CoreMLExport,
  CoreMLModel,
  Generation,
  Notice,
  Origin,
  Part,
  Position,
  Prediction,
  Preview,
  Review,
  Separation,
  Status,
  Sticker,
  Storage,
  UpdateParameters,
  UpdateProgress,
} from "./inkmoji.d.ts";

export type * from "./inkmoji.d.ts";

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
  begin_update(examples: PyExample[], faces: PyFace[], parameters: UpdateParameters): void;
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
  update(call: number, examples: PyExample[], faces: PyFace[], parameters: UpdateParameters): Promise<State>;
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
