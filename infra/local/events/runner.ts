import type { Context } from "aws-lambda";
import { countdown, lambdaContext } from "../lambda-context.ts";
import { serve } from "../process/serve.ts";

/** A process that runs functions as Lambda does: it loads each once and gives it an event and a context. */
export interface Invocation {
  /** Path of the function's file under `functions/`, without its ending. */
  readonly name: string;
  readonly event: unknown;
  readonly seconds: number;
}

type EventHandler = (event: unknown, context: Context) => Promise<unknown>;

let draining = false;

async function invoke({ name, event, seconds }: Invocation): Promise<unknown> {
  const module: { handler?: EventHandler } = await import(
    new URL(`../../../functions/${name}.ts`, import.meta.url).href
  );
  if (!module.handler) throw new Error(`functions/${name}.ts exports no handler`);
  const remaining = countdown(seconds);
  return await module.handler(
    event,
    lambdaContext(name.replace("/", "-"), () => (draining ? 0 : remaining())),
  );
}

/** From now on every function sees no time left, so that a run saves its checkpoint and pauses. */
function drain(): void {
  draining = true;
}

serve({}, { invoke, drain });
