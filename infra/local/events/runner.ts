import { getPriority, setPriority } from "node:os";
import type { Context, SQSBatchResponse } from "aws-lambda";
import { countdown, lambdaContext } from "../lambda-context.ts";
import { processOptions, serve } from "../process/serve.ts";

/** A process that runs functions as Lambda does: it loads each once and gives it an event and a context. */
export interface RunnerOptions {
  /** Niceness, as the operating system has it. */
  readonly nice: number;
}

export interface Invocation {
  /** Path of the function's file under `functions/`, without its ending. */
  readonly name: string;
  readonly event: unknown;
  readonly seconds: number;
}

export interface Drain {
  readonly seconds: number;
}

type EventHandler = (event: unknown, context: Context) => Promise<unknown>;

let drained: (() => number) | undefined;

/** Lambda's word for a batch of which nothing was done. */
const nothingDone: SQSBatchResponse = { batchItemFailures: [{ itemIdentifier: "" }] };

async function invoke({ name, event, seconds }: Invocation): Promise<unknown> {
  const module: { handler?: EventHandler } = await import(
    new URL(`../../../functions/${name}.ts`, import.meta.url).href
  );
  if (!module.handler) throw new Error(`functions/${name}.ts exports no handler`);
  if (drained) return nothingDone;
  const remaining = countdown(seconds);
  const context = lambdaContext(name.replace("/", "-"), () =>
    Math.min(remaining(), drained?.() ?? seconds * 1000),
  );
  return await module.handler(event, context);
}

/** From now on no function begins, and none sees more time left than this, so that a run saves its checkpoint and pauses. */
function drain({ seconds }: Drain): void {
  drained = countdown(seconds);
}

// Before anything is loaded: on Linux a thread takes its priority from the one that starts it. What was started
// with a lower priority than this cannot be raised, and need not be.
setPriority(Math.max(getPriority(), processOptions<RunnerOptions>().nice));

serve({}, { invoke, drain });
