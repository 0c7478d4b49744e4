import { runningSum } from "./enrichment-score.ts";

/**
 * A set that grows, for its score after each growth in far fewer steps than it has members. The list is cut into
 * buckets of as many places; the running sum over a bucket is its start plus what the bucket adds, and the greatest
 * of that changes only with the bucket's own members and, little by little, with the weight of a step. So a bucket
 * is walked again only when it may hold the extreme.
 */
export interface BucketedSet {
  readonly listWeights: Float64Array;
  /** Places in a bucket. */
  readonly width: number;
  /** Bucket b's members stand in order from b * width on. */
  readonly places: Int32Array;
  readonly weights: Float64Array;
  /** Of each bucket: its members, and their weight. */
  readonly counts: Int32Array;
  readonly sums: Float64Array;
  /** Peak and trough over each bucket from its start, as they were found at `scales`. */
  readonly peaks: Float64Array;
  readonly troughs: Float64Array;
  readonly scales: Float64Array;
  /** All members, and their weight. */
  readonly whole: { size: number; weight: number };
  /** Where the extremes were found last. */
  readonly peak: Mark;
  readonly trough: Mark;
}

/** A bucket, with the members before it and their weight; -1 where there is none. */
interface Mark {
  bucket: number;
  weight: number;
  count: number;
}

const noMark = (): Mark => ({ bucket: -1, weight: 0, count: 0 });

function mark(at: Mark, bucket: number, weight: number, count: number): void {
  at.bucket = bucket;
  at.weight = weight;
  at.count = count;
}

/** An empty set along a list, cut for sets of up to `largest` members. */
export function bucketedSet(listWeights: Float64Array, largest: number): BucketedSet {
  const width = Math.ceil(listWeights.length / Math.ceil(largest / membersPerBucket));
  const buckets = Math.ceil(listWeights.length / width);
  const column = () => new Float64Array(buckets);
  return {
    listWeights,
    width,
    places: new Int32Array(buckets * width),
    weights: new Float64Array(buckets * width),
    counts: new Int32Array(buckets),
    sums: column(),
    peaks: column(),
    troughs: column(),
    scales: column(),
    whole: { size: 0, weight: 0 },
    peak: noMark(),
    trough: noMark(),
  };
}

/** Few enough to walk in a moment, and enough that there are few buckets to look at. */
const membersPerBucket = 20;

export function empty({ counts, sums, whole, peak, trough }: BucketedSet): void {
  counts.fill(0);
  sums.fill(0);
  whole.size = 0;
  whole.weight = 0;
  peak.bucket = -1;
  trough.bucket = -1;
}

/** Adds a place that is not a member yet. */
export function add(set: BucketedSet, place: number): void {
  const { places, weights, counts, sums, width } = set;
  const bucket = Math.floor(place / width);
  const from = bucket * width;
  const count = counts[bucket] ?? 0;
  let at = from + count;
  for (; at > from && (places[at - 1] ?? 0) > place; at--) {
    places[at] = places[at - 1] ?? 0;
    weights[at] = weights[at - 1] ?? 0;
  }
  const weight = set.listWeights[place] ?? 0;
  places[at] = place;
  weights[at] = weight;
  counts[bucket] = count + 1;
  sums[bucket] = (sums[bucket] ?? 0) + weight;
  recount(set, bucket, 1, weight);
}

/** Takes a member away. */
export function remove(set: BucketedSet, place: number): void {
  const { places, weights, counts, sums, width } = set;
  const bucket = Math.floor(place / width);
  const count = counts[bucket] ?? 0;
  const at = bucket * width + placeWithin(set, bucket, place);
  const weight = weights[at] ?? 0;
  for (let next = at + 1; next < bucket * width + count; next++) {
    places[next - 1] = places[next] ?? 0;
    weights[next - 1] = weights[next] ?? 0;
  }
  counts[bucket] = count - 1;
  sums[bucket] = count === 1 ? 0 : (sums[bucket] ?? 0) - weight;
  recount(set, bucket, -1, -weight);
}

/** What a member more or less in a bucket changes elsewhere. */
function recount(set: BucketedSet, bucket: number, members: 1 | -1, weight: number): void {
  const { whole, peaks, peak, trough } = set;
  whole.size += members;
  whole.weight += weight;
  peaks[bucket] = Number.POSITIVE_INFINITY;
  if (bucket < peak.bucket) {
    peak.count += members;
    peak.weight += weight;
  }
  if (bucket < trough.bucket) {
    trough.count += members;
    trough.weight += weight;
  }
}

export const has = (set: BucketedSet, place: number): boolean =>
  placeWithin(set, Math.floor(place / set.width), place) !== -1;

function placeWithin({ places, counts, width }: BucketedSet, bucket: number, place: number): number {
  for (let at = 0; at < (counts[bucket] ?? 0); at++) if (places[bucket * width + at] === place) return at;
  return -1;
}

/** The highest peak and the lowest trough of the running sum, at least and at most 0. */
export interface Extremes {
  readonly peak: number;
  readonly trough: number;
}

/** `runningSum`'s score of the members. */
export function scoreOf(set: BucketedSet): number {
  const { peak, trough } = extremesOf(set);
  if (peak === -trough) return 0;
  return peak > -trough ? peak : trough;
}

export function extremesOf(set: BucketedSet): Extremes {
  const { listWeights, counts, sums, peaks, troughs, scales, whole } = set;
  const left = listWeights.length - whole.size;
  const scale = left / whole.weight;
  // Weights that are all 0, or next to it, have no such scale.
  if (!(scale < Number.POSITIVE_INFINITY)) return extremesOfAlike(set);
  let [highest, lowest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  // What the last extremes have become rules out most buckets.
  if (set.peak.bucket !== -1) highest = walk(set, set.peak.bucket, scale) + startOf(set.peak, scale);
  if (set.trough.bucket !== -1) {
    walk(set, set.trough.bucket, scale);
    lowest = (troughs[set.trough.bucket] ?? 0) + startOf(set.trough, scale);
  }
  let [weight, count] = [0, 0];
  for (let b = 0; b < counts.length; b++) {
    const own = counts[b] ?? 0;
    if (own === 0) continue;
    const sum = sums[b] ?? 0;
    const start = weight * scale + count;
    // A step's weight moves what a bucket adds by no more than its own weight times the change.
    const drift = (scale - (scales[b] ?? 0)) * sum;
    const mayPeak = start + (peaks[b] ?? 0) + Math.max(drift, 0) > highest;
    const mayTrough = start + (troughs[b] ?? 0) + Math.min(drift, 0) < lowest;
    if (mayPeak || mayTrough) {
      const top = start + walk(set, b, scale);
      const bottom = start + (troughs[b] ?? 0);
      if (top > highest) {
        highest = top;
        mark(set.peak, b, weight, count);
      }
      if (bottom < lowest) {
        lowest = bottom;
        mark(set.trough, b, weight, count);
      }
    }
    weight += sum;
    count += own;
  }
  return { peak: highest / left, trough: lowest / left };
}

const startOf = ({ weight, count }: Mark, scale: number): number => weight * scale + count;

/** Whether the running sum rises above `bound` anywhere; looked for first where it did so last. */
export function risesAbove(set: BucketedSet, bound: number): boolean {
  const { listWeights, counts, sums, peak, whole } = set;
  const left = listWeights.length - whole.size;
  const scale = left / whole.weight;
  if (!(scale < Number.POSITIVE_INFINITY)) return extremesOfAlike(set).peak > bound;
  const { bucket: last } = peak;
  if (last !== -1 && addsMore(set, last, scale, bound * left - startOf(peak, scale))) return true;
  let [weight, count] = [0, 0];
  for (let bucket = 0; bucket < counts.length; bucket++) {
    if (bucket !== last && addsMore(set, bucket, scale, bound * left - weight * scale - count)) {
      mark(peak, bucket, weight, count);
      return true;
    }
    weight += sums[bucket] ?? 0;
    count += counts[bucket] ?? 0;
  }
  return false;
}

/** Whether the peak over a bucket from its start is more than that. */
function addsMore(set: BucketedSet, bucket: number, scale: number, than: number): boolean {
  if (set.counts[bucket] === 0) return false;
  const peak = set.peaks[bucket] ?? 0;
  const drift = (scale - (set.scales[bucket] ?? 0)) * (set.sums[bucket] ?? 0);
  if (peak + Math.max(0, drift) <= than) return false;
  if (peak < Number.POSITIVE_INFINITY && peak + Math.min(0, drift) > than) return true;
  return walk(set, bucket, scale) > than;
}

function extremesOfAlike(set: BucketedSet): Extremes {
  const { tops, bottoms } = runningSum(membersOf(set), set.listWeights);
  return { peak: Math.max(...tops), trough: Math.min(...bottoms) };
}

/** Finds what a bucket adds to the running sum, in steps of those that are no members; answers its peak. */
function walk(set: BucketedSet, bucket: number, scale: number): number {
  const { places, weights, counts, width } = set;
  const from = bucket * width;
  const to = from + (counts[bucket] ?? 0);
  let [sum, peak, trough] = [0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let at = from; at < to; at++) {
    const gone = (places[at] ?? 0) - (at - from);
    if (sum - gone < trough) trough = sum - gone;
    sum += (weights[at] ?? 0) * scale;
    if (sum - gone > peak) peak = sum - gone;
  }
  set.peaks[bucket] = peak;
  set.troughs[bucket] = trough;
  set.scales[bucket] = scale;
  return peak;
}

const membersOf = ({ places, counts, width }: BucketedSet): number[] =>
  Array.from(counts).flatMap((count, bucket) => [...places.subarray(bucket * width, bucket * width + count)]);
