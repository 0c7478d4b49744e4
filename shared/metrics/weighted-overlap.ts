import { countGrams, type DocumentFrequencies, inverseFrequency } from "./document-frequencies.ts";
import { meanOf, type TextMetric, wanted } from "./metric.ts";

/**
 * The share of the reference's n-grams that the answer has too, each occurrence weighed by how rare the n-gram is in
 * a corpus: what an answer says of what is particular to its question. 0 to 1, 0 where the reference is too short to
 * have an n-gram; of several references the highest; a corpus has the mean of its answers.
 */
export function idfRecall(
  frequencies: DocumentFrequencies,
  { order = 2 }: { order?: number } = {},
): TextMetric {
  return meanMetric(
    { id: `idf-recall-${order}`, title: `IDF recall, ${gramNames[order] ?? `${order}-grams`}` },
    (answer) => {
      const given = countGrams(answer, frequencies, [order]);
      return (reference) => {
        let [found, all] = [0, 0];
        for (const [gram, count] of countGrams(reference, frequencies, [order])) {
          const weight = count * inverseFrequency(frequencies, gram);
          all += weight;
          if (given.has(gram)) found += weight;
        }
        return all === 0 ? 0 : found / all;
      };
    },
  );
}

const gramNames: Record<number, string> = { 1: "words", 2: "bigrams" };

/**
 * The cosine between answer and reference as vectors of n-grams, each its count times its rarity in a corpus. 0 to 1,
 * 0 where one has no n-gram; of several references the highest; a corpus has the mean of its answers.
 */
export function tfidfCosine(
  frequencies: DocumentFrequencies,
  { orders = frequencies.orders }: { orders?: readonly number[] } = {},
): TextMetric {
  const vector = (text: string) => {
    const weights = countGrams(text, frequencies, orders);
    for (const [gram, count] of weights) weights.set(gram, count * inverseFrequency(frequencies, gram));
    return weights;
  };
  return meanMetric(
    { id: "tfidf-cosine", title: `TF-IDF cosine, n-grams of ${orders.join(" and ")}` },
    (answer) => {
      const given = vector(answer);
      return (reference) => cosine(given, vector(reference));
    },
  );
}

function cosine(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  const squares = innerProduct(one, one) * innerProduct(other, other);
  return squares === 0 ? 0 : Math.min(1, innerProduct(one, other) / Math.sqrt(squares));
}

/** Summed from the smallest product, so that the order of a text's words changes not even the last bit. */
function innerProduct(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  return Float64Array.from(one, ([gram, weight]) => weight * (other.get(gram) ?? 0))
    .sort()
    .reduce((sum, product) => sum + product, 0);
}

function meanMetric(
  names: { id: string; title: string },
  compare: (answer: string) => (reference: string) => number,
): TextMetric {
  return {
    ...names,
    size: 2,
    higherIsBetter: true,
    statistics: (answer, references) =>
      Float64Array.of(Math.max(...wanted(references).map(compare(answer))), 1),
    sentence: (statistics) => statistics[0] ?? 0,
    corpus: (sum) => meanOf(sum, 0),
  };
}
