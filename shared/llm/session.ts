import { admission } from "./admission.ts";
import type { Line } from "./ask.ts";
import { type ChatRun, chatModel } from "./chat-model.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type ChatConfiguration, readChatEnvironment } from "./environment.ts";
import { openExchange } from "./exchange.ts";
import type { ChatModel } from "./port.ts";
import { recordFile, replayFile } from "./replay.ts";

/** A way to a server, shared by all runs of a process: its limits, and what the server was found not to know. */
export interface ChatSession {
  /** The chat model of one run, with the run's own answers, account and budget. */
  model(run?: ChatRun): ChatModel;
}

/** What of the world is not the server's. */
export interface SessionPorts {
  readonly clock?: Clock;
  /** In [0, 1): by how much waits differ. */
  readonly random?: () => number;
}

/** Opens the way to the configured server; nothing is sent before the first question. */
export function openSession(configuration: ChatConfiguration, ports: SessionPorts = {}): ChatSession {
  const { clock = systemClock, random = Math.random } = ports;
  const { provider, url, replay, record, attempts, timeoutMilliseconds } = configuration;
  // OpenAI itself has taken the parameter's old name away; most others know no other.
  const renamed = provider === "openai" && new URL(url).host === "api.openai.com";
  const line: Line = {
    exchange: openExchange(configuration, clock),
    admission: admission(configuration, clock),
    clock,
    random,
    attempts,
    timeoutMilliseconds,
    unknown: new Set(renamed ? ["max_tokens"] : []),
  };
  const recorded =
    replay !== undefined ? replayFile(replay) : record !== undefined ? recordFile(record) : undefined;
  return { model: (run = {}) => chatModel(configuration, line, recorded, run) };
}

/**
 * The session that the environment names by its variables `TENFOLD_LLM_*`; undefined when it names none. What is wrong
 * with them is thrown to whoever asks a question, so that a run that asks none is not troubled.
 */
export function environmentSession(
  environment: Readonly<Record<string, string | undefined>>,
): ChatSession | undefined {
  try {
    const configuration = readChatEnvironment(environment);
    return configuration && openSession(configuration);
  } catch (error) {
    const complete = () => Promise.reject(error);
    return { model: () => ({ provider: "none", model: "none", complete }) };
  }
}
