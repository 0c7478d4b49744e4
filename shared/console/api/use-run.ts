import { useRef, useState } from "preact/hooks";
import type { MetricPage, Run, RunArtifact, RunEvent } from "../../resources/runs/record.ts";
import { isTerminal } from "../../resources/runs/status.ts";
import { type Curves, fold } from "../data/series.ts";
import { call, read } from "./call.ts";
import type { Page } from "./types.ts";
import { usePoll } from "./use-poll.ts";

/** A run with all that it has told so far. */
export interface WatchedRun {
  readonly run: Run;
  readonly etag: string;
  readonly events: readonly RunEvent[];
  readonly curves: Curves;
  /** Up to where the curves are known. */
  readonly position: number;
  readonly artifacts: readonly RunArtifact[];
}

/** Milliseconds between looks at a run that goes on; more when nothing changes. */
const lively = 1_000;
const calm = 4_000;
/** Points of each curve of a run that has ended. */
const points = 2_000;

/** Follows a run: only what is new is asked for, and nothing more once it has ended. */
export function useRun(id: string): {
  readonly watched: WatchedRun | undefined;
  readonly failure: unknown;
  readonly look: () => void;
} {
  const [watched, setWatched] = useState<WatchedRun>();
  const [looks, setLooks] = useState(0);
  const known = useRef<WatchedRun>(undefined);
  const unchanged = useRef(0);
  const failure = usePoll(
    async (signal) => {
      const next = await refresh(id, known.current, signal);
      signal.throwIfAborted();
      unchanged.current = next === undefined ? unchanged.current + 1 : 0;
      if (next !== undefined) {
        known.current = next;
        setWatched(next);
      }
      if (known.current !== undefined && isTerminal(known.current.run.status)) return undefined;
      return unchanged.current > 5 ? calm : lively;
    },
    [id, looks],
  );
  return { watched, failure, look: () => setLooks((count) => count + 1) };
}

/** The run as it is now; undefined when it is as it was. */
async function refresh(
  id: string,
  known: WatchedRun | undefined,
  signal: AbortSignal,
): Promise<WatchedRun | undefined> {
  const path = `/v1/runs/${encodeURIComponent(id)}`;
  const headers: Record<string, string> = known === undefined ? {} : { "if-none-match": known.etag };
  const response = await call("GET", path, { headers, signal });
  if (response.status === 304) return undefined;
  // The page and the API are of one build.
  const run = (await response.json()) as Run;
  const events = await eventsAfter(path, known?.events.at(-1)?.id ?? 0, signal);
  const ended = isTerminal(run.status);
  const { curves, position } =
    ended && known === undefined ? await thinCurves(path, signal) : await curvesAfter(path, known, signal);
  const filed = known === undefined || ended || events.some(({ type }) => type === "artifact");
  const artifacts = filed
    ? (await read<Page<RunArtifact>>(`${path}/artifacts`, { signal })).items
    : known.artifacts;
  const etag = response.headers.get("etag") ?? "";
  return { run, etag, events: [...(known?.events ?? []), ...events], curves, position, artifacts };
}

async function eventsAfter(path: string, after: number, signal: AbortSignal): Promise<RunEvent[]> {
  const page = await read<Page<RunEvent>>(`${path}/events`, { query: { after }, signal });
  const last = page.items.at(-1);
  if (page.next === undefined || last === undefined) return [...page.items];
  return [...page.items, ...(await eventsAfter(path, last.id, signal))];
}

type Known = Pick<WatchedRun, "curves" | "position">;

async function curvesAfter(path: string, known: Known | undefined, signal: AbortSignal): Promise<Known> {
  const after = known?.position ?? 0;
  const page = await read<MetricPage>(`${path}/metrics`, { query: { after }, signal });
  const now = { curves: fold(known?.curves ?? new Map(), page.items), position: page.position };
  return page.more ? curvesAfter(path, now, signal) : now;
}

async function thinCurves(path: string, signal: AbortSignal): Promise<Known> {
  const page = await read<MetricPage>(`${path}/metrics`, { query: { points }, signal });
  return { curves: fold(new Map(), page.items), position: page.position };
}
