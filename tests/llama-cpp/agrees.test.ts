import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDecoder } from "../../shared/lm/decoding/create.ts";
import type { Decoder } from "../../shared/lm/decoding/decoder.ts";
import { generate } from "../../shared/lm/decoding/generate.ts";
import { logProbability } from "../../shared/lm/decoding/sampling.ts";
import type { LanguageModel } from "../../shared/lm/stored-model.ts";
import { loadStories, missingModels, storiesGguf } from "./data-models.ts";
import { type LlamaCpp, openLlamaCpp } from "./peer.ts";

const window = 256;

const openings = [
  ...[
    "Once upon a time",
    "One day",
    "There was a",
    "The little girl",
    "A big dog",
    "Tom and Sue",
    "Mom said",
  ],
  ...[
    "In the park",
    "The sun was",
    "He was very",
    "She wanted to",
    "They played",
    "A bird flew",
    "Lily liked",
  ],
  ...["Ben had a", "The cat", "It was a", "Once there was a boy", "Every day", "The old man"],
];

describe.skipIf(missingModels)(
  `stories260K beside llama.cpp${missingModels ? `: ${missingModels}` : ""}`,
  () => {
    let model: LanguageModel;
    let ours: Decoder;
    let theirs: LlamaCpp;
    let bos = 1;

    beforeAll(async () => {
      model = await loadStories();
      bos = model.specialTokens?.bos ?? 1;
      ours = await createDecoder(model, { window, threads: 1 });
      theirs = await openLlamaCpp(storiesGguf, { threads: 1, window, rows: 1 });
    });
    afterAll(async () => {
      await ours?.release();
      await theirs?.release();
    });

    test("has the same perplexity per token on a text that it has written", async () => {
      const options = { maxTokens: window - 1, temperature: 1, seed: 1 };
      const written = await Array.fromAsync(generate(ours, Int32Array.of(bos), options));
      const tokens = [bos, ...written.map(({ token }) => token)];
      const perplexity = (logs: readonly number[]) =>
        Math.exp(-logs.reduce((sum, log) => sum + log, 0) / logs.length);
      const own = perplexity(written.map(({ logProbability: log }) => log));
      const peer = perplexity(await theirs.logProbabilities(tokens));
      expect(tokens.length).toBe(window);
      expect(Math.abs(own / peer - 1)).toBeLessThan(0.01);
      expect(own).toBeGreaterThan(2);
      expect(own).toBeLessThan(6);
    });

    test("continues 20 openings by the same tokens, or parts at a near tie", async () => {
      expect(openings.length).toBe(20);
      const partings: string[] = [];
      for (const opening of openings) {
        const prompt = [bos, ...model.tokenizer.encode(opening)];
        const written = await Array.fromAsync(generate(ours, Int32Array.from(prompt), { maxTokens: 100 }));
        const own = written.map(({ token }) => token);
        const { texts } = await theirs.continueAll([prompt], 100);
        const peer = texts[0] ?? [];
        expect(peer.length).toBeGreaterThan(0);
        const at = peer.findIndex((token, i) => token !== own[i]);
        if (at < 0) continue;
        ours.rollback(0);
        const logits = await ours.read([...prompt, ...own.slice(0, at)]);
        const gap = logProbability(logits, own[at] ?? 0) - logProbability(logits, peer[at] ?? 0);
        partings.push(`"${opening}" at token ${at}: log-probabilities ${gap.toFixed(5)} apart`);
        expect(gap).toBeLessThan(0.01);
      }
      if (partings.length > 0) console.log(`partings from llama.cpp:\n${partings.join("\n")}`);
    });
  },
);
