import { expect, test } from "vitest";
import { configure } from "../../../shared/lm/config.ts";
import { createDecoder } from "../../../shared/lm/decoding/create.ts";
import { windowDecoder } from "../../../shared/lm/decoding/window-decoder.ts";
import { initialWeights } from "../../../shared/lm/transformer/parameters.ts";
import { weightsOf } from "../../../shared/lm/transformer/transformer.ts";
import { decodesLike } from "./decodes-like.ts";

const config = configure({
  vocabularySize: 11,
  contextLength: 12,
  dModel: 16,
  layers: 1,
  heads: 2,
  position: { type: "rope", theta: 10_000 },
});
const model = { config, weights: initialWeights(weightsOf(config), 3) };

test("the window decoder gives the logits of what its rows hold", async () => {
  await decodesLike(model, ({ config, weights }, options) =>
    windowDecoder(config, weights, { ...options, threads: 1 }),
  );
});

test("what cannot be read is refused by its reason, and changes nothing", async () => {
  const decoder = await createDecoder(model, { window: 4, threads: 1, rows: 2 });
  await decoder.read([1, 2, 3], { row: 1 });
  await expect(decoder.read([4, 5], { row: 1 })).rejects.toThrow("5 tokens in a window of 4");
  await expect(decoder.read([11])).rejects.toThrow("token 11 is not in a vocabulary of 11");
  await expect(decoder.read([-1])).rejects.toThrow("token -1 is not in a vocabulary of 11");
  await expect(decoder.read([])).rejects.toThrow("no token to read");
  await expect(decoder.read([1], { row: 2 })).rejects.toThrow("there is no row 2 of 2");
  await expect(decoder.step([1, 11])).rejects.toThrow("token 11 is not in a vocabulary of 11");
  expect(() => decoder.rollback(4, 1)).toThrow("row 1 holds 3 tokens, not 4");
  expect([decoder.length(), decoder.length(1)]).toEqual([0, 3]);
  await decoder.release();
});
