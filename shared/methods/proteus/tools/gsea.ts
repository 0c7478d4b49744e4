import { benjaminiHochberg } from "../../../statistics/false-discovery.ts";
import { trigamma } from "../../../statistics/gamma.ts";
import { runningSum } from "./enrichment-score.ts";
import { type GeneSet, placeSets, type SizeLimits } from "./gene-sets.ts";
import { tailProbabilities } from "./multilevel.ts";
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
  /**
   * Follows p where fewer than ten random scores are as extreme, down to here, by multilevel splitting with 101 sets;
   * without it no p is smaller than one in the random scores of its sign.
   */
  readonly smallestP?: number;
}

export interface EnrichedSet {
  readonly name: string;
  /** Its members that were measured. */
  readonly size: number;
  readonly es: number;
  /** ES over the mean of random scores of its sign; NaN without any. */
  readonly nes: number;
  /** (1 + random scores of its sign at least as extreme) / (1 + random scores of its sign), or followed further. */
  readonly p: number;
  /** The standard error of log2 p; NaN where p is an upper bound. */
  readonly log2Error: number;
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
  const drawn = nulls.map((counted) => ({
    ...counted.set,
    ...significance(counted.set.score, counted, options.permutations),
  }));
  const tested = options.smallestP === undefined ? drawn : followed(drawn, weights, options);
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p));
  return {
    sets: tested.map(({ name, size, score, nes, p, log2Error, moreExtreme, leadingEdge }, at) => ({
      name,
      size,
      es: score,
      nes,
      p,
      log2Error,
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
interface Null<Set> {
  readonly set: Set;
  atLeast: number;
  atMost: number;
  readonly ofSize: { notBelow: number; notAbove: number; above: number; below: number };
}

function nullsOf<Set extends { readonly size: number; readonly score: number }>(
  scored: readonly Set[],
  weights: Float64Array,
  { permutations, seed }: GseaOptions,
): Null<Set>[] {
  const sizes = new Map<number, Null<Set>["ofSize"]>();
  const members = new Map<number, Null<Set>[]>();
  const nulls = scored.map((set) => {
    const { size } = set;
    const ofSize = sizes.get(size) ?? { notBelow: 0, notAbove: 0, above: 0, below: 0 };
    sizes.set(size, ofSize);
    const counted: Null<Set> = { set, atLeast: 0, atMost: 0, ofSize };
    members.set(size, [...(members.get(size) ?? []), counted]);
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
    for (const counted of members.get(size) ?? []) {
      const { score } = counted.set;
      if (random >= score - rounding) counted.atLeast++;
      if (random <= score + rounding) counted.atMost++;
    }
  });
  return nulls;
}

interface Significance {
  readonly nes: number;
  readonly p: number;
  readonly log2Error: number;
  readonly moreExtreme: number;
  /** The share of random scores that have its sign. */
  readonly ofItsSign: number;
}

function significance(score: number, counted: Null<unknown>, permutations: number): Significance {
  const { atLeast, atMost, ofSize } = counted;
  const same = score > 0 ? ofSize.notBelow : ofSize.notAbove;
  const mean = score > 0 ? ofSize.above / same : -ofSize.below / same;
  const moreExtreme = score > 0 ? atLeast : atMost;
  const ofItsSign = (1 + same) / (1 + permutations);
  if (!(mean > 0)) return { nes: Number.NaN, p: Number.NaN, log2Error: Number.NaN, moreExtreme, ofItsSign };
  return {
    nes: score / mean,
    p: Math.min((1 + atMost) / (1 + ofSize.notAbove), (1 + atLeast) / (1 + ofSize.notBelow)),
    log2Error: Math.sqrt(trigamma(moreExtreme + 1) - trigamma(permutations + 1)) / Math.LN2,
    moreExtreme,
    ofItsSign,
  };
}

/** Fewer random scores than these make a worse estimate than 101 sets led level by level. */
const fewExtreme = 10;

/** The sets with p followed where hardly any random score is as extreme. */
function followed<Set extends Significance & { readonly size: number; readonly score: number }>(
  sets: readonly Set[],
  weights: Float64Array,
  { seed, smallestP = 0 }: GseaOptions,
): Set[] {
  const made = [...sets];
  const groups = new Map<string, number[]>();
  for (const [at, { size, score, p, moreExtreme }] of sets.entries()) {
    if (Number.isNaN(p) || moreExtreme >= fewExtreme) continue;
    const key = `${size} ${score > 0}`;
    groups.set(key, [...(groups.get(key) ?? []), at]);
  }
  const reversed = weights.toReversed();
  for (const group of groups.values()) {
    const members = group.flatMap((at) => sets[at] ?? []);
    const { size = 0, score = 0, ofItsSign = 1 } = members[0] ?? {};
    const scores = members.map((set) => Math.abs(set.score));
    const options = { samples: 101, smallestP: smallestP * ofItsSign, seed };
    const tails = tailProbabilities(score > 0 ? weights : reversed, size, scores, options);
    for (const [i, { p, log2Error }] of tails.entries()) {
      const [at, set] = [group[i], members[i]];
      if (at !== undefined && set) made[at] = { ...set, ...bounded(p / ofItsSign, log2Error, smallestP) };
    }
  }
  return made;
}

const bounded = (p: number, log2Error: number, smallestP: number) =>
  p < smallestP ? { p: smallestP, log2Error: Number.NaN } : { p: Math.min(1, p), log2Error };
