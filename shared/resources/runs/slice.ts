import * as z from "zod";
import type { Method, Paused, RunContext } from "../../methods/contract.ts";
import { findMethod } from "../../methods/registry.ts";
import type { Backend } from "../backend.ts";
import type { WorkMessage } from "../queue.ts";
import type { ChatSource } from "./chat.ts";
import { runContext, StorageError } from "./context.ts";
import { purgeRun } from "./delete.ts";
import { type Hold, holdRun, LeaseLost, RunCanceled, SliceOver } from "./hold.ts";
import { maxInlineBytes, readInput } from "./json.ts";
import { type Outcome, take } from "./machine.ts";
import type { RunError, RunStatus } from "./record.ts";
import { changeRun, readRun } from "./store.ts";
import { messageFor, type StoredRun } from "./stored.ts";

export interface SliceRequest extends Pick<WorkMessage, "tenant" | "run"> {
  /** How much longer the slice may live. */
  readonly remainingMilliseconds: () => number;
  /** Told of what went wrong without ending the run, and of the errors that ended it. */
  readonly warn?: (message: string, error: unknown) => void;
  /** Where runs find their chat model; they have none without it. */
  readonly chat?: ChatSource | undefined;
  /** Finds a method by its id. */
  readonly find?: (id: string) => Method | undefined;
}

/**
 * How a slice ended. `dropped`: there was nothing to do, or another slice is at it. `lost`: another took the
 * run over, and nothing of this slice's later work is kept.
 */
export type SliceEnd =
  | "dropped"
  | "lost"
  | "paused"
  | Extract<RunStatus, "succeeded" | "failed" | "canceled">;

/**
 * Takes a run up and works on it until it ends, or its time does. May be called any number of times for a
 * run, at once or later; dying at any instant costs no more than the work since the last checkpoint.
 * Throws only when the table cannot be written, or the queue not be sent to: the message then comes again.
 */
export async function performSlice(backend: Backend, request: SliceRequest): Promise<SliceEnd> {
  const { remainingMilliseconds, warn = () => undefined, find = findMethod, chat } = request;
  const pauseMilliseconds = Math.min(30_000, remainingMilliseconds() / 5);
  const at = { tenant: request.tenant, id: request.run };
  const taken = await changeRun(backend, at, (run) => {
    const now = backend.now();
    return take(run, now, now + Math.min(backend.leaseMilliseconds, remainingMilliseconds()));
  });
  if ("refused" in taken) return "dropped";
  const ended = endOf(taken.run);
  if (ended !== undefined) return ended;
  const hold = holdRun(backend, taken.run, { remainingMilliseconds, warn });
  try {
    const context = runContext(backend, hold, { remainingMilliseconds, pauseMilliseconds, warn, chat });
    const after = await work(backend, hold, context, find(taken.run.method), warn);
    if (after === "paused") await backend.queue.send(messageFor(hold.run()));
    return after;
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    if ((await readRun(backend, at.tenant, at.id)) === undefined) await purgeRun(backend, at.tenant, at.id);
    return "lost";
  } finally {
    await hold.stop();
  }
}

async function work(
  backend: Backend,
  hold: Hold,
  context: RunContext,
  method: Method | undefined,
  warn: (message: string, error: unknown) => void,
): Promise<SliceEnd> {
  let outcome: Outcome;
  try {
    const result = await compute(backend, hold.run(), context, method);
    // A method may have taken the end of its slice for an answer that never came.
    if (isPaused(result) || isOver(hold)) return endOf(await hold.pause()) ?? "paused";
    outcome = { status: "succeeded", ...(await storeResult(context, result)) };
  } catch (error) {
    if (error instanceof LeaseLost || hold.signal.reason instanceof LeaseLost) throw new LeaseLost();
    if (isOver(hold)) return endOf(await hold.pause()) ?? "paused";
    outcome = toFailure(hold, error);
    if (outcome.status === "failed") warn(`run ${context.runId} failed`, error);
    await hold.report().catch((reason: unknown) => warn("the last points of a run were not kept", reason));
  }
  return endOf(await hold.finish(outcome)) ?? "lost";
}

async function compute(backend: Backend, run: StoredRun, context: RunContext, method: Method | undefined) {
  if (method === undefined) throw new InputError(`there is no method ${run.method} any more`);
  const input = method.input.safeParse(await readInput(backend, run));
  if (!input.success) throw new InputError(z.prettifyError(input.error));
  const result = await method.run(input.data, context);
  if (isPaused(result)) return result;
  const output = method.output.safeParse(result);
  if (!output.success) throw new OutputError(z.prettifyError(output.error));
  return output.data;
}

const maxDetailLength = 2000;

class InputError extends Error {}
class OutputError extends Error {}

const isPaused = (result: unknown): result is Paused =>
  typeof result === "object" && result !== null && "paused" in result && result.paused === true;

/** Leaves the output as the artifact `result.json`, and answers what of it goes into the run's record. */
async function storeResult(context: RunContext, output: unknown): Promise<{ outputJson?: string }> {
  await context.artifact("result.json", `${JSON.stringify(output, undefined, 2)}\n`, "application/json");
  const outputJson = JSON.stringify(output);
  return Buffer.byteLength(outputJson) <= maxInlineBytes ? { outputJson } : {};
}

function toFailure(hold: Hold, error: unknown): Outcome {
  if (error instanceof RunCanceled || hold.signal.reason instanceof RunCanceled)
    return { status: "canceled" };
  return { status: "failed", error: describe(error) };
}

function describe(error: unknown): RunError {
  const message = error instanceof Error ? error.message || error.name : String(error);
  const [type, title] =
    error instanceof InputError
      ? ["invalid-input", "The input no longer fits the method"]
      : error instanceof OutputError
        ? ["invalid-output", "The method gave what it should not"]
        : error instanceof StorageError
          ? ["storage-failed", "What the run left could not be stored"]
          : ["method-failed", "The method failed"];
  return { type: `urn:tenfold:problem:${type}`, title, detail: message.slice(0, maxDetailLength) };
}

const isOver = (hold: Hold) => hold.signal.reason instanceof SliceOver;

const endOf = ({ status }: StoredRun) => (status === "queued" || status === "running" ? undefined : status);
