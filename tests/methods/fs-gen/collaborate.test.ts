import { describe, expect, test } from "vitest";
import { mostProbable } from "../../../shared/lm/decoding/sampling.ts";
import { createRandom } from "../../../shared/lm/random.ts";
import {
  type Collaboration,
  collaborate,
  forced,
  type TracedToken,
  type Voices,
} from "../../../shared/methods/fs-gen/collaborate.ts";
import { fuse } from "../../../shared/methods/fs-gen/fusion.ts";
import { probabilitiesOf } from "../../../shared/methods/fs-gen/uncertainty.ts";
import { tableDecoder } from "../../lm/decoding/table-decoder.ts";

const vocabulary = 24;

/** Logits that depend on the last three tokens, half of them shared by all seeds. */
function table(seed: number): (tokens: readonly number[]) => Float32Array {
  const known = new Map<string, Float32Array>();
  return (tokens) => {
    const key = tokens.slice(-3).join();
    const held = known.get(key);
    if (held !== undefined) return held;
    const [shared, own] = [createRandom(0, key), createRandom(seed, "own", key)];
    const logits = Float32Array.from({ length: vocabulary }, () => 1.5 * shared.normal() + own.normal());
    known.set(key, logits);
    return logits;
  };
}

const [smallTable, largeTable, untunedTable] = [table(1), table(2), table(3)];
const voices = (untuned = false): Voices => ({
  small: tableDecoder(vocabulary, smallTable),
  large: tableDecoder(vocabulary, largeTable),
  ...(untuned && { untuned: tableDecoder(vocabulary, untunedTable) }),
});

const prompt = [4, 9, 2];
const oracle: Collaboration = {
  decoding: { type: "oracle" },
  routing: { router: "always" },
  maxTokens: 300,
  seed: 1,
};
const write = (given: Partial<Collaboration> = {}, by = voices()): Promise<TracedToken[]> =>
  Array.fromAsync(collaborate(by, prompt, { ...oracle, ...given }));
const tokensOf = (trace: readonly TracedToken[]) => trace.map(({ token }) => token);

/** The text by reading every prefix afresh. */
function byHand(next: (prefix: readonly number[]) => number, length: number): number[] {
  const text = [...prompt];
  while (text.length < prompt.length + length) text.push(next(text));
  return text.slice(prompt.length);
}

describe("the oracle", () => {
  test("writes the large model's text where it is always asked, the small one's where it never is", async () => {
    const large = await write();
    expect(tokensOf(large)).toEqual(byHand((text) => mostProbable(largeTable(text)), 300));
    const small = await write({ routing: { router: "never" } });
    expect(tokensOf(small)).toEqual(byHand((text) => mostProbable(smallTable(text)), 300));
    expect(
      small.every(
        ({ by, consulted, calls, fused }) =>
          by === "small" && !consulted && calls === 0 && fused === undefined,
      ),
    ).toBe(true);
  });

  test("says of every token who stands for it, with both probabilities", async () => {
    const trace = await write();
    const text = [...prompt];
    for (const one of trace) {
      const [small, large] = [smallTable(text), largeTable(text)];
      const agree = mostProbable(small) === mostProbable(large);
      expect(one).toMatchObject({ by: agree ? "both" : "large", differs: !agree, consulted: true });
      expect(one.small).toBe(probabilitiesOf(small)[one.token]);
      expect(one.fused).toBe(probabilitiesOf(large)[one.token]);
      text.push(one.token);
    }
    expect(trace.at(-1)?.calls).toBe(300);
    const differing = trace.filter(({ differs }) => differs).length;
    expect(differing).toBeGreaterThan(30);
    expect(differing).toBeLessThan(270);
  });

  test("asked here and there, the large model has read what was written without it", async () => {
    const trace = await write({ routing: { router: "confidence", threshold: 0.6 } });
    const expected = byHand((text) => {
      const small = smallTable(text);
      const sure = Math.max(...probabilitiesOf(small)) >= 0.4;
      return mostProbable(sure ? small : largeTable(text));
    }, 300);
    expect(tokensOf(trace)).toEqual(expected);
    const asked = trace.filter(({ consulted }) => consulted).length;
    expect(asked).toBeGreaterThan(20);
    expect(asked).toBeLessThan(280);
    expect(trace.at(-1)?.calls).toBe(asked);
  });

  test("asked at random, is asked as often as the rate says", async () => {
    const trace = await write({ routing: { router: "random", rate: 0.25 }, maxTokens: 4000 });
    const asked = trace.filter(({ consulted }) => consulted).length / 4000;
    expect(Math.abs(asked - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 4000));
  });
});

describe("speculative decoding", () => {
  const speculative = { decoding: { type: "speculative", draftTokens: 5 } } as const;

  test("writes the oracle's text and differs at the same places, in fewer calls; 1 - CoF is how many drafts stand", async () => {
    const long = { maxTokens: 4000 };
    const [one, other] = [await write({ ...long, ...speculative }), await write(long)];
    expect(tokensOf(one)).toEqual(tokensOf(other));
    expect(one.map(({ differs }) => differs)).toEqual(other.map(({ differs }) => differs));
    const cof = other.filter(({ differs }) => differs).length / 4000;
    const drafted = one.filter(({ accepted }) => accepted !== undefined);
    const acceptance = drafted.filter(({ accepted }) => accepted === true).length / drafted.length;
    expect(Math.abs(1 - cof - acceptance)).toBeLessThan(0.05);
    expect(one.at(-1)?.calls).toBeLessThan(0.8 * 4000);
    const replaced = one.filter(({ accepted }) => accepted === false);
    expect(replaced.every(({ rejected, token, by }) => rejected !== token && by === "large")).toBe(true);
  });

  test("under a router drafts end early, and the text stays the same", async () => {
    const whole = await write(speculative);
    const early = await write({ ...speculative, routing: { router: "confidence", threshold: 0.5 } });
    expect(tokensOf(early)).toEqual(tokensOf(whole));
    expect(early.at(-1)?.calls).toBeGreaterThan(whole.at(-1)?.calls ?? Infinity);
    const shorter = (trace: readonly TracedToken[]) =>
      trace.filter(({ accepted }) => accepted === false).length;
    expect(shorter(early)).toBeLessThan(shorter(whole));
  });
});

describe("fused decoders", () => {
  test.each([
    { type: "contrastive", alpha: 0.1, beta: 0.5 },
    { type: "contrastive-released", alpha: 0.1, beta: 0.5 },
    { type: "proxy", strength: 1 },
  ] as const)("$type writes what its logits say of every prefix", async (decoding) => {
    const proxy = decoding.type === "proxy";
    const trace = await write({ decoding }, voices(proxy));
    const fused = (text: readonly number[]) =>
      fuse(decoding, { small: smallTable(text), large: largeTable(text), untuned: untunedTable(text) });
    expect(tokensOf(trace)).toEqual(byHand((text) => mostProbable(fused(text)), 300));
    const text = [...prompt];
    for (const { token, differsFromUntuned } of trace) {
      const differs = mostProbable(fused(text)) !== mostProbable(untunedTable(text));
      expect(differsFromUntuned).toBe(proxy ? differs : undefined);
      text.push(token);
    }
  });

  test("a text that is given is read as it would have been written", async () => {
    const decoding = { type: "contrastive", alpha: 0.1, beta: 0.5 } as const;
    const trace = await write({ decoding, maxTokens: 60 });
    const given = [...prompt, ...tokensOf(trace)];
    const places = await Array.fromAsync(forced(voices(), given, prompt.length, decoding));
    expect(places.map(({ target }) => target)).toEqual(tokensOf(trace));
    expect(places.map(({ fused }) => mostProbable(fused))).toEqual(tokensOf(trace));
    expect(places.map(({ fused, small }) => mostProbable(fused) !== mostProbable(small))).toEqual(
      trace.map(({ differs }) => differs),
    );
  });

  test("at a temperature, the same seed gives the same text and another gives another", async () => {
    const warm = { temperature: 1, maxTokens: 40 };
    expect(await write(warm)).toEqual(await write(warm));
    expect(tokensOf(await write({ ...warm, seed: 2 }))).not.toEqual(tokensOf(await write(warm)));
  });
});
