import * as z from "zod";
import type { Block } from "./block.ts";
import type { Edited } from "./editor.ts";
import type { EditRule } from "./input.ts";
import { dropped, isCandidate } from "./rule.ts";

/** Bins of the histogram of p: equal parts of [0, 1]. */
export const bins = 20;

/** What was counted of a corpus so far. */
export const tally = z.object({
  items: z.int(),
  documents: z.int(),
  tokens: z.int(),
  /** Tokens that have a p: all but the first of each document. */
  places: z.int(),
  candidates: z.int(),
  changed: z.int(),
  dropped: z.int(),
  /** Sum of log p, in nats. */
  logProbability: z.number(),
  histogram: z.array(z.int()),
});
export type Tally = z.infer<typeof tally>;

export const nothing: Tally = {
  items: 0,
  documents: 0,
  tokens: 0,
  places: 0,
  candidates: 0,
  changed: 0,
  dropped: 0,
  logProbability: 0,
  histogram: new Array<number>(bins).fill(0),
};

/** The tally with an edited block. */
export function withBlock(
  before: Tally,
  block: Block,
  { edited, probabilities }: Edited,
  rule: EditRule,
): Tally {
  const histogram = [...before.histogram];
  let [places, candidates, changed, left, logProbability] = [0, 0, 0, 0, 0];
  for (const { tokens, at } of block.documents) {
    for (let i = 1; i < tokens.length; i++) {
      const p = probabilities[at + i] ?? Number.NaN;
      const now = edited[at + i];
      places++;
      logProbability += Math.log(Math.max(p, 1e-38)); // float32's smallest: p may be 0 in it
      const bin = Math.min(bins - 1, Math.floor(p * bins));
      histogram[bin] = (histogram[bin] ?? 0) + 1;
      if (now === dropped) left++;
      else if (isCandidate(p, rule)) {
        candidates++;
        if (now !== tokens[i]) changed++;
      }
    }
  }
  return {
    items: before.items + block.items.length,
    documents: before.documents + block.documents.length,
    tokens: before.tokens + block.tokens,
    places: before.places + places,
    candidates: before.candidates + candidates,
    changed: before.changed + changed,
    dropped: before.dropped + left,
    logProbability: before.logProbability + logProbability,
    histogram,
  };
}
