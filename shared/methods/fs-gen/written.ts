import type { LanguageModel } from "../../lm/stored-model.ts";
import { type Collaboration, collaborate, type TracedToken, type Voices } from "./collaborate.ts";

/** A text that two models wrote, and what it took. */
export interface Written {
  readonly trace: readonly TracedToken[];
  readonly seconds: number;
}

/** Writes until `maxTokens`, or until the text holds `stop`. */
export async function write(
  voices: Voices,
  prompt: ArrayLike<number>,
  collaboration: Collaboration,
  { tokenizer }: Pick<LanguageModel, "tokenizer">,
  stop?: string,
): Promise<Written> {
  const begun = performance.now();
  const trace: TracedToken[] = [];
  for await (const one of collaborate(voices, prompt, collaboration)) {
    trace.push(one);
    if (stop !== undefined && textOf(trace, tokenizer).includes(stop)) break;
  }
  return { trace, seconds: (performance.now() - begun) / 1000 };
}

export function textOf(trace: readonly TracedToken[], tokenizer: LanguageModel["tokenizer"]): string {
  return tokenizer.decode(trace.map(({ token }) => token));
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
