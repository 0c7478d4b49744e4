import type { RunContext } from "../contract.ts";
import type { Block } from "./block.ts";
import { createEditor } from "./editor.ts";
import type { EditRule } from "./input.ts";
import type { Perplexities } from "./output.ts";
import type { Prior } from "./prior.ts";

/** A rule that decides nothing: only the probabilities are wanted. */
const onlyRead: EditRule = {
  strategy: "filter",
  threshold: 1,
  when: "at-least",
  dropBelow: 0,
  sampler: { type: "top-k", k: 1 },
  temperature: 1,
};

/** exp of the mean -log p of each document's tokens but the first; documents of one token are left out. */
export async function documentPerplexities(
  prior: Prior,
  texts: readonly string[],
  { seed, threads, signal }: Pick<RunContext, "seed" | "threads" | "signal">,
): Promise<number[]> {
  const editor = createEditor({ prior, rule: onlyRead, seed, threads });
  try {
    const block = blockOf(prior, texts);
    const into = editor.untouched(block);
    for (const pass of editor.passes(block)) {
      signal.throwIfAborted();
      await editor.perform(pass, into);
    }
    return block.documents.flatMap(({ tokens, at }) => {
      if (tokens.length < 2) return [];
      const places = into.probabilities.subarray(at + 1, at + tokens.length);
      const total = places.reduce((sum, p) => sum + Math.log(Math.max(p, 1e-38)), 0);
      return [Math.exp(-total / places.length)];
    });
  } finally {
    await editor.release();
  }
}

function blockOf({ tokenizer }: Prior, texts: readonly string[]): Block {
  let at = 0;
  const documents = texts.map((text, row) => {
    const tokens = tokenizer.encode(text);
    const document = { row, text: 0, tokens, at };
    at += tokens.length;
    return document;
  });
  return { items: [], documents, tokens: at, next: texts.length };
}

/** Shares of the documents at which a distribution of perplexities is read. */
export const quantileShares = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/** The documents' perplexities in a few numbers; the mean is that of the logarithms. */
export function summaryOf(values: readonly number[]): Perplexities {
  const sorted = values.toSorted((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + Math.log(value), 0) / values.length;
  return {
    documents: values.length,
    perplexity: values.length === 0 ? null : Math.exp(mean),
    quantiles:
      values.length === 0
        ? []
        : quantileShares.map(
            (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN,
          ),
  };
}
