import * as z from "zod";
import {
  createdDatasetSchema,
  datasetSchema,
  newDatasetSchema,
} from "../../shared/resources/datasets/record.ts";
import {
  createdModelSchema,
  modelDetailSchema,
  modelSchema,
  newModelSchema,
} from "../../shared/resources/models/record.ts";
import { pageOf } from "../../shared/resources/page.ts";
import {
  artifactSchema,
  metricPageSchema,
  runEventSchema,
  runSchema,
  runSummarySchema,
} from "../../shared/resources/runs/record.ts";
import { methodSchema, methodSummarySchema } from "../http/describe-method.ts";
import { idempotencyKey, longestWait } from "../http/parameters.ts";
import type { RouteName } from "../http/routes.ts";

/** The schemas that the document names, under these names. */
export const components = {
  Method: methodSchema,
  MethodSummary: methodSummarySchema,
  Run: runSchema,
  RunSummary: runSummarySchema,
  RunEvent: runEventSchema,
  MetricPage: metricPageSchema,
  Artifact: artifactSchema,
  Dataset: datasetSchema,
  NewDataset: newDatasetSchema,
  CreatedDataset: createdDatasetSchema,
  Model: modelSchema,
  ModelDetail: modelDetailSchema,
  NewModel: newModelSchema,
  CreatedModel: createdModelSchema,
} as const;

interface Answer {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Media type of what has no schema. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a route takes and answers, beyond its path and query. */
export interface Operation {
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  /** `inputs`: the input of whichever method the path names. */
  readonly body?: z.ZodType | "inputs";
  readonly answers: Readonly<Record<number, Answer>>;
  /** Statuses of the problems that a caller may meet, beside 400, 401 and 500. */
  readonly problems: readonly number[];
}

const ok = (schema: z.ZodType, description = "OK"): Operation["answers"] => ({
  200: { description, schema },
});
const items = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });
const file: Operation["answers"] = {
  302: { description: "The file is there", headers: { location: "A link that is good for five minutes" } },
};
const page = (description: string): Operation["answers"] => ({ 200: { description, type: "text/html" } });
const made = (description: string, schema: z.ZodType): Operation["answers"] => ({
  201: {
    description,
    schema,
    headers: { location: "Where it is", "idempotency-replayed": "true if an earlier call made it" },
  },
});
const onceFor = (what: string, content = "body") => ({
  "Idempotency-Key": idempotencyKey.describe(
    `Calls with the same key and ${content} make one ${what}; kept for a week`,
  ),
});
const gone: Operation["answers"] = { 204: { description: "It is deleted" } };
const etag = { etag: "Changes whenever the run does" };
const created = {
  ...etag,
  location: "Where the run is",
  "idempotency-replayed": "true if an earlier call made it",
};

/** Every route's operation. */
export const operations: Readonly<Record<RouteName, Operation>> = {
  "list-methods": { answers: ok(items(methodSummarySchema)), problems: [] },
  "get-method": { answers: ok(methodSchema), problems: [404] },
  "create-run": {
    headers: {
      ...onceFor("run", "input"),
      Prefer: z
        .string()
        .describe(`wait=N: answer when the run is finished, if it is within N <= ${longestWait} s`),
    },
    body: "inputs",
    answers: {
      200: { description: "The run is finished already", schema: runSchema, headers: created },
      202: {
        description: "The run is queued",
        schema: runSchema,
        headers: { ...created, "retry-after": "Seconds after which to look again" },
      },
    },
    problems: [404, 410, 413, 422],
  },
  "list-runs": { answers: ok(pageOf(runSummarySchema)), problems: [] },
  "get-run": {
    headers: { "If-None-Match": z.string().describe("An ETag that is known") },
    answers: {
      200: { description: "OK", schema: runSchema, headers: etag },
      304: { description: "It has not changed", headers: etag },
    },
    problems: [404],
  },
  "cancel-run": {
    answers: {
      200: { description: "It is canceled", schema: runSchema, headers: etag },
      202: { description: "Its worker is told to stop", schema: runSchema, headers: etag },
    },
    problems: [404, 409],
  },
  "delete-run": { answers: gone, problems: [404, 409] },
  "list-events": {
    answers: ok(pageOf(runEventSchema), "`next`, when there are more at once, is the next `after`"),
    problems: [404],
  },
  "list-metrics": { answers: ok(metricPageSchema), problems: [404] },
  "list-artifacts": { answers: ok(items(artifactSchema)), problems: [404] },
  "get-artifact": { answers: file, problems: [404] },
  "create-dataset": {
    headers: onceFor("data set"),
    body: newDatasetSchema,
    answers: made("Upload the content now", createdDatasetSchema),
    problems: [410, 413, 422],
  },
  "complete-upload": {
    answers: {
      200: { description: "It was finished before, and the content is checked", schema: datasetSchema },
      202: { description: "The content is being checked", schema: datasetSchema },
    },
    problems: [404, 409, 410],
  },
  "list-datasets": { answers: ok(pageOf(datasetSchema)), problems: [] },
  "get-dataset": { answers: ok(datasetSchema), problems: [404] },
  "delete-dataset": { answers: gone, problems: [404] },
  "create-model": {
    headers: onceFor("model"),
    body: newModelSchema,
    answers: made("Upload the files now", createdModelSchema),
    problems: [410, 413, 422],
  },
  "complete-model-file": {
    answers: {
      200: { description: "It was finished before, and the model is checked", schema: modelSchema },
      202: { description: "The file is there; with the last one the check begins", schema: modelSchema },
    },
    problems: [404, 409, 410],
  },
  "list-models": { answers: ok(pageOf(modelSchema)), problems: [] },
  "get-model": { answers: ok(modelDetailSchema), problems: [404] },
  "get-model-file": { answers: file, problems: [404, 409] },
  "delete-model": { answers: gone, problems: [404] },
  "get-openapi": { answers: ok(z.looseObject({ openapi: z.string() })), problems: [] },
  "get-console": { answers: page("A page that is an application"), problems: [] },
  "get-docs": { answers: page("A page made from /openapi.json"), problems: [] },
};
