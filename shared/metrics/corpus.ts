import type { TextMetric } from "./metric.ts";

export interface ScoredPair {
  readonly answer: string;
  readonly references: readonly string[];
}

/**
 * Sums of statistics with what rounding left of them (Neumaier), so that shards merge to the corpus whatever their
 * sizes and order. Plain data: fit for a checkpoint.
 */
export interface StatisticsSum {
  readonly sum: Float64Array;
  readonly rest: Float64Array;
}

/** The sum of no answers. */
export function emptySum(metric: TextMetric): StatisticsSum {
  return { sum: new Float64Array(metric.size), rest: new Float64Array(metric.size) };
}

/** Adds the statistics of one answer in place. */
export function addStatistics(into: StatisticsSum, statistics: Float64Array): void {
  const { sum, rest } = into;
  if (statistics.length !== sum.length) {
    throw new RangeError(`${statistics.length} statistics added to sums of ${sum.length}`);
  }
  for (let at = 0; at < sum.length; at++) {
    const before = sum[at] ?? 0;
    const added = statistics[at] ?? 0;
    const after = before + added;
    const lost = Math.abs(before) >= Math.abs(added) ? before - after + added : added - after + before;
    sum[at] = after;
    rest[at] = (rest[at] ?? 0) + lost;
  }
}

/** Adds the sums of one shard to those of others in place. */
export function mergeSum(into: StatisticsSum, shard: StatisticsSum): void {
  addStatistics(into, shard.sum);
  addStatistics(into, shard.rest);
}

/** The score of all answers that were added. */
export function scoreOfSum(metric: TextMetric, { sum, rest }: StatisticsSum): number {
  return metric.corpus(sum.map((value, at) => value + (rest[at] ?? 0)));
}

/** The score of a corpus, which is read once and never held. */
export function corpusScore(metric: TextMetric, pairs: Iterable<ScoredPair>): number {
  const sum = emptySum(metric);
  for (const { answer, references } of pairs) addStatistics(sum, metric.statistics(answer, references));
  return scoreOfSum(metric, sum);
}

/** The score of one answer. */
export function sentenceScore(metric: TextMetric, answer: string, references: readonly string[]): number {
  return metric.sentence(metric.statistics(answer, references));
}
