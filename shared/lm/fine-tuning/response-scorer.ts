import { compile, type Program } from "../../engine/program.ts";
import type { LanguageModel } from "../stored-model.ts";
import { createExampleFeeds, type Example, lengthOf, placeExample } from "./example.ts";
import { exampleGraph } from "./example-graph.ts";

/** Tokens that one forward pass takes at most, unless a single row is longer. */
const passTokens = 4096;
const shortestRow = 16;

export interface ResponseScorer {
  /** log p of each token of each response given its prompt and the tokens before it, in nats, in order. */
  score(examples: readonly Example[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/**
 * Scores responses in batches of rows whose lengths round up to the same power of two. A row's result depends on
 * the others of its call in rounding alone, and the same call gives the same bytes.
 */
export function createResponseScorer(
  { config, weights }: Pick<LanguageModel, "config" | "weights">,
  { threads }: { readonly threads: number },
): ResponseScorer {
  const compiled = new Map<number, Promise<Program<"logProbabilities">>>();
  const batchOf = (length: number) => Math.max(1, Math.floor(passTokens / length));
  const limit = config.position.type === "learned" ? config.position.length : Number.POSITIVE_INFINITY;
  const roomOf = (example: Example) => {
    const rounded = Math.max(shortestRow, 2 ** Math.ceil(Math.log2(lengthOf(example))));
    return lengthOf(example) > limit ? rounded : Math.min(rounded, limit);
  };
  const programOf = (length: number) => {
    const known = compiled.get(length);
    if (known !== undefined) return known;
    const { graph, logProbabilities } = exampleGraph(config, { batch: batchOf(length), length });
    const program = compile(graph, { logProbabilities }, { threads });
    compiled.set(length, program);
    return program;
  };
  return {
    async score(examples) {
      const scores: Float32Array[] = [];
      const places = Map.groupBy(examples.keys(), (at) => roomOf(examples[at] ?? noExample));
      for (const [length, members] of places) {
        const program = await programOf(length);
        const batch = batchOf(length);
        const feeds = createExampleFeeds(batch, length);
        for (let from = 0; from < members.length; from += batch) {
          const group = members.slice(from, from + batch);
          for (const [place, at] of group.entries())
            placeExample(feeds, examples[at] ?? noExample, { place, length });
          const { logProbabilities } = await program.run({ ...Object.fromEntries(weights), ...feeds });
          for (const [place, at] of group.entries()) {
            const { prompt, response } = examples[at] ?? noExample;
            const start = place * length + prompt.length - 1;
            scores[at] = Float32Array.from(logProbabilities.subarray(start, start + response.length), Number);
          }
        }
      }
      return scores;
    },
    async release() {
      for (const program of compiled.values()) await (await program).release();
    },
  };
}

const noExample: Example = { prompt: [], response: [] };
