import { isTerminal, type RunError } from "./record.ts";
import type { LoggedEvent, StoredRun } from "./stored.ts";

/**
 * The life of a run as pure functions: each takes the run as it stands and answers what it becomes, or why
 * not. The store writes the answer only if the run has not changed meanwhile, and asks again otherwise, so
 * every interleaving of slices, callers and keepers is some order of these functions.
 */
export type Decision = { readonly run: StoredRun } | { readonly refused: Refusal };

/** `finished`: nothing more happens to it. `held`: a live slice has it. `lost`: it is another's now. */
export type Refusal = "finished" | "held" | "lost" | "not-due";

/** Deaths and fruitless slices without a checkpoint in between after which a run is given up. */
export const maxStrikes = 3;
/** Deaths after which it is given up even though it got on a little each time. */
export const maxDeaths = 100;
/** Events that may wait in the run's own record before they go into a segment of the log. */
export const maxTail = 24;

const refuse = (refused: Refusal): Decision => ({ refused });

/** Whether a slice that may still be alive holds the run. */
export const isHeld = (run: StoredRun, now: number): boolean =>
  run.leaseUntil !== undefined && run.leaseUntil > now;

/** A slice takes the run up, if nobody alive holds it. What comes back may have ended instead. */
export function take(run: StoredRun, now: number, leaseUntil: number): Decision {
  if (isTerminal(run.status)) return refuse("finished");
  if (isHeld(run, now)) return refuse("held");
  const found = run.leaseUntil === undefined ? run : countDeath(run, now);
  if (found.cancelRequested) return { run: end(found, now, { status: "canceled" }) };
  if (found.strikes >= maxStrikes || found.deaths >= maxDeaths) {
    return { run: end(found, now, { status: "failed", error: diedTooOften(found) }) };
  }
  const slices = found.slices + 1;
  const from =
    found.checkpoint === undefined ? "the beginning" : `the checkpoint of ${found.checkpoint.savedAt}`;
  return {
    run: {
      ...log(found, { time: iso(now), type: "started", message: `slice ${slices}, from ${from}` }),
      status: "running",
      startedAt: found.startedAt ?? iso(now),
      slices,
      fence: found.fence + 1,
      leaseUntil: Math.floor(leaseUntil),
      due: Math.floor(leaseUntil),
      nudges: 0,
    },
  };
}

/** What a slice may change of the run that it holds. */
export type Progressed = Partial<
  Pick<StoredRun, "progress" | "metricsHead" | "eventsHead" | "artifacts" | "models" | "checkpoint">
> & {
  readonly events?: readonly LoggedEvent[];
  /** So many of the first events of the tail are in a segment now. */
  readonly spilled?: number;
};

/** The slice of this fence reports, and keeps the run until `leaseUntil`. */
export function report(run: StoredRun, fence: number, patch: Progressed, leaseUntil: number): Decision {
  if (run.fence !== fence || isTerminal(run.status)) return refuse("lost");
  const { events = [], spilled = 0, ...fields } = patch;
  // A spill that is decided a second time, since its answer got lost, must not take newer events along.
  const gone = (patch.eventsHead ?? 0) > run.eventsHead ? spilled : 0;
  return {
    run: {
      ...log({ ...run, ...fields, tail: run.tail.slice(gone) }, ...events),
      leaseUntil: Math.floor(leaseUntil),
      due: Math.floor(leaseUntil),
      strikes: patch.checkpoint === undefined ? run.strikes : 0,
    },
  };
}

/**
 * The slice of this fence lets go of the run, to be taken up again; `tidy` sees to it from `due` on. Without any
 * checkpoint it begins again, which is as good as a death.
 */
export function pause(run: StoredRun, fence: number, now: number, due: number): Decision {
  if (run.fence !== fence || isTerminal(run.status)) return refuse("lost");
  if (run.cancelRequested) return { run: end(run, now, { status: "canceled" }) };
  const { leaseUntil: _, ...free } = run;
  const [then, strikes] = run.checkpoint === undefined ? ["begun again", run.strikes + 1] : ["continued", 0];
  const paused = log(free, { time: iso(now), type: "paused", message: `out of time, to be ${then}` });
  return { run: { ...paused, strikes, due: Math.floor(due) } };
}

export type Outcome =
  | { readonly status: "succeeded"; readonly outputJson?: string }
  | { readonly status: "failed"; readonly error: RunError }
  | { readonly status: "canceled" };

/** The slice of this fence ends the run. A result that is there counts, also when a cancel came meanwhile. */
export function finish(run: StoredRun, fence: number, now: number, outcome: Outcome): Decision {
  if (run.fence !== fence || isTerminal(run.status)) return refuse("lost");
  const given =
    outcome.status === "failed" && run.cancelRequested ? ({ status: "canceled" } as const) : outcome;
  return { run: end(run, now, given) };
}

/** Somebody wants no more of it: at once if nobody alive holds the run, else its slice is told. */
export function cancel(run: StoredRun, now: number): Decision {
  if (run.status === "canceled" || (run.cancelRequested && isHeld(run, now))) return { run };
  if (isTerminal(run.status)) return refuse("finished");
  if (!isHeld(run, now)) return { run: end(run, now, { status: "canceled" }) };
  const told = log(run, { time: iso(now), type: "cancel-requested", message: "asked to stop" });
  return { run: { ...told, cancelRequested: true } };
}

/**
 * Whether the run was left lying: its message got lost, or its slice died. What comes back is either to be
 * put on the queue again, or has ended. The wait doubles with each nudge, so that a long queue does not grow.
 */
export function nudge(run: StoredRun, now: number, wait: number): Decision {
  if (isTerminal(run.status)) return refuse("finished");
  if (isHeld(run, now)) return refuse("held");
  if (run.due !== undefined && run.due > now) return refuse("not-due");
  if (run.cancelRequested) return { run: end(run, now, { status: "canceled" }) };
  const due = Math.floor(now + wait * 2 ** Math.min(run.nudges, 10));
  return { run: { ...run, nudges: run.nudges + 1, due } };
}

/**
 * The message that carried this fence could not be worked on, again and again. If nobody has taken the run
 * since, nobody can; otherwise it is in the hands of a slice, or of `tidy`.
 */
export function bury(run: StoredRun, fence: number, now: number, error: RunError): Decision {
  if (isTerminal(run.status)) return refuse("finished");
  if (isHeld(run, now)) return refuse("held");
  if (run.fence !== fence) return refuse("lost");
  return { run: end(run, now, run.cancelRequested ? { status: "canceled" } : { status: "failed", error }) };
}

function end(run: StoredRun, now: number, outcome: Outcome): StoredRun {
  const { leaseUntil: _, due: __, ...free } = run;
  const message = outcome.status === "failed" ? outcome.error.detail : `after ${run.slices} slices`;
  return {
    ...log(free, { time: iso(now), type: outcome.status, message }),
    ...outcome,
    progress: outcome.status === "succeeded" ? { ...run.progress, fraction: 1 } : run.progress,
    fence: run.fence + 1,
    finishedAt: iso(now),
  };
}

function countDeath(run: StoredRun, now: number): StoredRun {
  const message = `slice ${run.slices} was lost while at: ${run.progress.message || "its beginning"}`;
  const mourned = log(run, { time: iso(now), type: "died", message });
  return { ...mourned, deaths: run.deaths + 1, strikes: run.strikes + 1 };
}

function diedTooOften(run: StoredRun): RunError {
  const doing = run.progress.message || "its beginning";
  const percent = (100 * run.progress.fraction).toFixed(0);
  return {
    type: "urn:tenfold:problem:worker-lost",
    title: "The worker was lost too often",
    detail:
      `${run.strikes} slices in a row ended without a new checkpoint (${run.deaths} workers were lost in all), last ` +
      `at ${percent} %: ${doing}. Most likely out of memory, killed, or out of time.`,
  };
}

const log = (run: StoredRun, ...events: readonly LoggedEvent[]): StoredRun =>
  events.length === 0 ? run : { ...run, tail: [...run.tail, ...events] };

const iso = (now: number) => new Date(now).toISOString();
