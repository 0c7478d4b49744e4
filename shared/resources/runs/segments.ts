import type { Item, Range } from "../table.ts";
import { logKey, type StoredRun } from "./stored.ts";

/**
 * A run's logs are segments, numbered from 1. A segment is put before the run's head is raised over it, so
 * it counts only once the slice that put it was still the run's own; until then the next owner overwrites
 * it. `rank` grows with fence and write: no late put of an earlier owner, nor an earlier put of the same
 * one, replaces a segment.
 */
export type LogName = "EVENTS" | "METRICS";

const segmentKey = (log: LogName, sequence: number) => `${log}#${String(sequence).padStart(8, "0")}`;

export const toSegment = (
  run: StoredRun,
  log: LogName,
  sequence: number,
  rank: number,
  body: string,
): Item => ({
  PK: logKey(run.tenant, run.id),
  SK: segmentKey(log, sequence),
  rank,
  body,
});

/** Rank of the n-th write of a fence's owner. */
export const rankOf = (fence: number, write: number): number => fence * 2 ** 24 + write;

/** The segments `first` to `last` of a log. */
export const segmentRange = (run: StoredRun, log: LogName, first: number, last: number): Range => ({
  PK: logKey(run.tenant, run.id),
  from: segmentKey(log, first),
  to: segmentKey(log, last),
});

export const sequenceOf = (item: Item): number => Number(item.SK.slice(-8));
