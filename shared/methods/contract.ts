import type * as z from "zod";

/** Label values of a metric point, for instance `{ variant: "rope", seed: "1" }`. */
export type Labels = Readonly<Record<string, string>>;

/** A file that a run leaves behind; `bytes` is its size. */
export interface Artifact {
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
}

/** A data set as a method sees it: its kind, and its content as one stream of bytes. */
export interface DatasetContent {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly bytes: number;
  text(): Promise<string>;
  stream(): AsyncIterable<Uint8Array>;
}

/** The files of a model in Hugging Face layout (`config.json`, `model.safetensors`, ...), by name. */
export type ModelFiles = ReadonlyMap<string, Uint8Array>;

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
  /** Aborted when the run is cancelled or the lease is lost. Check it between units of work. */
  readonly signal: AbortSignal;
  /** Share of the work that is done, in [0, 1], and what is going on now. Cheap: written at most about once a second. */
  progress(fraction: number, message?: string): void;
  /** One point of a curve. Written again with the same name, labels and step, the later value replaces the earlier. */
  metric(name: string, step: number, value: number, labels?: Labels): void;
  /** Stores a file with the run; a second one of the same name replaces the first. At most 200 a run. */
  artifact(name: string, body: Uint8Array | string, type: string): Promise<Artifact>;
  /** A data set of the run's tenant. Throws when it is unknown or not ready. */
  dataset(id: string): Promise<DatasetContent>;
  /** A model of the run's tenant. Throws when it is unknown. */
  model(id: string): Promise<ModelFiles>;
  /**
   * Registers a model in Hugging Face layout; answers its id. The same run and name always give the same id.
   * Its README.md, the model card, is written from what the files and the run tell; one that is given is replaced.
   */
  saveModel(name: string, files: ModelFiles): Promise<string>;
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
