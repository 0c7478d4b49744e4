import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configure } from "../../../shared/lm/config.ts";
import { createDecoder } from "../../../shared/lm/decoding/create.ts";
import type { Decoder } from "../../../shared/lm/decoding/decoder.ts";
import { distributionOf, draw, mostProbable } from "../../../shared/lm/decoding/sampling.ts";
import {
  accepts,
  expectedTokens,
  overlap,
  residual,
  type SpeculativeOptions,
  type SpeculativeToken,
  speculate,
} from "../../../shared/lm/decoding/speculative.ts";
import { createRandom, type Random } from "../../../shared/lm/random.ts";
import { initialWeights } from "../../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../../shared/lm/transformer/transformer.ts";
import { tableDecoder } from "./table-decoder.ts";

const vocabulary = 32;

/** Logits that depend on the last two tokens alone; `spread` apart from those of another seed. */
function table(seed: number, spread = 1): (tokens: readonly number[]) => Float32Array {
  const known = new Map<string, Float32Array>();
  return (tokens) => {
    const key = tokens.slice(-2).join();
    const held = known.get(key);
    if (held !== undefined) return held;
    const [shared, own] = [createRandom(0, "shared", key), createRandom(seed, "own", key)];
    const logits = Float32Array.from({ length: vocabulary }, () => shared.normal() + spread * own.normal());
    known.set(key, logits);
    return logits;
  };
}

const pair = (spread?: number) => ({
  draft: tableDecoder(vocabulary, table(1, spread)),
  target: tableDecoder(vocabulary, table(2, spread)),
});

async function plainGreedy(decoder: Decoder, prompt: readonly number[], maxTokens: number) {
  decoder.rollback(0);
  let logits = await decoder.read(prompt);
  const text: { token: number; margin: number }[] = [];
  while (text.length < maxTokens) {
    const token = mostProbable(logits);
    const [first = 0, second = 0] = logits.slice().sort().reverse();
    text.push({ token, margin: first - second });
    logits = await decoder.read([token]);
  }
  return text;
}

const written = (
  decoders: { draft: Decoder; target: Decoder },
  prompt: readonly number[],
  options: SpeculativeOptions,
): Promise<SpeculativeToken[]> => Array.fromAsync(speculate(decoders, prompt, options));

const tokensOf = (text: readonly { readonly token: number }[]) => text.map(({ token }) => token);

describe("greedy", () => {
  test("writes the large model's greedy text on 200 prompts, whatever K, and where drafts end early", async () => {
    const decoders = pair(0.7);
    const random = createRandom(3, "prompts");
    let kept = 0;
    for (let at = 0; at < 200; at++) {
      const prompt = Array.from({ length: 1 + random.integer(6) }, () => random.integer(vocabulary));
      const maxTokens = 1 + random.integer(24);
      const options = { maxTokens, draftTokens: 1 + (at % 7) };
      const expected = tokensOf(await plainGreedy(decoders.target, prompt, maxTokens));
      const text = await written(decoders, prompt, options);
      expect(tokensOf(text)).toEqual(expected);
      const draftEnds = (p: Float32Array) => Math.max(...p) < 0.3;
      expect(tokensOf(await written(decoders, prompt, { ...options, draftEnds }))).toEqual(expected);
      kept += text.filter(({ accepted }) => accepted === true).length;
    }
    expect(kept).toBeGreaterThan(200); // drafts do stand, so that this is not the large model alone
  });

  test("two models that were trained nowhere: 200 prompts, and a first difference only where two tokens tie", async () => {
    const open = (dModel: number, layers: number, seed: number) => {
      const config = configure({
        vocabularySize: 64,
        contextLength: 32,
        dModel,
        layers,
        heads: 2,
        position: { type: "rope", theta: 10_000 },
      });
      return createDecoder(
        { config, weights: initialWeights(weightsOf(config), seed) },
        { window: 32, threads: 1 },
      );
    };
    const decoders = { draft: await open(16, 1, 1), target: await open(32, 2, 2) };
    const random = createRandom(4, "prompts");
    let ties = 0;
    for (let at = 0; at < 200; at++) {
      const prompt = Array.from({ length: 1 + random.integer(8) }, () => random.integer(64));
      const expected = await plainGreedy(decoders.target, prompt, 12);
      const text = tokensOf(await written(decoders, prompt, { maxTokens: 12, draftTokens: 4 }));
      const first = expected.findIndex(({ token }, place) => token !== text[place]);
      if (first === -1) continue;
      ties++;
      expect(expected[first]?.margin).toBeLessThan(1e-4);
    }
    expect(ties).toBeLessThanOrEqual(2);
    await decoders.draft.release();
    await decoders.target.release();
  });

  test("of the same model, every draft stands, and K + 1 tokens come of each call", async () => {
    const decoders = {
      draft: tableDecoder(vocabulary, table(2)),
      target: tableDecoder(vocabulary, table(2)),
    };
    const text = await written(decoders, [1], { maxTokens: 24, draftTokens: 5 });
    expect(text.map(({ call }) => call)).toEqual([0, 1, 2, 3].flatMap((call) => new Array(6).fill(call)));
    expect(text.every(({ agrees, accepted }) => agrees && accepted !== false)).toBe(true);
  });
});

/** Chi-square of counts against expected probabilities; places that are rare together make one cell. */
function chiSquare(
  counts: readonly number[],
  probabilities: ArrayLike<number>,
): { value: number; freedom: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let [value, cells, rareCount, rare] = [0, 0, 0, 0];
  for (const [token, count] of counts.entries()) {
    const expected = total * (probabilities[token] ?? 0);
    if (expected < 5) {
      rareCount += count;
      rare += expected;
      continue;
    }
    value += (count - expected) ** 2 / expected;
    cells++;
  }
  if (rare > 0) value += (rareCount - rare) ** 2 / rare;
  return { value, freedom: cells + (rare > 0 ? 1 : 0) - 1 };
}

/** The 99.9th percentile of chi-square by Wilson and Hilferty's cube root. */
const critical = (freedom: number) =>
  freedom * (1 - 2 / (9 * freedom) + 3.0902 * Math.sqrt(2 / (9 * freedom))) ** 3;

describe("stochastic", () => {
  const draws = 200_000;
  const [p, q] = [table(2)([5]), table(1)([5])].map((logits) =>
    distributionOf(logits, { temperature: 1 }),
  ) as [Float32Array, Float32Array];

  const countsBy = (one: (random: Random) => number) => {
    const random = createRandom(11, "draws");
    const counts = new Array<number>(vocabulary).fill(0);
    for (let at = 0; at < draws; at++) {
      const token = one(random);
      counts[token] = (counts[token] ?? 0) + 1;
    }
    return counts;
  };

  test("a place's token has the large model's distribution at 200,000 draws over 32 tokens", () => {
    const counts = countsBy((random) => {
      const token = draw(q, random);
      return accepts(p, q, token, random) ? token : draw(residual(p, q), random);
    });
    const { value, freedom } = chiSquare(counts, p);
    expect(freedom).toBeGreaterThan(25);
    expect(value).toBeLessThan(critical(freedom));
  });

  test.each([
    ["keeps every draft", (token: number) => token],
    [
      "draws anew from p in place of norm(max(0, p - q))",
      (token: number, random: Random) => (accepts(p, q, token, random) ? token : draw(p, random)),
    ],
    [
      "keeps with probability min(1, q / p)",
      (token: number, random: Random) =>
        accepts(q, p, token, random) ? token : draw(residual(p, q), random),
    ],
  ])("the test fails for a rule that %s", (_, rule) => {
    const counts = countsBy((random) => rule(draw(q, random), random));
    const { value, freedom } = chiSquare(counts, p);
    expect(value).toBeGreaterThan(10 * critical(freedom));
  });

  test("whole texts: every token of 100,000 has the large model's distribution given the two before it", async () => {
    const decoders = pair(0.5);
    const sampling = { temperature: 1 };
    const counts = new Map<string, number[]>();
    const text = [3, 7];
    for await (const { token } of speculate(decoders, text, {
      ...sampling,
      maxTokens: 100_000,
      draftTokens: 4,
      seed: 5,
    })) {
      const key = text.slice(-2).join();
      const own = counts.get(key) ?? new Array<number>(vocabulary).fill(0);
      own[token] = (own[token] ?? 0) + 1;
      counts.set(key, own);
      text.push(token);
    }
    const logitsAfter = table(2, 0.5);
    let [value, freedom] = [0, 0];
    for (const [key, own] of counts) {
      if (own.reduce((sum, count) => sum + count, 0) < 100) continue;
      const cell = chiSquare(own, distributionOf(logitsAfter(key.split(",").map(Number)), sampling));
      if (cell.freedom < 1) continue;
      value += cell.value;
      freedom += cell.freedom;
    }
    expect(freedom).toBeGreaterThan(500);
    expect(value).toBeLessThan(critical(freedom));
  });

  test("drafts stand as often as sum min(p, q) says, and a call brings (1 - A^(K + 1)) / (1 - A) tokens", async () => {
    // logits that no token changes, so that A is the same everywhere
    const [small, large] = [table(1)([5]), table(2)([5])];
    const decoders = {
      draft: tableDecoder(vocabulary, () => small),
      target: tableDecoder(vocabulary, () => large),
    };
    const A = overlap(p, q);
    for (const draftTokens of [1, 3, 6]) {
      const text = await written(decoders, [0], {
        maxTokens: 20_000,
        draftTokens,
        temperature: 1,
        seed: draftTokens,
      });
      const drafted = text.filter(({ accepted }) => accepted !== undefined);
      const stood = drafted.filter(({ accepted }) => accepted === true).length / drafted.length;
      expect(Math.abs(stood - A)).toBeLessThan(4 * Math.sqrt((A * (1 - A)) / drafted.length));
      const perCall = text.length / ((text.at(-1)?.call ?? 0) + 1);
      expect(Math.abs(perCall / expectedTokens(A, draftTokens) - 1)).toBeLessThan(0.02);
    }
  });

  test("under a temperature and top-k, only tokens of the large model's own choice are written", async () => {
    const sampling = { temperature: 0.8, topK: 3 };
    const text = await written(pair(), [1, 2], { ...sampling, maxTokens: 500, draftTokens: 4, seed: 1 });
    const logitsAfter = table(2);
    const all = [1, 2, ...tokensOf(text)];
    for (let at = 2; at < all.length; at++) {
      const allowed = distributionOf(logitsAfter(all.slice(0, at)), sampling);
      expect(allowed[all[at] ?? -1]).toBeGreaterThan(0);
    }
  });
});

test("probabilities are the models' own, whatever is sampled with", async () => {
  const prompt = [4, 2];
  const text = await written(pair(), prompt, { maxTokens: 40, draftTokens: 3 });
  const all = [...prompt];
  for (const { token, draftProbability, targetProbability, agrees } of text) {
    const [q, p] = [table(1)(all), table(2)(all)];
    expect(draftProbability).toBeCloseTo(distributionOf(q, { temperature: 1 })[token] ?? 0, 5);
    expect(targetProbability).toBeCloseTo(distributionOf(p, { temperature: 1 })[token] ?? 0, 5);
    expect(agrees).toBe(mostProbable(q) === mostProbable(p));
    all.push(token);
  }
});

test("whatever is drafted and taken back, both decoders hold the text when it ends, and the same seed gives it again", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(vocabulary - 1), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(0, 0.7, 1.5),
      fc.nat(50),
      fc.float({ min: 0, max: 1, noNaN: true }),
      async (prompt, draftTokens, maxTokens, temperature, seed, sure) => {
        const [held, read] = [[] as number[], [] as number[]];
        const logitsAfter = table(2);
        const watched = tableDecoder(vocabulary, (tokens) => {
          read.push(tokens.length);
          return logitsAfter(tokens);
        });
        const decoders = { draft: tableDecoder(vocabulary, table(1)), target: watched };
        const draftEnds = (p: Float32Array) => Math.max(...p) < sure;
        const options = { draftTokens, maxTokens, temperature, seed, draftEnds };
        const text = await written(decoders, prompt, options);
        held.push(...prompt, ...tokensOf(text));
        expect(text).toHaveLength(maxTokens);
        expect(watched.length()).toBe(held.length - 1);
        expect(decoders.draft.length()).toBe(held.length - 1);
        // what stands at the end is what reading the text afresh says
        const afresh = tableDecoder(vocabulary, logitsAfter);
        await afresh.read(held.slice(0, -1));
        expect(await watched.read(held.slice(-1))).toEqual(await afresh.read(held.slice(-1)));
        expect(await written(pair(), prompt, options)).toEqual(text);
      },
    ),
    { numRuns: 60, seed: 2 },
  );
});

test("an empty prompt and two vocabularies are refused", async () => {
  const options = { maxTokens: 4, draftTokens: 2 };
  await expect(written(pair(), [], options)).rejects.toThrow("at least one token");
  const other = tableDecoder(vocabulary + 1, () => new Float32Array(vocabulary + 1));
  await expect(written({ ...pair(), draft: other }, [1], options)).rejects.toThrow("a draft over 33 tokens");
});
