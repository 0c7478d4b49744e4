import * as z from "zod";
import { runStatuses } from "./status.ts";

export { isTerminal, type RunStatus, runStatuses } from "./status.ts";
export const runStatus = z.enum(runStatuses);

const time = z.iso.datetime();

export const progressSchema = z.object({
  fraction: z.number().min(0).max(1).describe("Share of the work that is done"),
  message: z.string(),
});

/** Why a run failed. */
export const runErrorSchema = z.object({ type: z.string(), title: z.string(), detail: z.string() });
export type RunError = z.infer<typeof runErrorSchema>;

/** A run as lists show it. */
export const runSummarySchema = z.object({
  id: z.string(),
  method: z.string(),
  status: runStatus,
  createdAt: time,
  startedAt: time.optional(),
  finishedAt: time.optional(),
  seed: z.int(),
  preset: z.string().optional(),
  progress: progressSchema,
  slices: z.int().describe("Times that a worker took the run up"),
  deaths: z.int().describe("Workers that were lost while they held the run"),
  cancelRequested: z.boolean(),
  error: runErrorSchema.optional(),
  links: z.object({
    self: z.string(),
    events: z.string(),
    metrics: z.string(),
    artifacts: z.string(),
    result: z.string().optional().describe("The output as a file, once succeeded"),
  }),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** A run with its input, as resolved from preset and defaults, and its output. */
export const runSchema = runSummarySchema.extend({
  input: z.unknown(),
  output: z.unknown().optional().describe("What the method gave; left out above 4 MB: follow links.result"),
});
export type Run = z.infer<typeof runSchema>;

export const runEventTypes = [
  "created",
  "started",
  "progress",
  "artifact",
  "model",
  "paused",
  "died",
  "cancel-requested",
  "succeeded",
  "failed",
  "canceled",
] as const;

/** Something that happened in a run. */
export const runEventSchema = z.object({
  id: z.int().describe("Grows; give the last one seen as `after` to get what came since"),
  time,
  type: z.enum(runEventTypes),
  message: z.string(),
  fraction: z.number().optional().describe("Of a progress event"),
});
export type RunEvent = z.infer<typeof runEventSchema>;

/** A piece of a curve. A later point of the same name, labels and step replaces an earlier one. */
export const metricSeriesSchema = z.object({
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  points: z
    .array(z.tuple([z.number(), z.number().nullable()]))
    .describe("Pairs of step and value; null is a value that is not a finite number"),
});
export type MetricSeries = z.infer<typeof metricSeriesSchema>;

/** The answer of list-metrics. */
export const metricPageSchema = z.object({
  items: z.array(metricSeriesSchema),
  position: z.int().describe("Give it as `after` to get the points that come later"),
  more: z.boolean().describe("Whether such points are already there"),
});
export type MetricPage = z.infer<typeof metricPageSchema>;

export const artifactName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "must be of letters, digits, '.', '_' and '-', at most 128");

export const artifactSchema = z.object({
  name: artifactName,
  type: z.string().describe("Media type"),
  bytes: z.int(),
  createdAt: time,
  href: z.string(),
});
export type RunArtifact = z.infer<typeof artifactSchema>;
