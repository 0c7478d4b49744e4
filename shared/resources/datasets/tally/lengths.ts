import type { Lengths } from "../profile.ts";

/** Counts lengths in buckets whose width grows with them: 32 to each doubling, so under 2 % off. */
export interface LengthTally {
  add(length: number): void;
  result(): Lengths | undefined;
}

const fine = 5;
const steps = 2 ** fine;

function bucketOf(length: number): number {
  if (length < 2 * steps) return length;
  const shift = 31 - Math.clz32(length) - fine;
  return shift * steps + (length >>> shift);
}

/** The middle of a bucket. */
function middleOf(bucket: number): number {
  if (bucket < 2 * steps) return bucket;
  const shift = Math.floor(bucket / steps) - 1;
  return (bucket - shift * steps) * 2 ** shift + Math.floor(2 ** shift / 2);
}

export function tallyLengths(): LengthTally {
  const buckets = new Uint32Array(27 * steps);
  let count = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  const quantile = (share: number) => {
    let left = Math.ceil(share * count);
    for (let bucket = 0; bucket < buckets.length; bucket++) {
      left -= buckets[bucket] ?? 0;
      if (left <= 0) return Math.min(max, Math.max(min, middleOf(bucket)));
    }
    return max;
  };
  return {
    add(length) {
      const bucket = bucketOf(length);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      count++;
      sum += length;
      if (length < min) min = length;
      if (length > max) max = length;
    },
    result: () =>
      count === 0
        ? undefined
        : {
            min,
            mean: Math.round((sum / count) * 100) / 100,
            median: quantile(0.5),
            p95: quantile(0.95),
            max,
          },
  };
}
