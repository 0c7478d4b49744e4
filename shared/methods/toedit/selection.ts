import TinyQueue from "tinyqueue";
import { createRandom } from "../../lm/random.ts";
import { sharesOf, smoothing } from "./distances.ts";

/** log p_real - log p_synthetic of each bucket: the weight of an n-gram in importance resampling (arXiv 2302.03169). */
export function logRatio(real: Float64Array, synthetic: Float64Array): Float64Array {
  const [p, q] = [sharesOf(real), sharesOf(synthetic)];
  return p.map((share, i) => Math.log(share + smoothing) - Math.log((q[i] ?? 0) + smoothing));
}

/** A document's log importance weight: the sum over its n-grams. */
export function importanceOf(buckets: readonly number[], ratio: Float64Array): number {
  return buckets.reduce((sum, bucket) => sum + (ratio[bucket] ?? 0), 0);
}

/** Gumbel noise of a document: of its number and the run's seed, whenever it is asked for. */
export function gumbel(seed: number, name: string, index: number): number {
  return -Math.log(-Math.log(createRandom(seed, name, index).uniform() || 2 ** -54));
}

/** What is kept of a stream: the k of the largest keys. */
export interface Kept<T> {
  readonly key: number;
  readonly index: number;
  readonly value: T;
}

/**
 * Keeps the k items of the largest keys; with keys log w + Gumbel noise that is a sample of k without
 * replacement, each next one drawn with probability proportional to w. Of equal keys the earlier item stays.
 */
export function keepLargest<T>(k: number, begun: readonly Kept<T>[] = []) {
  const before = (a: Kept<T>, b: Kept<T>) => a.key - b.key || b.index - a.index;
  const queue = new TinyQueue<Kept<T>>([...begun], before);
  return {
    /** Takes an item if it is among the k so far; its value is made only then. */
    offer(key: number, index: number, value: () => T): void {
      const least = queue.peek();
      if (queue.length >= k && least !== undefined && key <= least.key) return;
      queue.push({ key, index, value: value() });
      if (queue.length > k) queue.pop();
    },
    /** In the order of the stream. */
    kept: (): Kept<T>[] => [...queue.data].sort((a, b) => a.index - b.index),
  };
}
