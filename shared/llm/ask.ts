import type { Admission } from "./admission.ts";
import { type Clock, pause } from "./clock.ts";
import { type Exchange, isReply } from "./exchange.ts";
import { type Failure, isPassingFailure, serverMessage, toLlmError } from "./failure.ts";
import type { Bound, Ledger } from "./ledger.ts";
import { LlmError } from "./llm-error.ts";
import type { ChatUsage } from "./port.ts";
import { backoff, retryAfter } from "./retry.ts";
import type { Call, Feature, Reply } from "./wire/wire.ts";

/** What every question to one server goes through. */
export interface Line {
  readonly exchange: Exchange;
  readonly admission: Admission;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly attempts: number;
  readonly timeoutMilliseconds: number;
  /** What the server is known not to know; grows as it says so. */
  readonly unknown: Set<Feature>;
}

export interface Asked {
  readonly reply: Reply;
  readonly usage: ChatUsage;
}

/** The longest that one question goes on once it is let in, in milliseconds: less than a slice of a run. */
const patience = 600_000;

/** Statuses with which servers answer what they do not know. */
const complaining: ReadonlySet<number> = new Set([400, 404, 422, 500, 501]);

/**
 * Asks until there is an answer: once more without what the server does not know, and again after a while where it may
 * answer then. Throws an `LlmError` when it gives up, and the signal's reason when that is aborted.
 */
export async function ask(
  line: Line,
  ledger: Ledger,
  call: Call,
  signal: AbortSignal | undefined,
): Promise<Asked> {
  const { exchange, attempts, clock } = line;
  const bound = boundOf(call);
  const unknown = new Set(line.unknown);
  let left = patience;
  for (let tries = 1; ; ) {
    const admitted = await line.admission.enter(estimateOf(bound), signal);
    const began = clock.now();
    const timeoutMilliseconds = Math.min(line.timeoutMilliseconds, left);
    const sending = { call, unknown, bound, timeoutMilliseconds, signal };
    const { outcome, usage } = await send(line, ledger, sending, admitted);
    if (isReply(outcome)) {
      for (const feature of unknown) line.unknown.add(feature);
      return { reply: outcome, usage };
    }
    left -= clock.now() - began;
    const lacking = complaint(outcome, exchange, unknown);
    if (lacking !== undefined) {
      unknown.add(lacking);
      continue;
    }
    if (!isPassingFailure(outcome) || tries >= attempts) throw givenUp(line, outcome, tries);
    const milliseconds = waitAfter(line, outcome, tries);
    left -= milliseconds;
    if (left <= 0) throw givenUp(line, outcome, tries, milliseconds);
    if (!("lost" in outcome) && outcome.status === 429) line.admission.hold(milliseconds);
    await pause(clock, milliseconds, signal);
    tries++;
  }
}

interface Sending {
  readonly call: Call;
  readonly unknown: ReadonlySet<Feature>;
  readonly bound: Bound;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal | undefined;
}

const nothing: ChatUsage = { inputTokens: 0, outputTokens: 0 };

async function send(
  { exchange }: Line,
  ledger: Ledger,
  { call, unknown, bound, ...limits }: Sending,
  admitted: { leave(tokens?: number): void },
): Promise<{ readonly outcome: Reply | Failure; readonly usage: ChatUsage }> {
  let taken: number | undefined = 0;
  try {
    const reservation = ledger.reserve(bound);
    try {
      const outcome = await exchange.send(call, unknown, limits);
      if (isReply(outcome)) {
        const usage = reservation.answered(outcome.usage);
        taken = outcome.usage && usage.inputTokens + usage.outputTokens;
        return { outcome, usage };
      }
      if ("lost" in outcome) reservation.lost();
      else reservation.free();
      return { outcome, usage: nothing };
    } catch (error) {
      // Aborted while it was under way, or without a key to begin with.
      if (error instanceof LlmError) reservation.free();
      else reservation.lost();
      throw error;
    }
  } finally {
    admitted.leave(taken);
  }
}

/** What of the request the server says that it does not know; undefined where it says nothing of the kind. */
function complaint(failure: Failure, { wire }: Exchange, unknown: ReadonlySet<Feature>): Feature | undefined {
  if ("lost" in failure || !complaining.has(failure.status)) return undefined;
  const said = serverMessage(failure.text);
  return wire.complaints.find(([feature, words]) => !unknown.has(feature) && words.test(said))?.[0];
}

function waitAfter({ clock, random }: Line, failure: Failure, tries: number): number {
  const own = backoff(tries, random());
  if ("lost" in failure) return own;
  const asked = retryAfter(failure.headers, clock.now());
  // A little later than asked, each caller by another little.
  return asked === undefined ? own : asked + own / 10;
}

function givenUp({ exchange }: Line, failure: Failure, tries: number, wait?: number): LlmError {
  const error = toLlmError(failure, exchange.server, tries);
  if (error.kind === "unauthorised") exchange.forgetKey();
  if (wait === undefined || wait < patience / 10) return error;
  return new LlmError(error.kind, `${error.message}; it asks to wait for ${Math.round(wait / 1000)} s`);
}

/** A token is at least a byte of the prompt; what providers add for a tool or a schema stays below the constant. */
function boundOf({ system = "", messages, form, maxTokens }: Call): Bound {
  const texts = [system, ...messages.map(({ content }) => content), JSON.stringify(form.schema)];
  return {
    inputTokens: 1000 + texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    outputTokens: maxTokens,
  };
}

/** About what it will be: three bytes a token, and as many tokens as it may write. */
const estimateOf = ({ inputTokens, outputTokens }: Bound) => Math.ceil(inputTokens / 3) + outputTokens;
