import { answer } from "./answer.ts";
import { type AnswerForm, answerForm } from "./answer-form.ts";
import type { Line } from "./ask.ts";
import { aborting } from "./clock.ts";
import type { ChatConfiguration } from "./environment.ts";
import { type Ledger, ledger, type Spending, spendingSchema } from "./ledger.ts";
import { LlmError } from "./llm-error.ts";
import type { ChatAnswer, ChatModel, ChatRequest } from "./port.ts";
import type { Replay } from "./replay.ts";
import { checkRequest, toCall } from "./request.ts";
import { requestHash } from "./request-hash.ts";
import {
  type AnswerStore,
  fromBytes,
  memoryStore,
  type StoredAnswer,
  storedAnswer,
  toBytes,
} from "./store.ts";
import type { Call } from "./wire/wire.ts";

/** What a run brings to its chat model. */
export interface ChatRun {
  /** Its answers, and its account under the name `spending`; a run that goes on finds both again. */
  readonly store?: AnswerStore;
  /** Ends every call. */
  readonly signal?: AbortSignal;
  /** Told of the account whenever something was spent. */
  readonly report?: (spending: Spending) => void;
}

const accountName = "spending";

/** The chat model of one run: what it was asked before it answers from the run's store, or from recorded answers. */
export function chatModel(
  configuration: Pick<ChatConfiguration, "provider" | "model" | "prices" | "budget">,
  line: Line,
  recorded: Replay | undefined,
  { store = memoryStore(), signal: ending, report }: ChatRun,
): ChatModel {
  const { provider, model } = configuration;
  const underWay = new Map<string, Promise<void>>();
  const account = runAccount(configuration, store, report);

  async function found(hash: string, form: AnswerForm<unknown>): Promise<StoredAnswer | undefined> {
    const fits = (kept: StoredAnswer | undefined) => kept !== undefined && "json" in form.read(kept.raw);
    const cached = fromBytes(await store.get(hash), storedAnswer);
    if (fits(cached)) return cached;
    const replayed = await recorded?.find(hash);
    if (fits(replayed)) return replayed;
    if (recorded === undefined || recorded.record !== undefined) return undefined;
    const lack = replayed === undefined ? "no answer" : "no answer that still fits";
    throw new LlmError(
      "replay-miss",
      `the replay file has ${lack} to request ${hash} (${form.name}): record again with TENFOLD_LLM_RECORD`,
    );
  }

  async function made(
    hash: string,
    asked: { readonly call: Call; readonly form: AnswerForm<unknown> },
    signal: AbortSignal | undefined,
  ): Promise<StoredAnswer> {
    const book = await account.open();
    try {
      const { raw, usage } = await answer(line, book, asked, signal);
      await account.keep(book);
      const kept: StoredAnswer = { hash, provider, model, schemaName: asked.form.name, raw, usage };
      await store.put(hash, toBytes(kept));
      await recorded?.record?.(kept);
      return kept;
    } catch (error) {
      await account.keep(book).catch(() => undefined);
      throw error;
    }
  }

  return {
    provider,
    model,
    async complete<T>(request: ChatRequest<T>): Promise<ChatAnswer<T>> {
      checkRequest(request);
      const signal = either(request.signal, ending);
      const form = answerForm(request.schema, request.schemaName);
      const call = toCall(request, model, form);
      const hash = requestHash({ provider, ...call });
      // The same asked for twice at once is paid once: the second waits, and finds the first's answer.
      for (let first = underWay.get(hash); first !== undefined; first = underWay.get(hash)) {
        await aborting(first, signal);
      }
      const work = (async () => {
        signal?.throwIfAborted();
        const old = await found(hash, form);
        if (old !== undefined) (await account.open()).note("cached");
        return { answer: old ?? (await made(hash, { call, form }, signal)), cached: old !== undefined };
      })();
      const over = work.then(
        () => void underWay.delete(hash),
        () => void underWay.delete(hash),
      );
      underWay.set(hash, over);
      const { answer: given, cached } = await work;
      return toAnswer(given, form, cached);
    },
  };
}

function toAnswer<T>(
  { raw, usage, provider, model }: StoredAnswer,
  form: AnswerForm<T>,
  cached: boolean,
): ChatAnswer<T> {
  const reading = form.read(raw);
  if (!("json" in reading)) throw new Error(`an answer that fitted does not: ${reading.fault}`);
  return { value: reading.value, raw, usage, provider, model, cached };
}

/** The account of a run, which is kept with its answers. */
function runAccount(
  { prices, budget }: Pick<ChatConfiguration, "prices" | "budget">,
  store: AnswerStore,
  report: ChatRun["report"],
) {
  let opened: Promise<Ledger> | undefined;
  let turn: Promise<void> = Promise.resolve();
  return {
    open(): Promise<Ledger> {
      opened ??= store.get(accountName).then((bytes) => {
        const from = fromBytes(bytes, spendingSchema);
        return ledger({ prices, budget, ...(from && { from }) });
      });
      return opened;
    },
    /** Before the answer is kept: what a death between the two makes the run pay again is counted twice. */
    async keep(book: Ledger): Promise<void> {
      report?.(book.spending());
      const kept = turn.then(() => store.put(accountName, toBytes(book.spending())));
      turn = kept.catch(() => undefined);
      await kept;
    },
  };
}

function either(a: AbortSignal | undefined, b: AbortSignal | undefined): AbortSignal | undefined {
  return a === undefined || b === undefined ? (a ?? b) : AbortSignal.any([a, b]);
}
