import type { Backend } from "../backend.ts";
import { queryAll } from "../table.ts";
import type { RunEvent } from "./record.ts";
import { segmentRange, sequenceOf } from "./segments.ts";
import type { LoggedEvent, StoredRun } from "./stored.ts";

/** An event's id is its segment and its place therein; the tail counts as the segment that it will be. */
const perSegment = 1000;

const toEvents = (sequence: number, logged: readonly LoggedEvent[]): RunEvent[] =>
  logged.map((event, place) => ({ id: sequence * perSegment + place, ...event }));

/** The run's events with an id above `after`, oldest first, at most `limit`. */
export async function readEvents(
  { table }: Backend,
  run: StoredRun,
  after: number,
  limit: number,
): Promise<{ readonly items: readonly RunEvent[]; readonly next?: string }> {
  const events: RunEvent[] = [];
  const take = (some: readonly RunEvent[]) => events.push(...some.filter(({ id }) => id > after));
  const first = Math.max(1, Math.floor(after / perSegment));
  if (first <= run.eventsHead) {
    for await (const item of queryAll(table, segmentRange(run, "EVENTS", first, run.eventsHead))) {
      // We alone write the bodies of segments.
      take(toEvents(sequenceOf(item), JSON.parse(String(item.body)) as LoggedEvent[]));
      if (events.length > limit) break;
    }
  }
  if (events.length <= limit) take(toEvents(run.eventsHead + 1, run.tail));
  const items = events.slice(0, limit);
  const last = items.at(-1);
  return last !== undefined && events.length > limit ? { items, next: String(last.id) } : { items };
}
