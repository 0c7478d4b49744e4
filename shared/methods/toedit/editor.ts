import {
  createPlaceScorer,
  createTopScorer,
  type PlaceScorer,
  placeBatch,
  type RowPlaces,
} from "../../lm/place-scoring.ts";
import { type Block, type Pass, passesOf, type Row } from "./block.ts";
import type { EditRule } from "./input.ts";
import type { Prior } from "./prior.ts";
import { decide, redraw, topTokensOf, windowStream } from "./rule.ts";
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
  const top = createTopScorer(config, weights, { k, temperature: rule.temperature, threads });
  const scorers = new Map<number, Promise<PlaceScorer>>();
  const scorerOf = (length: number): Promise<PlaceScorer> => {
    const made = scorers.get(length) ?? createPlaceScorer(config, weights, { length, threads });
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
      const anew = rows.flatMap((row, i) => candidatesOf(row, scores[i], rule, into));
      const places = await top.top(anew);
      let stream = windowStream(seed, 0, 0, 0);
      for (const [i, { row, target, token }] of anew.entries()) {
        const { document, number } = row;
        // The places of a row come one after the other, and share its stream.
        if (anew[i - 1]?.row !== row) stream = windowStream(seed, document.row, document.text, number);
        const found = places[i];
        if (found !== undefined) into.edited[target] = redraw({ ...found, token }, rule.sampler, stream());
      }
    },
    async release() {
      await top.release();
      for (const scorer of scorers.values()) await (await scorer).release();
    },
  };
}

const tokensOf = ({ document, window: { start, end } }: Row) => document.tokens.subarray(start, end);

/** Decides on a row's places; answers those that are to be drawn anew, with where the answer goes. */
function candidatesOf(row: Row, score: RowPlaces | undefined, rule: EditRule, into: Edited) {
  if (score === undefined) throw new Error("a row without a score");
  const { document, window: part } = row;
  const tokens = tokensOf(row);
  const dModel = score.states.length / (tokens.length - 1);
  const place = { at: document.at + part.from, from: part.from - part.start - 1 };
  return decide(tokens, score.logProbabilities, rule, { ...into, ...place }).map((one) => ({
    row,
    token: tokens[one + 1] ?? 0,
    target: place.at + one - place.from,
    state: score.states.subarray(one * dModel, (one + 1) * dModel),
  }));
}
