import { createPlaceScorer, type PlaceScorer, placeBatch } from "../../lm/scoring.ts";
import { type Block, type Pass, passesOf, type Row } from "./block.ts";
import type { EditRule } from "./input.ts";
import type { Prior } from "./prior.ts";
import { editRow, topTokensOf, windowStream } from "./rule.ts";
import { shapesUpTo } from "./windows.ts";

/** What was decided on a block: p and the new token of each place; p is NaN where nothing decides. */
export interface Edited {
  readonly edited: Int32Array;
  readonly probabilities: Float32Array;
}

/** An edit of blocks by one prior and one rule. */
export interface Editor {
  /** The passes of a block, in their order. */
  passes(block: Block): readonly Pass[];
  /** As the block stands before the first pass: all tokens kept. */
  untouched(block: Block): Edited;
  /** Does one pass, into `into`. */
  perform(pass: Pass, into: Edited): Promise<void>;
  release(): Promise<void>;
}

export interface EditorOptions {
  readonly prior: Pick<Prior, "config" | "weights" | "window" | "overlap">;
  readonly rule: EditRule;
  readonly seed: number;
  readonly threads: number;
}

/** Compiles the prior at the lengths that come, and edits rows by its probabilities. */
export function createEditor({ prior, rule, seed, threads }: EditorOptions): Editor {
  const { config, weights, window } = prior;
  const k = topTokensOf(rule.sampler, config.vocabularySize);
  const shapes = shapesUpTo(window - 1);
  const scorers = new Map<number, Promise<PlaceScorer>>();
  const scorerOf = (length: number): Promise<PlaceScorer> => {
    const made =
      scorers.get(length) ??
      createPlaceScorer(config, weights, { length, threads, k, temperature: rule.temperature });
    scorers.set(length, made);
    return made;
  };
  return {
    passes: (block) => passesOf(block, shapes, (length) => placeBatch(config.vocabularySize, length), prior),
    untouched({ documents, tokens }) {
      const edited = new Int32Array(tokens);
      for (const { tokens: own, at } of documents) edited.set(own, at);
      return { edited, probabilities: new Float32Array(tokens).fill(Number.NaN) };
    },
    async perform({ length, rows }, into) {
      const scorer = await scorerOf(length);
      const scores = await scorer.score(rows.map(tokensOf));
      for (const [i, row] of rows.entries()) {
        const score = scores[i];
        if (score === undefined) throw new Error("a row without a score");
        const { document, window: part, number } = row;
        const stream = windowStream(seed, document.row, document.text, number);
        const place = { at: document.at + part.from, from: part.from - part.start - 1 };
        editRow(tokensOf(row), score, k, rule, stream, { ...into, ...place });
      }
    },
    async release() {
      for (const scorer of scorers.values()) await (await scorer).release();
    },
  };
}

const tokensOf = ({ document, window: { start, end } }: Row) => document.tokens.subarray(start, end);
