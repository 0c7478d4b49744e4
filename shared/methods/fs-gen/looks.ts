import * as z from "zod";
import type { Decoder } from "../../lm/decoding/decoder.ts";
import { generateAll } from "../../lm/decoding/generate.ts";
import { mostProbable } from "../../lm/decoding/sampling.ts";
import type { Tokens } from "../../lm/rows.ts";
import { probabilitiesOf, type UncertaintyName, uncertaintyNames, uncertaintyOf } from "./uncertainty.ts";

const integers = z.custom<Int32Array>((value) => value instanceof Int32Array);
const floats = z.custom<Float32Array>((value) => value instanceof Float32Array);

/** What one model says at every place of the held-out rows, each given the tokens before it. */
export const look = z.object({
  predictions: integers,
  confidence: floats,
  entropy: floats,
  margin: floats,
  /** Share of the places whose token is the most probable one. */
  accuracy: z.number(),
});
export type Look = z.infer<typeof look>;

/** Reads rows of tokens: what is said of tokens 1 .. of each. */
export async function lookAt(decoder: Decoder, rows: readonly Tokens[]): Promise<Look> {
  const places = rows.reduce((sum, row) => sum + row.length - 1, 0);
  const predictions = new Int32Array(places);
  const scores: Record<UncertaintyName, Float32Array> = {
    confidence: new Float32Array(places),
    entropy: new Float32Array(places),
    margin: new Float32Array(places),
  };
  let [at, right] = [0, 0];
  for (const row of rows) {
    const logits = await readAll(decoder, row.subarray(0, -1));
    for (const [place, one] of logits.entries()) {
      const best = mostProbable(one);
      predictions[at] = best;
      if (best === row[place + 1]) right++;
      const unsure = uncertaintyOf(probabilitiesOf(one));
      for (const name of uncertaintyNames) scores[name][at] = unsure[name];
      at++;
    }
  }
  return { predictions, ...scores, accuracy: right / places };
}

/** The logits after each token, as views. */
async function readAll(decoder: Decoder, tokens: ArrayLike<number>): Promise<Float32Array[]> {
  decoder.rollback(0);
  const logits = await decoder.read(tokens, { all: true });
  const size = decoder.vocabularySize;
  return Array.from({ length: tokens.length }, (_, at) => logits.subarray(at * size, (at + 1) * size));
}

/** The greedy continuation of each prompt. */
export async function greedyTexts(
  decoder: Decoder,
  prompts: readonly Tokens[],
  maxTokens: number,
): Promise<Int32Array[]> {
  const texts: Int32Array[] = [];
  for await (const { index, tokens } of generateAll(decoder, prompts, { maxTokens })) {
    texts[index] = Int32Array.from(tokens);
  }
  return texts;
}

/** Where a model's most probable token is another than the one that stands in another model's texts: 1 at such a place. */
export async function differencesAlong(
  decoder: Decoder,
  prompts: readonly Tokens[],
  texts: readonly Int32Array[],
): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for (const [at, prompt] of prompts.entries()) {
    const text = texts[at] ?? new Int32Array();
    const logits = await readAll(decoder, [...prompt, ...text.subarray(0, -1)]);
    const own = logits.slice(prompt.length - 1);
    found.push(
      Uint8Array.from(text, (token, place) =>
        mostProbable(own[place] ?? new Float32Array()) === token ? 0 : 1,
      ),
    );
  }
  return found;
}

/** Share of the places at which two looks have another most probable token. */
export function mismatch(one: Look, other: Look): number {
  return differences(one, other).reduce((sum, differs) => sum + differs, 0) / one.predictions.length;
}

/** 1 where two looks have another most probable token. */
export function differences(one: Look, other: Look): Uint8Array {
  return Uint8Array.from(one.predictions, (token, at) => (token === other.predictions[at] ? 0 : 1));
}
