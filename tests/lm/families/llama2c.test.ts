import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createDecoder } from "../../../shared/lm/decoding/create.ts";
import { generate } from "../../../shared/lm/decoding/generate.ts";
import { folderSource } from "../../../shared/lm/folder-source.ts";
import { encodeFromStart } from "../../../shared/lm/special-tokens.ts";
import { type LanguageModel, loadModel, modelFiles } from "../../../shared/lm/stored-model.ts";
import { readLlama2cTokenizer } from "../../../shared/lm/tokenizers/llama2c.ts";
import { largestDifference, logitsOf } from "../logits.ts";
import { brutePieces } from "../tokenizers/brute-pieces.ts";
import { expectSame, referenceCheckpoint, referenceCheckpoints } from "./reference-models.ts";

describe("a llama2.c checkpoint written apart from this code", () => {
  test.each(referenceCheckpoints)("gives the logits that NumPy computed for it: %s", async (name) => {
    const { files, tokens, logits } = referenceCheckpoint(name);
    const { config, weights, specialTokens } = await loadModel(files);
    expect(largestDifference(await logitsOf(config, weights, tokens), logits)).toBeLessThan(1e-4);
    expect(specialTokens).toEqual({ bos: 1, eos: [1], startsWithBos: true });
  });

  test.each(referenceCheckpoints)(
    "is saved as a Llama of Hugging Face's, and loads as one: %s",
    async (name) => {
      const model = await loadModel(referenceCheckpoint(name).files);
      const files = modelFiles(model);
      expect(JSON.parse(new TextDecoder().decode(files.get("config.json")))).toMatchObject({
        ...{ architectures: ["LlamaForCausalLM"], bos_token_id: 1, eos_token_id: 1 },
      });
      const again = await loadModel(files);
      expectSame(again.weights, model.weights);
      expect(again.specialTokens).toEqual(model.specialTokens);
      expect(again.tokenizer.encode("01 2")).toEqual(model.tokenizer.encode("01 2"));
    },
  );
});

describe("what is no checkpoint", () => {
  const { files } = referenceCheckpoint("version-1");
  const { files: older } = referenceCheckpoint("version-0");
  const model = files.get("model.bin") ?? new Uint8Array();
  const withModel = (bytes: Uint8Array) => new Map([...files, ["model.bin", bytes]]);

  test("is a version that is not known", async () => {
    const quantised = model.slice();
    quantised[4] = 2;
    await expect(loadModel(withModel(quantised))).rejects.toThrow(
      "model.bin: llama2.c checkpoints of version 2",
    );
  });

  test("is a file of another size than its header says", async () => {
    await expect(loadModel(withModel(model.slice(0, -4)))).rejects.toThrow(
      /model\.bin: its header asks for \d+ bytes/,
    );
    const cut = new Map([...older, ["model.bin", (older.get("model.bin") ?? model).slice(0, -4)]]);
    await expect(loadModel(cut)).rejects.toThrow("there is no config.json");
  });

  test("is one of two", async () => {
    await expect(loadModel(new Map([...files, ["other.bin", model]]))).rejects.toThrow(
      "model.bin and other.bin are both llama2.c checkpoints",
    );
  });

  test("is one without its tokenizer", async () => {
    await expect(loadModel(new Map([["model.bin", model]]))).rejects.toThrow("there is no tokenizer.json");
  });
});

const data = join(import.meta.dirname, "../../../../shared/data/models");

/** What llama2.c itself writes, the most probable token each time, in 200 steps from the beginning (its test_all.py). */
const story = `Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball. She wanted to play with it, but it was too high.
Lily's mom said, "Lily, let's go to the park." Lily was sad and didn't know what to do. She said, "I want to play with your ball, but I can't find it."
Lily was sad and didn't know what to do. She said, "I'm sorry, Lily. I didn't know what to do."
Lily didn't want to help her mom, so she`;

describe.skipIf(!existsSync(data))("real checkpoints (skipped where ../shared/data is absent)", () => {
  test("stories260K writes what llama2.c writes with it", async () => {
    const model = await loadModel(await folderSource(join(data, "stories260K")));
    const decoder = await createDecoder(model, { window: 201, threads: 1 });
    const tokens: number[] = [];
    const start = encodeFromStart(model, "");
    for await (const { token } of generate(decoder, start, { maxTokens: 200 })) tokens.push(token);
    expect(model.tokenizer.decode(tokens)).toBe(story);
    await decoder.release();
  });

  test("its tokenizer is llama2.c's", async () => {
    const { tokenizer } = await loadModel(await folderSource(join(data, "stories260K")));
    const pieces = readLlama2cTokenizer(readFileSync(join(data, "stories260K", "tok512.bin")));
    for (const text of [...story.split("\n"), "Ünïcode 😀, tabs\tand  spaces\n\n", ""]) {
      expect([...tokenizer.encode(text)]).toEqual(brutePieces(pieces, text));
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }
  });

  test("stories260K is as sure of its own stories as it is known to be: about 3.56 a token", async () => {
    const nats = await ownEntropy("stories260K", 8);
    expect(Math.exp(nats)).toBeGreaterThan(3);
    expect(Math.exp(nats)).toBeLessThan(4.2);
  });

  test("babyllama is as sure of its own stories as it is known to be: about .89 bits a character", async () => {
    const bits = (await ownEntropy("babyllama-tok105", 8)) / Math.LN2;
    expect(bits).toBeGreaterThan(0.7);
    expect(bits).toBeLessThan(1.1);
  });
});

/** Mean -log p, in nats, of what a model draws from itself. */
async function ownEntropy(name: string, texts: number): Promise<number> {
  const model: LanguageModel = await loadModel(await folderSource(join(data, name)));
  const decoder = await createDecoder(model, { window: 256, threads: 1 });
  let [total, count] = [0, 0];
  const start = encodeFromStart(model, "").subarray(0, 1);
  for (let seed = 0; seed < texts; seed++) {
    const options = { maxTokens: 255, temperature: 1, seed };
    for await (const { logProbability } of generate(decoder, start, options)) {
      total -= logProbability;
      count++;
    }
  }
  await decoder.release();
  return total / count;
}
