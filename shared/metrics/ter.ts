import { createEditTable } from "./edit-distance.ts";
import { type TextMetric, wanted } from "./metric.ts";
import { type Script, scriptOf } from "./tokenizers/script.ts";
import { type TercomOptions, tercomTokens } from "./tokenizers/tercom.ts";
import { translationEdits } from "./translation-edits.ts";
import { createVocabulary } from "./vocabulary.ts";

export interface TerOptions extends Omit<TercomOptions, "asianSupport"> {
  /**
   * Whether Chinese characters are words. The default `auto` turns this and `normalized` on where the references are
   * in Chinese, Japanese or Korean script, whose texts have few spaces.
   */
  asianSupport?: boolean | "auto";
}

const eastAsian: readonly Script[] = ["chinese", "japanese", "korean"];

/**
 * Translation edit rate (Snover et al., 2006) as sacrebleu 2.6 computes it: 100 times the edits for each word of the
 * reference, 0 at best and without bound. Of several references the fewest edits count, against their mean length.
 * The statistics are the edits and that length.
 */
export function ter({ asianSupport = "auto", ...options }: TerOptions = {}): TextMetric {
  const plain = tercomTokens({ ...options, asianSupport: asianSupport === true });
  const asian = tercomTokens({ ...options, normalized: true, asianSupport: true });
  const choose = (references: readonly string[]) =>
    asianSupport === "auto" && eastAsian.includes(scriptOf(references)) ? asian : plain;
  const table = createEditTable();
  return {
    id: "ter",
    title: "TER",
    size: 2,
    higherIsBetter: false,
    statistics: (answer, references) => {
      const tokenize = choose(references);
      const { encode } = createVocabulary();
      const given = encode(tokenize(answer));
      const others = wanted(references).map((reference) => encode(tokenize(reference)));
      const edits = others.map((reference) => translationEdits(given, reference, table));
      const words = others.reduce((sum, reference) => sum + reference.length, 0);
      return Float64Array.of(Math.min(...edits), words / others.length);
    },
    sentence: rate,
    corpus: rate,
  };
}

function rate([edits = 0, words = 0]: Float64Array): number {
  if (words > 0) return 100 * (edits / words);
  return edits > 0 ? 100 : 0;
}
