import * as z from "zod";
import { tenantKey } from "../backend.ts";
import type { WorkMessage } from "../queue.ts";
import { type Item, type Key, liveKeys } from "../table.ts";
import { runEventTypes, runSummarySchema } from "./record.ts";

const time = z.iso.datetime();

/** An event before it has its id, which comes from its place in the log. */
const loggedEvent = z.object({
  time,
  type: z.enum(runEventTypes),
  message: z.string(),
  fraction: z.number().optional(),
});
export type LoggedEvent = z.infer<typeof loggedEvent>;

const storedArtifact = z.object({ type: z.string(), bytes: z.int(), createdAt: time, revision: z.string() });

/** Either the JSON itself or, when it is large, the key of the object that holds it. */
const storedJson = z.union([z.object({ json: z.string() }), z.object({ key: z.string() })]);
export type StoredJson = z.infer<typeof storedJson>;

/** The part of a run that lists read. */
export const storedSummary = runSummarySchema.omit({ links: true });

/** A run as the table holds it. */
const storedRun = storedSummary.extend({
  tenant: z.string(),
  input: storedJson,
  /** Absent where the output is large: it is then read from the artifact `result.json`. */
  outputJson: z.string().optional(),
  /** Deaths since the run last got on: since its last checkpoint or clean pause. */
  strikes: z.int(),
  /** Grows with every write; the run is only ever written on the condition that it has not changed. */
  version: z.int(),
  /** Chosen anew for each write, so that a writer whose answer got lost knows its own write again. */
  nonce: z.string(),
  /** Grows each time that the run changes hands; a slice may write only while it is the slice's own. */
  fence: z.int(),
  /** Epoch ms until which the slice that holds the run need not be heard of; absent: nobody holds it. */
  leaseUntil: z.int().optional(),
  /** Epoch ms at which `tidy` should look after the run; absent when it is finished. */
  due: z.int().optional(),
  /** Messages that `tidy` has sent since the run last changed hands. */
  nudges: z.int(),
  /** Segments of the event log that are valid, and the events that came after the last of them. */
  eventsHead: z.int(),
  tail: z.array(loggedEvent),
  /** Segments of the metrics that are valid. */
  metricsHead: z.int(),
  artifacts: z.record(z.string(), storedArtifact),
  models: z.record(z.string(), z.object({ id: z.string(), revision: z.int() })),
  checkpoint: z.object({ key: z.string(), savedAt: time, fraction: z.number() }).optional(),
});
export type StoredRun = z.infer<typeof storedRun>;

export const runKey = (tenant: string, id: string): Key => ({ PK: tenantKey(tenant), SK: `RUN#${id}` });

/** The partition of a run's logs, apart from the runs so that lists do not wade through them. */
export const logKey = (tenant: string, id: string) => `${tenantKey(tenant)}#RUN#${id}`;

/** The folder of a run in the bucket. */
export const runPrefix = (tenant: string, id: string) => `${tenant}/runs/${id}/`;

export const artifactKey = (run: Pick<StoredRun, "tenant" | "id">, name: string, revision: string) =>
  `${runPrefix(run.tenant, run.id)}artifacts/${revision}-${name}`;

/** The message that lets the run go on. */
export const messageFor = ({ tenant, id, fence }: StoredRun): WorkMessage => ({ tenant, run: id, fence });

export function toItem(run: StoredRun): Item {
  const key = runKey(run.tenant, run.id);
  return { ...key, ...run, ...(run.due !== undefined && liveKeys(run.due, key)) };
}

/** The run in an item; undefined for what a deleted run leaves behind. Throws on any other item. */
export const fromItem = (item: Item): StoredRun | undefined =>
  isTombstone(item) ? undefined : storedRun.parse(item);

/** A deleted run leaves a tombstone for a month, so that no late helper of its creation brings it back. */
export const tombstone = (key: Key, version: number, now: number): Item => ({
  ...key,
  version,
  deletedAt: new Date(now).toISOString(),
  expiresAt: Math.floor(now / 1000) + 30 * 24 * 3600,
});

export const isTombstone = (item: Item): boolean => item.deletedAt !== undefined;
