import type * as z from "zod";
import type { ChatModel } from "../llm/port.ts";
import type { ModelSource } from "../lm/model-source.ts";

/** Label values of a metric point, for instance `{ variant: "rope", seed: "1" }`. */
export type Labels = Readonly<Record<string, string>>;

/** A file that a run leaves behind; `bytes` is its size. */
export interface Artifact {
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
}

/**
 * A data set as a method sees it, however it was uploaded: decompressed, in UTF-8 without a byte order mark, with
 * line feeds alone. What is not of the data set's kind throws.
 */
export interface DatasetContent {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** Size of what was uploaded. */
  readonly bytes: number;
  /** The whole content as one text; not for what may be large. */
  text(): Promise<string>;
  stream(): AsyncIterable<Uint8Array>;
  /**
   * The rows of kind `instructions`, `preferences` or `judgements`, one after the other in little memory, as the
   * schemas in `rows.ts` have them. A schema of a method's own sees those fields and all others of the row.
   */
  rows<T>(schema: z.ZodType<T>): AsyncIterable<T>;
  /** Kind `matrix`. */
  matrix(): Promise<MatrixContent>;
  /** Kind `scene`. */
  scene(): Promise<SceneContent>;
}

/** A sample of a matrix: a column of numbers, and what the sample sheet says of it. */
export interface MatrixSample {
  readonly label: string;
  readonly column: string;
  /** Absent without a sample sheet. */
  readonly group?: string;
  /** The sheet's other columns, such as replicate, batch, time, event. */
  readonly covariates: Readonly<Record<string, string>>;
}

export interface MatrixRow {
  readonly id: string;
  /** One number a sample, in their order; NaN where the cell has none. */
  readonly values: Float64Array;
  /** The other cells, by the names of their columns. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** A table of numbers. */
export interface MatrixContent {
  readonly samples: readonly MatrixSample[];
  readonly annotations: readonly string[];
  rows(): AsyncIterable<MatrixRow>;
}

/** A pinhole camera, in pixels of the view's own image; `distortion` has the terms that it has, such as k1 and p1. */
export interface SceneCamera {
  readonly model: string;
  readonly width: number;
  readonly height: number;
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
  readonly distortion: Readonly<Record<string, number>>;
}

/** A posed picture. */
export interface SceneView {
  readonly name: string;
  /** Name of its image in the archive; absent where it is missing. */
  readonly image?: string;
  /** Name of its depth map in the archive. */
  readonly depth?: string;
  /** `train`, `test`, `val` where the scene says so. */
  readonly split?: string;
  readonly camera: SceneCamera;
  /** Camera to world, 4 x 4 by rows, OpenGL's axes: x right, y up, looking along -z. */
  readonly pose: readonly number[];
}

/** A point of a sparse reconstruction, in the world of the poses; colours from 0 to 255. */
export interface ScenePoint {
  readonly position: readonly [number, number, number];
  readonly colour: readonly [number, number, number];
}

/** Posed pictures of one place. */
export interface SceneContent {
  readonly views: readonly SceneView[];
  /** COLMAP's points, where there are some. */
  points(): AsyncIterable<ScenePoint>;
  /** A file of the archive by its name; throws when there is none, or it is over 512 MiB. */
  file(name: string): Promise<Uint8Array>;
}

/** The files of a model in Hugging Face layout (`config.json`, `model.safetensors`, ...), by name. */
export type ModelFiles = ReadonlyMap<string, Uint8Array>;

/** A model as a method sees it: its files, read by ranges of bytes. `loadModel` of shared/lm takes it. */
export interface ModelContent extends ModelSource {
  readonly id: string;
  readonly name: string;
}

/** What `run` returns when its slice is out of time: the next one goes on from the checkpoint, or begins again. */
export interface Paused {
  readonly paused: true;
}

/**
 * All that a method may touch of the world. Everything written through it is kept only while this slice
 * holds the run's lease; a slice that lost it sees `signal` abort and leaves no trace.
 */
export interface RunContext {
  readonly runId: string;
  /** Seed of the run: the same input and seed give the same result, also when the run was cut and resumed. */
  readonly seed: number;
  /** Threads the compute may take; part of what makes a result repeatable. */
  readonly threads: number;
  /**
   * Aborted when the run is cancelled, the lease is lost, or the slice ends while `llm` is asked. Check it between
   * units of work, and after an error of `llm` that is to be passed over.
   */
  readonly signal: AbortSignal;
  /** Share of the work that is done, in [0, 1], and what is going on now. Cheap: written at most about once a second. */
  progress(fraction: number, message?: string): void;
  /** One point of a curve. Written again with the same name, labels and step, the later value replaces the earlier. */
  metric(name: string, step: number, value: number, labels?: Labels): void;
  /** Stores a file with the run; a second one of the same name replaces the first. At most 200 a run. */
  artifact(name: string, body: Uint8Array | string, type: string): Promise<Artifact>;
  /** A data set of the run's tenant. Throws when it is unknown or not ready. */
  dataset(id: string): Promise<DatasetContent>;
  /** A model of the run's tenant. Throws when it is unknown or not ready. */
  model(id: string): Promise<ModelContent>;
  /**
   * Registers a model in Hugging Face layout; answers its id. The same run and name always give the same id.
   * Its README.md, the model card, is written from what the files and the run tell; one that is given is replaced.
   */
  saveModel(name: string, files: ModelFiles): Promise<string>;
  /**
   * The chat model that Tenfold is set up with; undefined where there is none, and a method then goes on without, and
   * says so. An answer that the run has had before comes from the run's own store and costs nothing, so that a run that
   * goes on asks for nothing twice; what was spent is in the run's metrics. Text from outside goes in by `fence`.
   */
  readonly llm: ChatModel | undefined;
  readonly checkpoint: {
    /** The last saved state, checked against `schema`; undefined at the run's beginning. */
    load<T>(schema: z.ZodType<T>): Promise<T | undefined>;
    /** Replaces the saved state; what structured clone can carry (typed arrays, maps, plain data). Atomic. */
    save(state: unknown): Promise<void>;
  };
  /** True when the slice must end: save a checkpoint and return `ctx.pause()`. */
  outOfTime(): boolean;
  pause(): Paused;
}

/** A ready-made input. `cost` says what a run of it takes, in words for a person. */
export interface Preset<Input> {
  readonly summary: string;
  readonly cost: string;
  readonly input: Input;
}

/** The data sets and models that an input names, each at the path of its field (a JSON pointer). */
export interface Needs {
  readonly datasets?: readonly NeededDataset[];
  readonly models?: readonly { readonly path: string; readonly id: string }[];
}

export interface NeededDataset {
  readonly path: string;
  readonly id: string;
  readonly kinds: readonly string[];
  /** The smallest content that the input can work with. */
  readonly minBytes?: number;
}

/** One of the ten methods: what is shown of it, what it takes, what it gives, and how it runs. */
export interface Method<In extends z.ZodType = z.ZodType, Out extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly paper: { readonly title: string; readonly url: string };
  readonly input: In;
  readonly output: Out;
  readonly presets: {
    readonly quick: Preset<z.input<In>>;
    readonly standard: Preset<z.input<In>>;
    readonly paper: Preset<z.input<In>>;
  };
  /** What of the tenant's an input names, so that a call can be refused before a run exists. */
  needs?(input: z.output<In>): Needs;
  run(input: z.output<In>, ctx: RunContext): Promise<z.output<Out> | Paused>;
}

/**
 * Declares a method. The contract is read by the API, which never computes: `run` lives in a file of its
 * own, `run.ts`, and is imported when it is called, so that no handler's bundle carries the engine.
 */
export function defineMethod<In extends z.ZodType, Out extends z.ZodType>(
  method: Method<In, Out>,
): Method<In, Out> {
  return method;
}
