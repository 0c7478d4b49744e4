import { describe, expect, test } from "vitest";
import { chunksOf } from "../../shared/lm/rows.ts";
import { createScorer, meanLoss } from "../../shared/lm/scoring.ts";
import { referenceLogits } from "./reference-transformer.ts";
import { config, text, weights } from "./scored-model.ts";

/** -log p of each token of a row but the first, from the reference. */
function referenceLosses(row: readonly number[]): number[] {
  return referenceLogits(config, weights, row.slice(0, -1)).map((logits, i) => {
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    return Math.log(total) - (logits[row[i + 1] ?? 0] ?? 0);
  });
}

describe("scoring", () => {
  test("every token but the first is a target once", () => {
    const rows = [...chunksOf(text, 7)].map((row) => [...row]);
    expect(rows.flatMap((row) => row.slice(1))).toEqual([...text.subarray(1, 29)]);
    expect([...chunksOf(text.subarray(0, 7), 7)]).toEqual([]);
  });

  test("gives -log p of each token, whatever the batch, also in a last batch that is not full", async () => {
    for (const batch of [1, 3]) {
      const scorer = await createScorer(config, weights, { length: 7, threads: 1, batch });
      const rows = [...chunksOf(text, 7)];
      let next = 0;
      for await (const { losses, predictions } of scorer.score(rows)) {
        const row = [...(rows[next++] ?? [])];
        const expected = referenceLosses(row);
        expect(losses.every((loss, i) => Math.abs(loss - (expected[i] ?? Number.NaN)) < 1e-4)).toBe(true);
        const best = referenceLogits(config, weights, row.slice(0, -1)).map((logits) =>
          logits.indexOf(Math.max(...logits)),
        );
        expect([...predictions]).toEqual(best);
      }
      expect(next).toBe(rows.length);
      await scorer.release();
    }
  });

  test("the mean loss is that of all rows, and too short a text is refused", async () => {
    const scorer = await createScorer(config, weights, { length: 7, threads: 1 });
    const all = [...chunksOf(text, 7)].flatMap((row) => referenceLosses([...row]));
    expect(await meanLoss(scorer, text)).toBeCloseTo(
      all.reduce((sum, loss) => sum + loss, 0) / all.length,
      4,
    );
    await expect(meanLoss(scorer, text.subarray(0, 7))).rejects.toThrow("no row of 8");
    await scorer.release();
  });
});
