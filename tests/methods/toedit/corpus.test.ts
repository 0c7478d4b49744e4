import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../shared/lm/random.ts";
import { distancesOf, distributionOf } from "../../../shared/methods/toedit/distances.ts";
import { bucketing, bucketOf, bucketsOf, wordsOf } from "../../../shared/methods/toedit/ngrams.ts";
import { gumbel, importanceOf, keepLargest, logRatio } from "../../../shared/methods/toedit/selection.ts";

describe("n-gram buckets", () => {
  test("are SHA-256 modulo the number of buckets, as an independent big integer says", () => {
    const expected = (text: string, buckets: number) =>
      Number(BigInt(`0x${createHash("sha256").update(text, "utf8").digest("hex")}`) % BigInt(buckets));
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 2, max: 1_000_000 }), (text, buckets) => {
        expect(bucketOf(text, buckets)).toBe(expected(text, buckets));
      }),
    );
    // SHA-256("abc") = ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad (FIPS 180-2).
    const abc = 0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015adn;
    expect(bucketOf("abc", 10_000)).toBe(Number(abc % 10_000n));
  });

  test("words are WordPunct's, in lower case", () => {
    expect(wordsOf("Don't stop_now, 3.5% of Übung!?")).toEqual([
      "don",
      "'",
      "t",
      "stop_now",
      ",",
      "3",
      ".",
      "5",
      "%",
      "of",
      "übung",
      "!?",
    ]);
    expect(wordsOf(" \n")).toEqual([]);
  });

  test("a text gives its unigrams, then its bigrams, and forgetting what was met changes nothing", () => {
    const words = ["the", "end", "of", "the", "end"];
    const small = bucketing(10_000, 2);
    const expected = [...words, "the end", "end of", "of the", "the end"].map((ngram) =>
      bucketOf(ngram, 10_000),
    );
    expect(bucketsOf(words, small)).toEqual(expected);
    expect(bucketsOf(words, bucketing(10_000))).toEqual(expected);
  });
});

describe("distances", () => {
  test("KL and L1 of two coins are their closed forms", () => {
    const { kl, reverseKl, l1 } = distancesOf(Float64Array.of(30, 10), Float64Array.of(1, 1));
    expect(kl).toBeCloseTo(0.75 * Math.log(1.5) + 0.25 * Math.log(0.5), 6);
    expect(reverseKl).toBeCloseTo(0.5 * Math.log(2 / 3) + 0.5 * Math.log(2), 6);
    expect(l1).toBeCloseTo(0.5, 12);
    expect(distancesOf(Float64Array.of(1, 0), Float64Array.of(0, 1)).l1).toBe(2);
  });

  test("of a corpus from itself are 0, and KL is never below 0 beyond its smoothing", () => {
    const counts = fc
      .array(fc.nat(50), { minLength: 8, maxLength: 8 })
      .filter((all) => all.some((count) => count > 0));
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const [p, q] = [Float64Array.from(a), Float64Array.from(b)];
        expect(distancesOf(p, p)).toEqual({ kl: 0, reverseKl: 0, l1: 0 });
        expect(distancesOf(p, q).kl).toBeGreaterThan(-1e-6);
        expect(distancesOf(p, q).l1).toBeCloseTo(distancesOf(q, p).l1, 12);
      }),
    );
  });

  test("an even corpus has all the entropy there is, a single bucket none", () => {
    const even = distributionOf(new Float64Array(200).fill(3), 7);
    expect(even).toMatchObject({ documents: 7, ngrams: 600, used: 1 });
    expect(even.entropy).toBeCloseTo(Math.log2(200), 10);
    expect(even.top).toBeCloseTo(0.01, 12);
    const single = distributionOf(
      Float64Array.from({ length: 200 }, (_, i) => (i === 5 ? 9 : 0)),
      1,
    );
    expect(single).toMatchObject({ used: 1 / 200, top: 1, entropy: 0 });
  });
});

describe("importance resampling", () => {
  test("a document's weight is the product of its n-grams' ratios", () => {
    const ratio = logRatio(Float64Array.of(3, 1), Float64Array.of(1, 3));
    expect(Math.exp(importanceOf([0, 0, 1], ratio))).toBeCloseTo(3 * 3 * (1 / 3), 5);
  });

  test("Gumbel top-k includes items as successive draws without replacement do", () => {
    const weights = [4, 2, 1, 1];
    const [trials, k] = [20_000, 2];
    const counts = new Array<number>(weights.length).fill(0);
    for (let trial = 0; trial < trials; trial++) {
      const kept = keepLargest<number>(k);
      for (const [i, weight] of weights.entries())
        kept.offer(Math.log(weight) + gumbel(trial, "test", i), i, () => i);
      for (const { value } of kept.kept()) counts[value] = (counts[value] ?? 0) + 1;
    }
    const total = 8;
    const included = (i: number) => {
      const own = weights[i] ?? 0;
      const second = weights.reduce(
        (sum, other, j) => (j === i ? sum : sum + (other / total) * (own / (total - other))),
        0,
      );
      return own / total + second;
    };
    for (const [i, count] of counts.entries()) {
      const p = included(i);
      // Four standard deviations of a binomial count.
      expect(Math.abs(count - trials * p)).toBeLessThan(4 * Math.sqrt(trials * p * (1 - p)));
    }
    // Drawing with replacement would include the first item too seldom to pass.
    const withReplacement = 1 - (1 - 0.5) ** 2;
    expect(Math.abs((counts[0] ?? 0) - trials * withReplacement)).toBeGreaterThan(
      4 * Math.sqrt(trials * 0.25),
    );
  });

  test("keeping the largest of a stream is sorting it, also when it was cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 10 }),
        fc.nat(60),
        (keys, k, cut) => {
          const first = keepLargest<number>(k);
          for (const [i, key] of keys.slice(0, cut).entries()) first.offer(key, i, () => i);
          const second = keepLargest<number>(k, structuredClone(first.kept()));
          for (const [i, key] of keys.entries()) if (i >= cut) second.offer(key, i, () => i);
          const sorted = [...keys.entries()].sort(([i, a], [j, b]) => b - a || i - j).slice(0, k);
          expect(second.kept().map(({ index }) => index)).toEqual(
            sorted.map(([i]) => i).sort((a, b) => a - b),
          );
        },
      ),
    );
  });

  test("Gumbel noise has the mean and the variance that it should", () => {
    const values = Array.from({ length: 20_000 }, (_, i) => gumbel(1, "noise", i));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean - 0.5772157)).toBeLessThan((4 * Math.PI) / Math.sqrt(6 * values.length));
    expect(Math.abs(variance - Math.PI ** 2 / 6)).toBeLessThan(0.1);
    expect(createRandom(1, "noise", 0).uniform()).toBeCloseTo(Math.exp(-Math.exp(-(values[0] ?? 0))), 12);
  });
});
