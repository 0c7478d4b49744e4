import { type Encoder, encoderBatch, encoderDimensions, openEncoder } from "../../encoder.ts";
import type { Measure } from "../passes.ts";
import type { Answer } from "./answer.ts";
import { clausesOf } from "./clauses.ts";

/** Vectors that are kept for the next answers, which often share their reference or their sentences. */
const mostKept = 8192;

/**
 * Greedy matching as in BERTScore (Zhang et al., arXiv 1904.09675), of clauses in place of tokens, since the encoder
 * gives a vector for a text: precision is the mean over the answer's clauses of the cosine with the nearest clause of
 * the reference, recall the same the other way round, and the score is their F1. Of several references the best.
 */
export async function embeddingMeasure(encoder?: Encoder): Promise<Measure<Answer>> {
  const embed = keeping(encoder ?? (await openEncoder()));
  return {
    columns: ["embedding"],
    batch: 8,
    async measure(answers) {
      const values = new Float64Array(answers.length);
      for (const [at, { answer, references }] of answers.entries()) {
        const given = await embed(clausesOf(answer));
        let best = Number.NEGATIVE_INFINITY;
        for (const reference of references) {
          best = Math.max(best, greedyMatch(given, await embed(clausesOf(reference))));
        }
        values[at] = best;
      }
      return { values };
    },
  };
}

/** F1 of the greedy match of two sets of vectors of length 1; 0 where one of them is empty. */
export function greedyMatch(answer: readonly Float32Array[], reference: readonly Float32Array[]): number {
  if (answer.length === 0 || reference.length === 0) return 0;
  const toReference = new Float64Array(answer.length).fill(-1);
  const toAnswer = new Float64Array(reference.length).fill(-1);
  for (const [i, own] of answer.entries()) {
    for (const [j, other] of reference.entries()) {
      const cosine = dot(own, other);
      toReference[i] = Math.max(toReference[i] ?? -1, cosine);
      toAnswer[j] = Math.max(toAnswer[j] ?? -1, cosine);
    }
  }
  const [precision, recall] = [mean(toReference), mean(toAnswer)];
  return precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0;
}

/** Embeds texts, those that were there lately from memory. */
function keeping(encode: Encoder): (texts: readonly string[]) => Promise<Float32Array[]> {
  const kept = new Map<string, Float32Array>();
  return async (texts) => {
    const missing = [...new Set(texts)].filter((text) => !kept.has(text));
    const made = new Map<string, Float32Array>();
    for (let from = 0; from < missing.length; from += encoderBatch) {
      const batch = missing.slice(from, from + encoderBatch);
      for (const [at, vector] of (await encode(batch)).entries()) made.set(batch[at] ?? "", vector);
    }
    const vectors = texts.map(
      (text) => made.get(text) ?? kept.get(text) ?? new Float32Array(encoderDimensions),
    );
    for (const [text, vector] of made) kept.set(text, vector);
    for (const text of kept.keys()) {
      if (kept.size <= mostKept) break;
      kept.delete(text);
    }
    return vectors;
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (const [at, value] of a.entries()) sum += value * (b[at] ?? 0);
  return sum;
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
