import type { LanguageModel } from "../../lm/stored-model.ts";
import { textAfter } from "../../lm/tokenizers/text-after.ts";
import { type Collaboration, collaborate, type TracedToken, type Voices } from "./collaborate.ts";

/** A text that two models wrote, and what it took. */
export interface Written {
  readonly trace: readonly TracedToken[];
  readonly seconds: number;
}

/** Writes until `maxTokens`, until a token of the model ends the text, or until it holds `stop`. */
export async function write(
  voices: Voices,
  prompt: ArrayLike<number>,
  collaboration: Collaboration,
  model: Pick<LanguageModel, "tokenizer" | "specialTokens">,
  stop?: string,
): Promise<Written> {
  const begun = performance.now();
  const trace: TracedToken[] = [];
  for await (const one of collaborate(voices, prompt, collaboration)) {
    trace.push(one);
    if (hasEnded(trace, model)) break;
    if (stop !== undefined && textOf(trace, model).includes(stop)) break;
  }
  return { trace, seconds: (performance.now() - begun) / 1000 };
}

/** Whether the last token is one that ends a text. */
export function hasEnded(
  trace: readonly TracedToken[],
  { specialTokens }: Pick<LanguageModel, "specialTokens">,
): boolean {
  const last = trace.at(-1);
  return last !== undefined && specialTokens?.eos.includes(last.token) === true;
}

/** The text of the tokens, without one that ends it; `before` is the token that they follow. */
export function textOf(
  trace: readonly TracedToken[],
  model: Pick<LanguageModel, "tokenizer" | "specialTokens">,
  before?: number,
): string {
  const said = hasEnded(trace, model) ? trace.slice(0, -1) : trace;
  return textAfter(
    model.tokenizer,
    before,
    said.map(({ token }) => token),
  );
}

/** Counts over texts: what frequencies and costs are ratios of. */
export interface Count {
  readonly tokens: number;
  readonly consulted: number;
  readonly differs: number;
  readonly differsFromUntuned: number;
  readonly calls: number;
  readonly seconds: number;
}

export function countOf({ trace, seconds }: Written): Count {
  const count = (is: (one: TracedToken) => boolean) => trace.filter(is).length;
  return {
    tokens: trace.length,
    consulted: count(({ consulted }) => consulted),
    differs: count(({ differs }) => differs),
    differsFromUntuned: count(({ differsFromUntuned }) => differsFromUntuned === true),
    calls: trace.at(-1)?.calls ?? 0,
    seconds,
  };
}
