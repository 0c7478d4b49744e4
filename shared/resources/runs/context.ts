import { deserialize, serialize } from "node:v8";
import type { Artifact, RunContext } from "../../methods/contract.ts";
import type { Backend } from "../backend.ts";
import { openDataset } from "../datasets/open.ts";
import { openModel } from "../models/read.ts";
import { dropModelFiles, registerModel, storeModelFiles } from "../models/save.ts";
import { type ChatSource, runChat } from "./chat.ts";
import { type Hold, LeaseLost, SliceOver } from "./hold.ts";
import type { Progressed } from "./machine.ts";
import { artifactName } from "./record.ts";
import { rankOf } from "./segments.ts";
import { readRun } from "./store.ts";
import { artifactKey, type LoggedEvent, runPrefix, type StoredRun } from "./stored.ts";

export const maxArtifacts = 200;
const maxModels = 100;
const maxMessageLength = 500;
const mediaType = /^[\w.+-]{1,60}\/[\w.+-]{1,60}(; ?charset=[\w-]{1,20})?$/;

export interface ContextOptions {
  readonly remainingMilliseconds: () => number;
  /** What is to be left of it for the pause. */
  readonly pauseMilliseconds: number;
  readonly warn: (message: string, error: unknown) => void;
  /** Where the run's chat model comes from. */
  readonly chat?: ChatSource | undefined;
}

/** The bucket did not take what a method wanted to leave. */
export class StorageError extends Error {
  constructor(what: string, cause: unknown) {
    super(`could not store ${what}: ${cause instanceof Error ? cause.message || cause.name : cause}`, {
      cause,
    });
    this.name = "StorageError";
  }
}

/** What a method sees of the world: everything it writes goes through the slice's hold on the run. */
export function runContext(backend: Backend, hold: Hold, options: ContextOptions): RunContext {
  const { tenant, id, fence, seed } = hold.run();
  const now = () => new Date(backend.now()).toISOString();
  const revision = () => `${fence}-${hold.nextWrite()}`;

  /**
   * Whether the run, which is another's now, has what this slice wrote last: a write can take effect and its
   * answer get lost, and by the time it is sent again the run has changed hands. In doubt it has.
   */
  const isKept = (refers: (run: StoredRun) => boolean): Promise<boolean> =>
    readRun(backend, tenant, id).then(
      (run) => run !== undefined && refers(run),
      () => true,
    );

  /** Puts an object, then points to it from the run; an object that nothing came to point to is removed. */
  async function putAndReport(
    what: string,
    key: string,
    body: Uint8Array | string,
    type: string,
    change: (run: StoredRun) => Progressed,
    refers: (run: StoredRun) => boolean,
  ) {
    const { reason } = hold.signal;
    if (reason instanceof LeaseLost || reason instanceof SliceOver) throw reason;
    await backend.bucket.put(key, body, type).catch((error: unknown) => {
      throw new StorageError(what, error);
    });
    await hold.report(change).catch(async (error: unknown) => {
      if (error instanceof LeaseLost && !(await isKept(refers))) await drop([key]);
      throw error;
    });
  }
  const drop = (keys: readonly string[]) =>
    backend.bucket.delete(keys).catch((error: unknown) => options.warn("an object was left behind", error));

  return {
    runId: id,
    seed,
    threads: backend.threads,
    signal: hold.signal,
    progress(fraction, message = hold.run().progress.message) {
      const progress = { fraction: toShare(fraction), message: message.slice(0, maxMessageLength) };
      hold.later(progress, { time: now(), type: "progress", ...progress });
    },
    metric: (name, step, value, labels = {}) => hold.metrics.add(name, step, value, labels),
    async artifact(name, body, type): Promise<Artifact> {
      if (!artifactName.safeParse(name).success) {
        throw new RangeError(`artifact ${JSON.stringify(name)}: a name is letters, digits, '.', '_' and '-'`);
      }
      if (!mediaType.test(type))
        throw new RangeError(`artifact ${name}: ${JSON.stringify(type)} is no media type`);
      const before = hold.run().artifacts;
      if (before[name] === undefined && Object.keys(before).length >= maxArtifacts) {
        throw new RangeError(`artifact ${name}: a run leaves at most ${maxArtifacts} files`);
      }
      const stored = { type, bytes: Buffer.byteLength(body), createdAt: now(), revision: revision() };
      const event: LoggedEvent = { time: now(), type: "artifact", message: `${name}, ${stored.bytes} bytes` };
      let replaced: string | undefined;
      const change = (run: StoredRun) => {
        replaced = run.artifacts[name]?.revision;
        return { artifacts: { ...run.artifacts, [name]: stored }, events: [event] };
      };
      const refers = (run: StoredRun) => run.artifacts[name]?.revision === stored.revision;
      await putAndReport(name, artifactKey(hold.run(), name, stored.revision), body, type, change, refers);
      if (replaced !== undefined) await drop([artifactKey(hold.run(), name, replaced)]);
      return { name, type, bytes: stored.bytes };
    },
    dataset: (dataset) => openDataset(backend, tenant, dataset),
    model: (model) => openModel(backend, tenant, model),
    async saveModel(name, files) {
      const before = hold.run().models;
      if (before[name] === undefined && Object.keys(before).length >= maxModels) {
        throw new RangeError(`model ${name}: a run saves at most ${maxModels} models`);
      }
      const model = await storeModelFiles(backend, hold.run(), name, files, rankOf(fence, hold.nextWrite()));
      const saved = { id: model.id, revision: model.revision };
      try {
        await hold.report((run) => ({
          models: { ...run.models, [name]: saved },
          events: [
            { time: now(), type: "model", message: `${name}, ${model.summary.parameters ?? "?"} parameters` },
          ],
        }));
        await registerModel(backend, model);
      } catch (error) {
        const refers = (run: StoredRun) => run.models[name]?.revision === model.revision;
        if (error instanceof LeaseLost && !(await isKept(refers))) await dropModelFiles(backend, model);
        throw error;
      }
      return model.id;
    },
    llm: options.chat && runChat(options.chat, backend, hold, options),
    checkpoint: {
      async load(schema) {
        const { checkpoint } = hold.run();
        if (checkpoint === undefined) return undefined;
        return schema.parse(deserialize(await backend.bucket.bytes(checkpoint.key)));
      },
      async save(state) {
        const bytes = serialize(state);
        const key = `${runPrefix(tenant, id)}checkpoints/${revision()}`;
        let replaced: string | undefined;
        const change = (run: StoredRun) => {
          replaced = run.checkpoint?.key;
          return { checkpoint: { key, savedAt: now(), fraction: run.progress.fraction } };
        };
        const refers = (run: StoredRun) => run.checkpoint?.key === key;
        await putAndReport("a checkpoint", key, bytes, "application/octet-stream", change, refers);
        if (replaced !== undefined) await drop([replaced]);
      },
    },
    outOfTime: () => options.remainingMilliseconds() <= options.pauseMilliseconds,
    pause: () => ({ paused: true }),
  };
}

/** Into [0, 1], to a millionth: the table refuses numbers too small for it. */
const toShare = (fraction: number) =>
  Number.isFinite(fraction) ? Math.round(Math.min(Math.max(fraction, 0), 1) * 1e6) / 1e6 : 0;
