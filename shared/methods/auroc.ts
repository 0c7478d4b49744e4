import type { Random } from "../lm/random.ts";

/**
 * Area under the ROC curve: the probability that one whose mark is not 0 has the higher score than one whose
 * mark is 0, ties counted half. Undefined where all are of one kind.
 */
export function auroc(scores: ArrayLike<number>, marks: ArrayLike<number>): number | undefined {
  return areaAlong(ascending(scores), scores, marks, () => 1);
}

/**
 * The area in each of several draws of whole groups, as many as there are, with replacement: those with scores of one
 * response, of one problem. `groups` has the group of each score. Draws of one kind only are left out.
 */
export function aurocOfDraws(
  scores: ArrayLike<number>,
  marks: ArrayLike<number>,
  groups: ArrayLike<number>,
  { draws, random }: { readonly draws: number; readonly random: Random },
): number[] {
  const order = ascending(scores);
  const names = [...new Set(Array.from(groups))];
  const places = new Map(names.map((name, place) => [name, place]));
  const placeOf = Int32Array.from(groups, (name) => places.get(name) ?? 0);
  const times = new Int32Array(names.length);
  return Array.from({ length: draws }, () => {
    times.fill(0);
    for (let i = 0; i < names.length; i++) {
      const drawn = random.integer(names.length);
      times[drawn] = (times[drawn] ?? 0) + 1;
    }
    return areaAlong(order, scores, marks, (at) => times[placeOf[at] ?? 0] ?? 0);
  }).filter((area) => area !== undefined);
}

const ascending = (scores: ArrayLike<number>): number[] =>
  Array.from(scores, (_, at) => at).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));

/** The area where each score counts as often as `weightOf` says. */
function areaAlong(
  order: readonly number[],
  scores: ArrayLike<number>,
  marks: ArrayLike<number>,
  weightOf: (at: number) => number,
): number | undefined {
  let [area, positives, negatives] = [0, 0, 0];
  for (let from = 0; from < order.length; ) {
    const score = scores[order[from] ?? 0];
    let [tiedPositives, tiedNegatives] = [0, 0];
    for (; from < order.length && scores[order[from] ?? 0] === score; from++) {
      const at = order[from] ?? 0;
      if ((marks[at] ?? 0) === 0) tiedNegatives += weightOf(at);
      else tiedPositives += weightOf(at);
    }
    area += tiedPositives * (negatives + tiedNegatives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
  }
  return positives === 0 || negatives === 0 ? undefined : area / (positives * negatives);
}
