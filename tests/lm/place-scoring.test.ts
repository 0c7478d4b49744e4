import { describe, expect, test } from "vitest";
import {
  createPlaceScorer,
  createTopScorer,
  placeBatch,
  type TopTokens,
} from "../../shared/lm/place-scoring.ts";
import { initialWeights } from "../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../shared/lm/transformer/transformer.ts";
import { referenceLogits } from "./reference-transformer.ts";
import { config, text, weights } from "./scored-model.ts";

function logSoftmax(logits: ArrayLike<number>, temperature: number): number[] {
  const scaled = Array.from(logits, (logit) => logit / temperature);
  const total = Math.log(scaled.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return scaled.map((logit) => logit - total);
}

const rows = [text.subarray(0, 8), text.subarray(8, 10), text.subarray(10, 15)];

describe("scoring places", () => {
  test.each([
    { temperature: 1, tiedHead: true },
    { temperature: 1.7, tiedHead: false },
  ])(
    "gives log p of each token and the most probable ones, as from its prefix alone: %o",
    async ({ temperature, tiedHead }) => {
      const own = { ...config, tiedHead };
      const values = initialWeights(weightsOf(own), 5);
      const k = 4;
      const scorer = await createPlaceScorer(own, values, { length: 7, threads: 1, batch: 3 });
      const top = createTopScorer(own, values, { k, temperature, threads: 1 });
      const scores = await scorer.score(rows);
      expect(scores.map(({ logProbabilities }) => logProbabilities.length)).toEqual([7, 1, 4]);
      for (const [at, row] of rows.entries()) {
        const { logProbabilities, states } = scores[at] ?? {
          logProbabilities: [],
          states: new Float32Array(),
        };
        const wanted = Array.from(row.subarray(1), (token, place) => ({
          token,
          state: states.subarray(place * own.dModel, (place + 1) * own.dModel),
        }));
        const found = await top.top(wanted);
        expect(found.length).toBe(row.length - 1);
        for (const [place, { logProbability, topTokens, topLogProbabilities }] of found.entries()) {
          const logits = referenceLogits(own, values, [...row.subarray(0, place + 1)]).at(-1) ?? [];
          const [plain, tempered] = [logSoftmax(logits, 1), logSoftmax(logits, temperature)];
          const token = row[place + 1] ?? 0;
          expect(logProbabilities[place]).toBeCloseTo(plain[token] ?? 0, 4);
          expect(logProbability).toBeCloseTo(tempered[token] ?? 0, 4);
          const best = [...tempered.keys()]
            .sort((a, b) => (tempered[b] ?? 0) - (tempered[a] ?? 0))
            .slice(0, k);
          expect([...Array.from(topTokens)]).toEqual(best);
          for (const [rank, one] of best.entries())
            expect(topLogProbabilities[rank]).toBeCloseTo(tempered[one] ?? 0, 4);
        }
      }
      await scorer.release();
      await top.release();
    },
  );

  test("of more places than go through the head at once keeps their order", async () => {
    const scorer = await createPlaceScorer(config, weights, { length: 29, threads: 1, batch: 1 });
    const top = createTopScorer(config, weights, { k: 2, temperature: 1, threads: 1 });
    const [score] = await scorer.score([text]);
    const { dModel } = config;
    const place = (i: number) => ({
      token: text[i + 1] ?? 0,
      state: (score?.states ?? new Float32Array()).subarray(i * dModel, (i + 1) * dModel),
    });
    const alone: TopTokens[] = [];
    for (let i = 0; i < 29; i++) alone.push(...(await top.top([place(i)])));
    const many = await top.top(Array.from({ length: 600 }, (_, i) => place(i % 29)));
    for (const [i, one] of many.entries()) {
      expect(one.logProbability).toBeCloseTo(alone[i % 29]?.logProbability ?? 0, 5);
      expect(Array.from(one.topTokens)).toEqual(Array.from(alone[i % 29]?.topTokens ?? []));
    }
    await scorer.release();
    await top.release();
  });

  test("refuses rows that do not fit, and keeps a pass's logits within its limit", async () => {
    const scorer = await createPlaceScorer(config, weights, { length: 7, threads: 1, batch: 2 });
    await expect(scorer.score(rows)).rejects.toThrow("3 rows in a pass of 2");
    await expect(scorer.score([text.subarray(0, 9)])).rejects.toThrow("a row of 9 tokens, not 2 to 8");
    await expect(scorer.score([text.subarray(0, 1)])).rejects.toThrow("a row of 1 tokens, not 2 to 8");
    await scorer.release();
    expect(placeBatch(256, 64)).toBe(64);
    expect(placeBatch(32_000, 64) * 64 * 32_000).toBeLessThanOrEqual(2 ** 24);
    expect(placeBatch(150_000, 1024)).toBe(1);
  });
});
