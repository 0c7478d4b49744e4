/** The rewards of a response's steps, arXiv 2412.01981, proposition 3.1. */
export interface StepReward {
  /** r_t: beta times the log ratio summed over the tokens of this step. */
  readonly reward: number;
  /** q_t: the same over all tokens up to its end. */
  readonly cumulative: number;
}

/** What a policy and a reference said of one response. */
export interface ScoredTokens {
  readonly policy: ArrayLike<number>;
  /** Without a reference its log-probabilities count as 0. */
  readonly reference: ArrayLike<number> | undefined;
}

/** beta log pi(y_i | y_<i) / ref(y_i | y_<i) of each token. */
export function tokenRewards({ policy, reference }: ScoredTokens, beta: number): number[] {
  return Array.from(policy, (value, at) => beta * (value - (reference?.[at] ?? 0)));
}

/** Rewards of steps 0 .. steps - 1 from those of tokens; `stepOf` is each token's step. */
export function stepRewards(
  tokens: readonly number[],
  stepOf: ArrayLike<number>,
  steps: number,
): StepReward[] {
  const rewards = new Array<number>(steps).fill(0);
  for (const [at, reward] of tokens.entries()) {
    const step = stepOf[at] ?? 0;
    rewards[step] = (rewards[step] ?? 0) + reward;
  }
  let cumulative = 0;
  return rewards.map((reward) => {
    cumulative += reward;
    return { reward, cumulative };
  });
}

/** Index of the first step whose reward is below the threshold; undefined where none is. */
export function firstBelow(rewards: readonly StepReward[], threshold: number): number | undefined {
  const at = rewards.findIndex(({ reward }) => reward < threshold);
  return at < 0 ? undefined : at;
}

/** Index of the smallest reward, the first of equals. */
export function smallestStep(rewards: readonly StepReward[]): number {
  let at = 0;
  for (const [step, { reward }] of rewards.entries()) {
    if (reward < (rewards[at]?.reward ?? Number.POSITIVE_INFINITY)) at = step;
  }
  return at;
}

export const aggregations = ["min", "sum"] as const;
export type Aggregation = (typeof aggregations)[number];

/** One number for a response: its smallest step reward (the paper's), or their sum, which is the outcome reward. */
export function aggregate(rewards: readonly StepReward[], by: Aggregation): number {
  if (by === "sum") return rewards.at(-1)?.cumulative ?? 0;
  return rewards[smallestStep(rewards)]?.reward ?? 0;
}

/**
 * The threshold that parts scores of right responses (above) from wrong ones best: the largest mean of both sides'
 * shares, halfway between two scores; of equals the lowest. Undefined where all are of one kind.
 */
export function fitThreshold(
  scores: readonly number[],
  right: readonly boolean[],
): { threshold: number; balancedAccuracy: number } | undefined {
  const positives = right.filter((one) => one).length;
  const negatives = right.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  const order = [...scores.keys()].sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let best = { threshold: scores[order[0] ?? 0] ?? 0, balancedAccuracy: 0.5 };
  let [wrongBelow, rightBelow] = [0, 0];
  for (const [rank, at] of order.entries()) {
    if (right[at] === true) rightBelow++;
    else wrongBelow++;
    const [here, next] = [scores[at] ?? 0, scores[order[rank + 1] ?? -1]];
    if (next === undefined || next === here) continue;
    const balancedAccuracy = (wrongBelow / negatives + 1 - rightBelow / positives) / 2;
    if (balancedAccuracy > best.balancedAccuracy) best = { threshold: (here + next) / 2, balancedAccuracy };
  }
  return best;
}
