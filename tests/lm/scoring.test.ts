import { describe, expect, test } from "vitest";
import { configure } from "../../shared/lm/config.ts";
import { chunksOf } from "../../shared/lm/rows.ts";
import { createPlaceScorer, createScorer, meanLoss, placeBatch } from "../../shared/lm/scoring.ts";
import { initialWeights } from "../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../shared/lm/transformer/transformer.ts";
import { referenceLogits } from "./reference-transformer.ts";

const config = configure({
  vocabularySize: 11,
  contextLength: 8,
  dModel: 16,
  layers: 1,
  heads: 2,
  position: { type: "rope", theta: 10_000 },
});
const weights = initialWeights(weightsOf(config), 3);
const text = Uint8Array.from({ length: 30 }, (_, i) => (i * i + 3 * i) % 11);

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

describe("scoring places", () => {
  const logSoftmax = (logits: ArrayLike<number>, temperature: number): number[] => {
    const scaled = Array.from(logits, (logit) => logit / temperature);
    const total = Math.log(scaled.reduce((sum, logit) => sum + Math.exp(logit), 0));
    return scaled.map((logit) => logit - total);
  };
  const rows = [text.subarray(0, 8), text.subarray(8, 10), text.subarray(10, 15)];

  test.each([1, 1.7])(
    "gives log p of each token and the most probable ones at temperature %d, short rows too",
    async (temperature) => {
      const k = 4;
      const scorer = await createPlaceScorer(config, weights, {
        length: 7,
        threads: 1,
        k,
        temperature,
        batch: 3,
      });
      const scores = await scorer.score(rows);
      await scorer.release();
      expect(scores.map(({ logProbabilities }) => logProbabilities.length)).toEqual([7, 1, 4]);
      for (const [at, row] of rows.entries()) {
        const score = scores[at];
        // Each place from its prefix alone, read anew.
        for (let i = 1; i < row.length; i++) {
          const logits = referenceLogits(config, weights, [...row.subarray(0, i)]).at(-1) ?? [];
          const [plain, tempered] = [logSoftmax(logits, 1), logSoftmax(logits, temperature)];
          const token = row[i] ?? 0;
          expect(score?.logProbabilities[i - 1]).toBeCloseTo(plain[token] ?? 0, 4);
          expect(score?.tempered[i - 1]).toBeCloseTo(tempered[token] ?? 0, 4);
          const best = [...tempered.keys()]
            .sort((a, b) => (tempered[b] ?? 0) - (tempered[a] ?? 0))
            .slice(0, k);
          expect([...(score?.topTokens.subarray((i - 1) * k, i * k) ?? [])]).toEqual(best);
          for (const [rank, one] of best.entries()) {
            expect(score?.topLogProbabilities[(i - 1) * k + rank]).toBeCloseTo(tempered[one] ?? 0, 4);
          }
        }
      }
    },
  );

  test("refuses rows that do not fit, and keeps a pass's logits within its limit", async () => {
    const scorer = await createPlaceScorer(config, weights, {
      length: 7,
      threads: 1,
      k: 1,
      temperature: 1,
      batch: 2,
    });
    await expect(scorer.score(rows)).rejects.toThrow("3 rows in a pass of 2");
    await expect(scorer.score([text.subarray(0, 9)])).rejects.toThrow("a row of 9 tokens, not 2 to 8");
    await expect(scorer.score([text.subarray(0, 1)])).rejects.toThrow("a row of 1 tokens, not 2 to 8");
    await scorer.release();
    expect(placeBatch(256, 64)).toBe(64);
    expect(placeBatch(32_000, 64) * 64 * 32_000).toBeLessThanOrEqual(2 ** 24);
    expect(placeBatch(150_000, 1024)).toBe(1);
  });
});
