import * as z from "zod";
import type { Clock } from "./clock.ts";
import type { ChatConfiguration } from "./environment.ts";
import type { Failure } from "./failure.ts";
import { type HttpOutcome, post } from "./http.ts";
import { LlmError } from "./llm-error.ts";
import { readSecret } from "./secret.ts";
import { anthropic } from "./wire/anthropic.ts";
import { bedrock } from "./wire/bedrock.ts";
import { openai } from "./wire/openai.ts";
import type { Call, Feature, Reply, Wire } from "./wire/wire.ts";

export interface SendLimits {
  readonly timeoutMilliseconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** One request and what came of it, over one connection to one server. */
export interface Exchange {
  readonly wire: Wire;
  /** For messages. */
  readonly server: string;
  send(call: Call, unknown: ReadonlySet<Feature>, limits: SendLimits): Promise<Reply | Failure>;
  /** Reads the key again at the next call: it may have been replaced. */
  forgetKey(): void;
}

export const isReply = (outcome: Reply | Failure): outcome is Reply => "stop" in outcome;

const wires: Readonly<Record<ChatConfiguration["provider"], Wire>> = { openai, anthropic, bedrock };

/** Below this length a "key" is a placeholder of a local server, and a word like any other. */
const shortestSecret = 8;

export function openExchange(configuration: ChatConfiguration, clock: Clock): Exchange {
  const { provider, model, url } = configuration;
  const wire = wires[provider];
  const base = provider === "anthropic" ? url.replace(/\/v1$/, "") : url;
  const { host } = new URL(url);
  let keyRead: Promise<string | undefined> | undefined;

  const key = () => {
    keyRead ??= readKey(configuration, clock).catch((error: unknown) => {
      keyRead = undefined;
      throw error;
    });
    return keyRead;
  };

  return {
    wire,
    server: `${model} at ${host}`,
    async send(call, unknown, limits) {
      const request = wire.request(call, unknown);
      const target = new URL(base + request.path);
      const body = JSON.stringify(request.body);
      const known = await key();
      const headers = await authorized(configuration, wire, {
        target,
        body,
        headers: request.headers,
        key: known,
        clock,
      });
      const outcome = await post({ url: target, headers, body, clock, ...limits });
      return withoutKey(toReply(wire, redacted(outcome, known)), known);
    },
    forgetKey() {
      keyRead = undefined;
    },
  };
}

async function readKey(configuration: ChatConfiguration, clock: Clock): Promise<string | undefined> {
  const { key, secretArn: arn, secretEndpoint: endpoint, credentials } = configuration;
  if (arn === undefined) return key;
  if (credentials === undefined) {
    throw new LlmError("unauthorised", `there are no AWS credentials to read the secret ${arn} with`);
  }
  return await readSecret({ arn, credentials, endpoint, clock });
}

interface Unsigned {
  readonly target: URL;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly key: string | undefined;
  readonly clock: Clock;
}

async function authorized(
  { provider, region, credentials }: ChatConfiguration,
  wire: Wire,
  { target, body, headers, key, clock }: Unsigned,
): Promise<Readonly<Record<string, string>>> {
  if (key !== undefined) return { ...headers, ...wire.authorization(key) };
  if (provider !== "bedrock") return headers;
  if (credentials === undefined || region === undefined) {
    throw new LlmError(
      "unauthorised",
      "Amazon Bedrock needs AWS credentials and TENFOLD_LLM_REGION, or one of its API keys as TENFOLD_LLM_KEY",
    );
  }
  const { signedHeaders } = await import("./signature.ts");
  const now = clock.now();
  const given = { "content-type": "application/json", ...headers };
  return await signedHeaders({
    service: "bedrock",
    region,
    credentials,
    url: target,
    headers: given,
    body,
    now,
  });
}

const cleaner = (key: string | undefined) => (text: string) =>
  key === undefined || key.length < shortestSecret ? text : text.replaceAll(key, "[key]");

/** What a server says may repeat the key that it was sent; nothing behind this line sees it. */
function redacted(outcome: HttpOutcome, key: string | undefined): HttpOutcome {
  const clean = cleaner(key);
  if ("lost" in outcome) return { ...outcome, detail: clean(outcome.detail) };
  const headers = new Headers([...outcome.headers].map(([name, value]) => [name, clean(value)]));
  return { ...outcome, text: clean(outcome.text), headers };
}

/** In a reply the key can come out of what was escaped in the body. */
function withoutKey(outcome: Reply | Failure, key: string | undefined): Reply | Failure {
  if (!isReply(outcome)) return outcome;
  const clean = cleaner(key);
  const { text, reason } = outcome;
  return { ...outcome, text: clean(text), ...(reason !== undefined && { reason: clean(reason) }) };
}

function toReply(wire: Wire, outcome: HttpOutcome): Reply | Failure {
  if ("lost" in outcome || outcome.status !== 200) return outcome;
  try {
    return wire.reply(JSON.parse(outcome.text));
  } catch (error) {
    const malformed =
      error instanceof z.ZodError ? z.prettifyError(error).replaceAll(/\s+/g, " ") : "it is not JSON";
    return { ...outcome, malformed };
  }
}
