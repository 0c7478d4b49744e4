import type { ChatRun } from "../../llm/chat-model.ts";
import type { Spending } from "../../llm/ledger.ts";
import type { ChatModel } from "../../llm/port.ts";
import type { AnswerStore } from "../../llm/store.ts";
import type { Backend } from "../backend.ts";
import { type Bucket, NoSuchObject } from "../bucket.ts";
import { type Hold, LeaseLost } from "./hold.ts";
import { runPrefix } from "./stored.ts";

/** What gives a run its chat model. */
export interface ChatSource {
  model(run: ChatRun): ChatModel;
}

export interface ChatTime {
  readonly remainingMilliseconds: () => number;
  /** What is to be left of it for the pause. */
  readonly pauseMilliseconds: number;
}

/** How often a slice that waits for an answer looks at its time, in milliseconds: it can be told to end early. */
const glance = 1000;

/**
 * The chat model of a run that is held: its answers are kept with the run's other objects, its account among the run's
 * metrics. A question that is still open when the slice's time ends stops the slice: it is asked again in the next.
 */
export function runChat(source: ChatSource, { bucket }: Backend, hold: Hold, time: ChatTime): ChatModel {
  const chat = source.model({
    store: answerStore(bucket, hold),
    signal: hold.signal,
    report: (spending) => addMetrics(hold, chat.model, spending),
  });
  const { provider, model } = chat;
  return {
    provider,
    model,
    async complete(request) {
      const cancel = watchTime(hold, time);
      try {
        return await chat.complete(request);
      } finally {
        cancel();
      }
    },
  };
}

/** Ends the slice when half of the time that its pause may take is left; until what it returns is called. */
function watchTime(hold: Hold, { remainingMilliseconds, pauseMilliseconds }: ChatTime): () => void {
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    const left = remainingMilliseconds() - pauseMilliseconds / 2;
    if (left <= 0) hold.endSlice();
    else timer = setTimeout(look, Math.min(left, glance));
  };
  look();
  return () => clearTimeout(timer);
}

/** Objects beside the run's artifacts and checkpoints, which go when the run goes. */
function answerStore(bucket: Bucket, hold: Hold): AnswerStore {
  const { tenant, id } = hold.run();
  const key = (name: string) => `${runPrefix(tenant, id)}chat/${name}.json`;
  return {
    async get(name) {
      try {
        return await bucket.bytes(key(name));
      } catch (error) {
        if (error instanceof NoSuchObject) return undefined;
        throw error;
      }
    },
    async put(name, bytes) {
      if (hold.signal.reason instanceof LeaseLost) throw hold.signal.reason;
      await bucket.put(key(name), bytes, "application/json");
    },
  };
}

const maxLabelLength = 128;

function addMetrics(hold: Hold, model: string, spending: Spending): void {
  const labels = { model: model.slice(-maxLabelLength) };
  const { requests, inputTokens, outputTokens, cost } = spending;
  hold.metrics.add("chat_input_tokens", requests, inputTokens, labels);
  hold.metrics.add("chat_output_tokens", requests, outputTokens, labels);
  if (cost > 0) hold.metrics.add("chat_cost", requests, cost, labels);
}
