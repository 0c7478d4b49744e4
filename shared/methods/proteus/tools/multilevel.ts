import { createRandom, type Random } from "../../../lm/random.ts";
import { digamma, trigamma } from "../../../statistics/gamma.ts";
import {
  add,
  type BucketedSet,
  bucketedSet,
  empty,
  extremesOf,
  has,
  remove,
  risesAbove,
} from "./bucketed-set.ts";
import { draw } from "./random-scores.ts";

export interface MultilevelOptions {
  /** Random sets that are kept at each level, an odd number; 101 in fgsea. */
  readonly samples: number;
  /** Below it probabilities are not followed. */
  readonly smallestP: number;
  readonly seed: number;
}

/** P(the score of a random set is at least so high), and the standard error of its log2. */
export interface TailEstimate {
  readonly p: number;
  readonly log2Error: number;
}

/**
 * The probabilities of scores > 0 that hardly any random set reaches, by multilevel splitting as fgsea's
 * `fgseaMultilevel` (Korotkevich et al. 2021): of `samples` random sets the half with the lower peaks is dropped, the
 * others are doubled and led astray by exchanges of members that keep the peak above the median, again and again;
 * each level halves the probability. `weights` along the list, from its top; sets of `size` members. A score that
 * is beyond the last level has the last level's probability, and NaN for its error.
 */
export function tailProbabilities(
  weights: Float64Array,
  size: number,
  scores: readonly number[],
  { samples, smallestP, seed }: MultilevelOptions,
): TailEstimate[] {
  const random = createRandom(seed, "multilevel", size);
  const highest = Math.max(...scores);
  const half = (samples + 1) / 2;
  const levels: Level[] = [];
  let pool = drawn(weights, size, samples, random);
  let bound = Number.NEGATIVE_INFINITY;
  while (levels.length <= -Math.log2(smallestP)) {
    const level = levelOf(pool);
    levels.push(level);
    const median = level.peaks[half - 1] ?? 0;
    if (median >= highest || median <= bound) break;
    bound = median;
    pool = nextPool(pool, level, half);
    lead(pool, size, bound, random);
  }
  return scores.map((score) => estimate(levels, score, samples));
}

/** A random set, and its members in no order. */
interface Sample {
  readonly set: BucketedSet;
  readonly members: Int32Array;
}

/** Sums its set up anew, before the rounding of many exchanges adds up. */
function fill({ set, members }: Sample): void {
  empty(set);
  for (const place of members) add(set, place);
}

/** The sets of a level by their peaks, lowest first, and whether their score is positive. */
interface Level {
  readonly order: readonly number[];
  readonly peaks: Float64Array;
  readonly positive: readonly boolean[];
}

function drawn(weights: Float64Array, size: number, samples: number, random: Random): Sample[] {
  const urn = Int32Array.from(weights, (_, place) => place);
  return Array.from({ length: samples }, () => {
    draw(urn, size, random);
    return { set: bucketedSet(weights, size), members: urn.slice(0, size) };
  });
}

function levelOf(pool: readonly Sample[]): Level {
  for (const sample of pool) fill(sample);
  const extremes = pool.map(({ set }) => extremesOf(set));
  const peakOf = (at: number) => extremes[at]?.peak ?? 0;
  const order = [...pool.keys()].sort((a, b) => peakOf(a) - peakOf(b) || a - b);
  return {
    order,
    peaks: Float64Array.from(order, peakOf),
    positive: order.map((at) => peakOf(at) > -(extremes[at]?.trough ?? 0)),
  };
}

/** The upper half twice and the median once, in the memory of those that are dropped. */
function nextPool(pool: readonly Sample[], { order }: Level, half: number): Sample[] {
  for (const [rank, at] of order.slice(0, half - 1).entries()) {
    const [to, from] = [pool[at], pool[order[rank + half] ?? 0]];
    if (!to || !from) continue;
    to.members.set(from.members);
    fill(to);
  }
  return [...pool];
}

/** A tenth of the members of each set by turns, until as many exchanges were taken as the sets have members. */
function lead(pool: readonly Sample[], size: number, bound: number, random: Random): void {
  const turns = Math.max(1, Math.floor(size / 10));
  const enough = pool.length * size;
  // Where next to no exchange is taken, the sets are as free as they can be after many tries.
  for (let [taken, tried] = [0, 0]; taken < enough && tried < 50 * enough; ) {
    for (const sample of pool) {
      for (let turn = 0; turn < turns; turn++) if (exchange(sample, bound, random)) taken++;
      tried += turns;
    }
  }
}

/** Exchanges a member for a place, unless the peak then falls to the bound; answers whether it did. */
function exchange({ set, members }: Sample, bound: number, random: Random): boolean {
  const at = random.integer(members.length);
  const fresh = random.integer(set.listWeights.length);
  const old = members[at] ?? 0;
  if (has(set, fresh)) return false;
  remove(set, old);
  add(set, fresh);
  if (risesAbove(set, bound)) {
    members[at] = fresh;
    return true;
  }
  remove(set, fresh);
  add(set, old);
  return false;
}

/**
 * ln P by the means of logarithms of order statistics: psi((n + 1) / 2) - psi(n + 1) for each level passed, and
 * psi(r + 1) - psi(n + 1) for the r sets of the last that reach the score and are positive.
 */
function estimate(levels: readonly Level[], score: number, samples: number): TailEstimate {
  const half = (samples + 1) / 2;
  const found = levels.findIndex(({ peaks }) => (peaks[half - 1] ?? 0) >= score - rounding);
  const passed = found === -1 ? levels.length - 1 : found;
  const { peaks = new Float64Array(), positive = [] } = levels[passed] ?? {};
  const reaching = positive.filter((is, at) => is && (peaks[at] ?? 0) >= score - rounding).length;
  const logP = passed * (digamma(half) - digamma(samples + 1)) + digamma(reaching + 1) - digamma(samples + 1);
  const variance = (passed + 1) * (trigamma(half) - trigamma(samples + 1));
  return { p: Math.exp(logP), log2Error: found === -1 ? Number.NaN : Math.sqrt(variance) / Math.LN2 };
}

/** Sums taken in another order may differ by less. */
const rounding = 1e-12;
