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
  /** The running sum where each bucket starts. */
  readonly starts: Float64Array;
  /** All members, and their weight. */
  readonly whole: { size: number; weight: number };
  /** In which bucket the extremes were found last. */
  readonly found: { peak: number; trough: number };
  /** In which bucket the sum rose above a bound last, and what stands before it; -1 where that is not known. */
  readonly risen: { bucket: number; weight: number; count: number };
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
    starts: column(),
    whole: { size: 0, weight: 0 },
    found: { peak: 0, trough: 0 },
    risen: { bucket: -1, weight: 0, count: 0 },
  };
}

/** Few enough to walk in a moment, and enough that there are few buckets to look at. */
const membersPerBucket = 20;

export function empty({ counts, sums, whole, risen }: BucketedSet): void {
  counts.fill(0);
  sums.fill(0);
  whole.size = 0;
  whole.weight = 0;
  risen.bucket = -1;
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
function recount(
  { whole, peaks, risen }: BucketedSet,
  bucket: number,
  members: 1 | -1,
  weight: number,
): void {
  whole.size += members;
  whole.weight += weight;
  peaks[bucket] = Number.POSITIVE_INFINITY;
  if (bucket >= risen.bucket) return;
  risen.count += members;
  risen.weight += weight;
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
  const { listWeights, counts, sums, peaks, troughs, scales, starts, found, whole } = set;
  const left = listWeights.length - whole.size;
  const scale = left / whole.weight;
  // Weights that are all 0, or next to it, have no such scale.
  if (!(scale < Number.POSITIVE_INFINITY)) return extremesOfAlike(set);
  let [weight, count] = [0, 0];
  for (let b = 0; b < counts.length; b++) {
    starts[b] = weight * scale + count;
    weight += sums[b] ?? 0;
    count += counts[b] ?? 0;
  }
  walk(set, found.peak, scale);
  walk(set, found.trough, scale);
  let highest = (starts[found.peak] ?? 0) + (peaks[found.peak] ?? 0);
  let lowest = (starts[found.trough] ?? 0) + (troughs[found.trough] ?? 0);
  for (let b = 0; b < counts.length; b++) {
    if (counts[b] === 0) continue;
    // A step's weight moves what a bucket adds by no more than its own weight times the change.
    const drift = (scale - (scales[b] ?? 0)) * (sums[b] ?? 0);
    const start = starts[b] ?? 0;
    const mayPeak = start + (peaks[b] ?? 0) + Math.max(drift, 0) > highest;
    const mayTrough = start + (troughs[b] ?? 0) + Math.min(drift, 0) < lowest;
    if (!mayPeak && !mayTrough) continue;
    walk(set, b, scale);
    if (start + (peaks[b] ?? 0) > highest) {
      highest = start + (peaks[b] ?? 0);
      found.peak = b;
    }
    if (start + (troughs[b] ?? 0) < lowest) {
      lowest = start + (troughs[b] ?? 0);
      found.trough = b;
    }
  }
  return { peak: highest / left, trough: lowest / left };
}

/** Whether the running sum rises above `bound` anywhere; looked for first where it did so last. */
export function risesAbove(set: BucketedSet, bound: number): boolean {
  const { listWeights, counts, sums, risen, whole } = set;
  const left = listWeights.length - whole.size;
  const scale = left / whole.weight;
  if (!(scale < Number.POSITIVE_INFINITY)) return extremesOfAlike(set).peak > bound;
  const { bucket: last } = risen;
  if (last !== -1 && addsMore(set, last, scale, bound * left - risen.weight * scale - risen.count))
    return true;
  let [weight, count] = [0, 0];
  for (let bucket = 0; bucket < counts.length; bucket++) {
    if (bucket !== last && addsMore(set, bucket, scale, bound * left - weight * scale - count)) {
      risen.bucket = bucket;
      risen.weight = weight;
      risen.count = count;
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
  walk(set, bucket, scale);
  return (set.peaks[bucket] ?? 0) > than;
}

function extremesOfAlike(set: BucketedSet): Extremes {
  const { tops, bottoms } = runningSum(membersOf(set), set.listWeights);
  return { peak: Math.max(...tops), trough: Math.min(...bottoms) };
}

/** Finds what a bucket adds to the running sum, in steps of those that are no members. */
function walk(
  { places, weights, counts, peaks, troughs, scales, width }: BucketedSet,
  bucket: number,
  scale: number,
): void {
  const from = bucket * width;
  const to = from + (counts[bucket] ?? 0);
  let [sum, peak, trough] = [0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let at = from; at < to; at++) {
    const gone = (places[at] ?? 0) - (at - from);
    if (sum - gone < trough) trough = sum - gone;
    sum += (weights[at] ?? 0) * scale;
    if (sum - gone > peak) peak = sum - gone;
  }
  peaks[bucket] = peak;
  troughs[bucket] = trough;
  scales[bucket] = scale;
}

const membersOf = ({ places, counts, width }: BucketedSet): number[] =>
  Array.from(counts).flatMap((count, bucket) => [...places.subarray(bucket * width, bucket * width + count)]);
