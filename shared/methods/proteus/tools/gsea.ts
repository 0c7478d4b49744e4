import { benjaminiHochberg } from "../../../statistics/false-discovery.ts";
import { runningSum } from "./enrichment-score.ts";
import { type GeneSet, placeSets, type SizeLimits } from "./gene-sets.ts";
import { randomScores } from "./random-scores.ts";

/** What was measured, each with its statistic, in any order. */
export interface RankedList {
  readonly names: readonly string[];
  readonly scores: ArrayLike<number>;
}

export interface GseaOptions extends SizeLimits {
  readonly permutations: number;
  readonly seed: number;
  /** The power that statistics are raised to; 1 unless given. */
  readonly weight?: number;
}

export interface EnrichedSet {
  readonly name: string;
  /** Its members that were measured. */
  readonly size: number;
  readonly es: number;
  /** ES over the mean of random scores of its sign; NaN without any. */
  readonly nes: number;
  /** (1 + random scores of its sign at least as extreme) / (1 + random scores of its sign). */
  readonly p: number;
  /** Benjamini and Hochberg's over all sets. */
  readonly adjusted: number;
  /** Random scores at least as extreme. */
  readonly moreExtreme: number;
  /** The members that make the score, the most extreme first. */
  readonly leadingEdge: readonly string[];
}

export interface Gsea {
  readonly sets: readonly EnrichedSet[];
  /** The list from its highest statistic to its lowest, equal ones in the order they came in. */
  readonly ranked: readonly string[];
  /** How many statistics other than 0 repeat another: the order among them is arbitrary. */
  readonly ties: number;
}

/**
 * Preranked gene set enrichment analysis, as fgsea's `fgseaSimple`: scores of the sets against those of random
 * sets of their size. Throws a RangeError where a statistic is not finite or a name comes twice.
 */
export function gsea(list: RankedList, sets: readonly GeneSet[], options: GseaOptions): Gsea {
  const { ranked, weights, ties } = rank(list, options.weight ?? 1);
  const placed = placeSets(sets, ranked, options);
  const scored = placed.map(({ name, places }) => ({
    name,
    size: places.length,
    ...runningSum(places, weights),
  }));
  const nulls = nullsOf(scored, weights, options);
  const tested = scored.map((set, at) => ({ ...set, ...significance(set.score, nulls[at]) }));
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p));
  return {
    sets: tested.map(({ name, size, score, nes, p, moreExtreme, leadingEdge }, at) => ({
      name,
      size,
      es: score,
      nes,
      p,
      adjusted: adjusted[at] ?? Number.NaN,
      moreExtreme,
      leadingEdge: leadingEdge.map((place) => ranked[place] ?? ""),
    })),
    ranked,
    ties,
  };
}

/** A list from its highest statistic to its lowest, with the weights that a running sum takes. */
export function rank({ names, scores }: RankedList, weight: number) {
  const order = names.map((name, at) => {
    if (!Number.isFinite(scores[at])) throw new RangeError(`the statistic of "${name}" is ${scores[at]}`);
    return at;
  });
  order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const sorted = Float64Array.from(order, (at) => scores[at] ?? 0);
  const ties = sorted.filter((score, at) => score !== 0 && score === sorted[at - 1]).length;
  return {
    ranked: order.map((at) => names[at] ?? ""),
    weights: sorted.map((score) => Math.abs(score) ** weight),
    ties,
  };
}

/** The score of the very same set, its sums taken in another order, may differ by less than this. */
const rounding = 1e-12;

/** Counts and sums of random scores, as far as they concern one set. */
interface Null {
  atLeast: number;
  atMost: number;
  readonly ofSize: { notBelow: number; notAbove: number; above: number; below: number };
}

function nullsOf(
  scored: readonly { readonly size: number; readonly score: number }[],
  weights: Float64Array,
  { permutations, seed }: GseaOptions,
): Null[] {
  const sizes = new Map<number, Null["ofSize"]>();
  const members = new Map<number, { readonly score: number; readonly counted: Null }[]>();
  const nulls = scored.map(({ size, score }) => {
    const ofSize = sizes.get(size) ?? { notBelow: 0, notAbove: 0, above: 0, below: 0 };
    sizes.set(size, ofSize);
    const counted: Null = { atLeast: 0, atMost: 0, ofSize };
    members.set(size, [...(members.get(size) ?? []), { score, counted }]);
    return counted;
  });
  randomScores(weights, [...sizes.keys()], permutations, seed, (size, random) => {
    const ofSize = sizes.get(size);
    if (!ofSize) return;
    if (random >= 0) {
      ofSize.notBelow++;
      ofSize.above += random;
    }
    if (random <= 0) {
      ofSize.notAbove++;
      ofSize.below += random;
    }
    for (const { score, counted } of members.get(size) ?? []) {
      if (random >= score - rounding) counted.atLeast++;
      if (random <= score + rounding) counted.atMost++;
    }
  });
  return nulls;
}

function significance(score: number, counted: Null | undefined) {
  const { atLeast = 0, atMost = 0 } = counted ?? {};
  const { notBelow = 0, notAbove = 0, above = 0, below = 0 } = counted?.ofSize ?? {};
  const mean = score > 0 ? above / notBelow : -below / notAbove;
  const moreExtreme = score > 0 ? atLeast : atMost;
  if (!(mean > 0)) return { nes: Number.NaN, p: Number.NaN, moreExtreme };
  const p = Math.min((1 + atMost) / (1 + notAbove), (1 + atLeast) / (1 + notBelow));
  return { nes: score / mean, p, moreExtreme };
}
