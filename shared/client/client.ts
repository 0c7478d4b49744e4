import { randomUUID } from "node:crypto";
import * as z from "zod";
import {
  createdDatasetSchema,
  type Dataset,
  datasetSchema,
  type newDatasetSchema,
} from "../resources/datasets/record.ts";
import {
  createdModelSchema,
  type Model,
  type ModelDetail,
  modelDetailSchema,
  modelSchema,
  type newModelSchema,
} from "../resources/models/record.ts";
import { pageOf } from "../resources/page.ts";
import {
  artifactSchema,
  type MetricSeries,
  metricPageSchema,
  type Run,
  type RunArtifact,
  type RunEvent,
  type RunStatus,
  type RunSummary,
  runEventSchema,
  runSchema,
  runSummarySchema,
} from "../resources/runs/record.ts";
import { UnknownAnswerError } from "./errors.ts";
import type { JsonObject } from "./json.ts";
import { methodSchema, methodSummarySchema } from "./method.ts";
import { type Call, pause, send, type Transport } from "./transport.ts";

export interface ClientOptions {
  /** Where the API is, for instance `http://127.0.0.1:8787`; a path in front of `/v1` is kept. */
  readonly url: string;
  /** An API key, `tf_...`; a local stack needs none. */
  readonly key?: string | undefined;
  /** Tries of a call that meets a network error, 429 or 503; 6 when not told. */
  readonly attempts?: number;
  /** Ends every call of this client when it aborts. */
  readonly signal?: AbortSignal;
  /** Waits between tries and polls; for tests. */
  readonly pause?: Transport["pause"];
}

export interface CreateRunOptions {
  readonly preset?: string | undefined;
  readonly seed?: number | undefined;
  /** The same key and body never make a second run; a fresh key when absent. */
  readonly idempotencyKey?: string;
  /** Seconds, at most 25, that the API may take to answer with the finished run. */
  readonly wait?: number;
  readonly signal?: AbortSignal;
}

export interface RunFilter {
  readonly method?: string | undefined;
  readonly status?: RunStatus | undefined;
  /** Items a page, not in all: stop iterating to stop. */
  readonly pageSize?: number | undefined;
}

export interface ModelFilter {
  /** Only those that this run left. */
  readonly run?: string | undefined;
  readonly method?: string | undefined;
  /** Items a page, not in all. */
  readonly pageSize?: number | undefined;
}

/** A run and its version. */
export interface Polled {
  readonly run: Run;
  readonly etag: string | undefined;
}

const segment = encodeURIComponent;

/** As much of an OpenAPI document as every one has; the rest is kept. */
const openApiSchema = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string().optional() }))),
});

/** The body of an answer, checked. */
async function answerOf<T extends z.ZodType>(
  schema: T,
  response: Response,
  path: string,
): Promise<z.output<T>> {
  const { success, data, error } = schema.safeParse(await response.json().catch(() => undefined));
  if (!success) throw new UnknownAnswerError(path, error);
  return data;
}

/** A typed client of the API. Every call throws TenfoldError or UnreachableError, after the retries. */
export function createClient({ url, key, attempts = 6, signal, pause: waiting = pause }: ClientOptions) {
  const transport: Transport = { url, key, attempts, signal, pause: waiting, contact: { made: false } };

  async function read<T extends z.ZodType>(schema: T, call: Omit<Call, "method"> & { method?: string }) {
    const response = await send(transport, { method: "GET", ...call });
    return answerOf(schema, response, call.path);
  }

  async function* pages<T extends z.ZodType>(
    item: T,
    path: string,
    { from = "cursor", ...query }: NonNullable<Call["query"]> & { from?: string } = {},
  ): AsyncGenerator<z.output<T>> {
    const page = pageOf(item);
    let place: NonNullable<Call["query"]> = {};
    for (;;) {
      const { items, next } = await read(page, { path, query: { ...query, ...place } });
      yield* items;
      if (next === undefined) return;
      place = { [from]: next };
    }
  }

  const remove = async (path: string): Promise<void> => {
    await send(transport, { method: "DELETE", path });
  };

  /** Follows the redirect to the bucket by hand: the presigned URL gets none of this call's headers. */
  async function download(path: string, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const answer = await send(transport, { method: "GET", path, signal });
    const location = answer.headers.get("location");
    const file =
      location === null
        ? answer
        : await send(transport, { method: "GET", path: new URL(location, answer.url).href, signal });
    return file.body ?? new Blob([]).stream();
  }

  return {
    url,
    /** The OpenAPI document that describes the API. */
    openApi: () => read(openApiSchema, { path: "/openapi.json" }),
    /** Waits as this client does between polls; rejects when `signal` aborts. */
    pause: waiting,

    methods: () => Array.fromAsync(pages(methodSummarySchema, "/v1/methods")),
    method: (id: string) => read(methodSchema, { path: `/v1/methods/${segment(id)}` }),

    /** Starts a run; the input is merged over the preset's. Answers the finished run if it ends within `wait`. */
    createRun: (method: string, input: JsonObject, options: CreateRunOptions = {}): Promise<Run> =>
      read(runSchema, {
        method: "POST",
        path: `/v1/methods/${segment(method)}/runs`,
        query: { preset: options.preset, seed: options.seed },
        headers: {
          "idempotency-key": options.idempotencyKey ?? randomUUID(),
          ...(options.wait === undefined ? {} : { prefer: `wait=${options.wait}` }),
        },
        body: JSON.stringify(input),
        signal: options.signal,
      }),
    getRun: (run: string): Promise<Run> => read(runSchema, { path: `/v1/runs/${segment(run)}` }),
    /** The run if it is no longer the version `etag`; undefined when nothing changed. */
    async getRunSince(run: string, etag?: string, signal?: AbortSignal): Promise<Polled | undefined> {
      const path = `/v1/runs/${segment(run)}`;
      const headers: Record<string, string> = etag === undefined ? {} : { "if-none-match": etag };
      const response = await send(transport, { method: "GET", path, headers, signal });
      if (response.status === 304) return undefined;
      return {
        run: await answerOf(runSchema, response, path),
        etag: response.headers.get("etag") ?? undefined,
      };
    },
    /** Runs, newest first, page after page as they are taken. */
    listRuns: ({ method, status, pageSize }: RunFilter = {}): AsyncGenerator<RunSummary> =>
      pages(runSummarySchema, "/v1/runs", { method, status, limit: pageSize }),
    cancelRun: (run: string): Promise<Run> =>
      read(runSchema, { method: "POST", path: `/v1/runs/${segment(run)}/cancel` }),
    deleteRun: (run: string): Promise<void> => remove(`/v1/runs/${segment(run)}`),

    /** What happened in the run after the event with id `after`, oldest first. */
    events: (run: string, after?: number): AsyncGenerator<RunEvent> =>
      pages(runEventSchema, `/v1/runs/${segment(run)}/events`, { after, from: "after" }),
    /** The curves of a run in pieces, from `after` on. */
    async *metrics(run: string, after = 0): AsyncGenerator<MetricSeries> {
      for (let position = after, more = true; more; ) {
        const path = `/v1/runs/${segment(run)}/metrics`;
        const page = await read(metricPageSchema, { path, query: { after: position } });
        yield* page.items;
        ({ position, more } = page);
      }
    },
    /** All curves of a run, or those of one name, each thinned out to at most so many points. */
    thinMetrics: async (run: string, points: number, name?: string): Promise<MetricSeries[]> => {
      const path = `/v1/runs/${segment(run)}/metrics`;
      return (await read(metricPageSchema, { path, query: { points, name } })).items;
    },
    artifacts: (run: string): Promise<RunArtifact[]> =>
      Array.fromAsync(pages(artifactSchema, `/v1/runs/${segment(run)}/artifacts`)),
    artifactUrl: (run: string, name: string): string =>
      `${url.replace(/\/+$/, "")}/v1/runs/${segment(run)}/artifacts/${segment(name)}`,
    downloadArtifact: (run: string, name: string, signal?: AbortSignal) =>
      download(`/v1/runs/${segment(run)}/artifacts/${segment(name)}`, signal),

    /** Registers a data set; its content then goes to `upload`. The same key and body never make a second one. */
    createDataset: (dataset: z.input<typeof newDatasetSchema>, idempotencyKey: string = randomUUID()) =>
      read(createdDatasetSchema, {
        method: "POST",
        path: "/v1/datasets",
        headers: { "idempotency-key": idempotencyKey },
        body: JSON.stringify(dataset),
      }),
    /** Puts a content, or a part of one, to a presigned URL. A blob on a file is streamed from the disk. */
    async putContent(url: string, content: Blob, headers: Record<string, string> = {}): Promise<void> {
      const response = await send(transport, { method: "PUT", path: url, headers, body: content });
      await response.body?.cancel();
    },
    /** Tells that every part was put; `path` is the upload's `complete`. */
    completeUpload: (path: string): Promise<Dataset> => read(datasetSchema, { method: "POST", path }),
    dataset: (id: string): Promise<Dataset> => read(datasetSchema, { path: `/v1/datasets/${segment(id)}` }),
    datasets: (): AsyncGenerator<Dataset> => pages(datasetSchema, "/v1/datasets"),
    deleteDataset: (id: string): Promise<void> => remove(`/v1/datasets/${segment(id)}`),

    /** Registers a model; each of its files then goes to `uploads`. The same key and body never make a second one. */
    createModel: (model: z.input<typeof newModelSchema>, idempotencyKey: string = randomUUID()) =>
      read(createdModelSchema, {
        method: "POST",
        path: "/v1/models",
        headers: { "idempotency-key": idempotencyKey },
        body: JSON.stringify(model),
      }),
    /** Tells that every part of a file was put; `path` is its upload's `complete`. */
    completeModelFile: (path: string): Promise<Model> => read(modelSchema, { method: "POST", path }),
    /** Models, the newest first, those of one run together. */
    models: ({ run, method, pageSize }: ModelFilter = {}): AsyncGenerator<Model> =>
      pages(modelSchema, "/v1/models", { run, method, limit: pageSize }),
    model: (id: string): Promise<ModelDetail> =>
      read(modelDetailSchema, { path: `/v1/models/${segment(id)}` }),
    downloadModelFile: (id: string, name: string, signal?: AbortSignal) =>
      download(`/v1/models/${segment(id)}/files/${segment(name)}`, signal),
    deleteModel: (id: string): Promise<void> => remove(`/v1/models/${segment(id)}`),
  };
}

export type Client = ReturnType<typeof createClient>;
