import { createRandom, type Random } from "../../lm/random.ts";
import { meanSd } from "../measured.ts";
import { type ChoiceName, choiceNames } from "./labels.ts";

/** An answer to a problem among others: what it says, whether that is right, and what the reward model says of it. */
export interface Candidate {
  /** Equal answers vote together; null where none was found, which votes for nothing. */
  readonly answer: string | null;
  readonly right: boolean;
  readonly min: number;
  readonly sum: number;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const weights: Record<ChoiceName, (candidate: Candidate) => number> = {
  first: () => 0,
  majority: () => 1,
  min: ({ min }) => min,
  sum: ({ sum }) => sum,
  "weighted-min": ({ min }) => sigmoid(min),
  "weighted-sum": ({ sum }) => sigmoid(sum),
  oracle: ({ right }) => Number(right),
};

/** The candidate that is chosen, the first of equals; a vote chooses the first candidate of its answer. */
export function choose(candidates: readonly Candidate[], name: ChoiceName): Candidate | undefined {
  const weight = weights[name];
  const votes = name === "majority" || name.startsWith("weighted");
  if (!votes) return largest(candidates, weight);
  const totals = new Map<string, number>();
  for (const candidate of candidates) {
    if (candidate.answer === null) continue;
    totals.set(candidate.answer, (totals.get(candidate.answer) ?? 0) + weight(candidate));
  }
  return largest(candidates, ({ answer }) => (answer === null ? -1 : (totals.get(answer) ?? 0)));
}

function largest<T>(items: readonly T[], of: (item: T) => number): T | undefined {
  let best: T | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const item of items) {
    const value = of(item);
    if (best !== undefined && !(value > most)) continue;
    best = item;
    most = value;
  }
  return best;
}

/** Share of the problems whose chosen candidate is right. */
export function accuracyOf(problems: readonly (readonly Candidate[])[], name: ChoiceName): number {
  return problems.filter((candidates) => choose(candidates, name)?.right === true).length / problems.length;
}

export interface BestOfN {
  readonly n: number;
  readonly method: ChoiceName;
  /** On the first n candidates of each problem. */
  readonly accuracy: number;
  /** Over draws of the problems, with replacement, and of n of each one's candidates, without. */
  readonly sd: number;
}

/** Accuracy of every choice at each n. All choices see the same draws. */
export function bestOfN(
  problems: readonly (readonly Candidate[])[],
  sizes: readonly number[],
  { draws, seed }: { readonly draws: number; readonly seed: number },
): BestOfN[] {
  return sizes.flatMap((n) => {
    const first = problems.map((candidates) => candidates.slice(0, n));
    const random = createRandom(seed, "best of", n);
    const drawn = Array.from({ length: draws }, () => {
      const sample = problems.map(() => subset(problems[random.integer(problems.length)] ?? [], n, random));
      return choiceNames.map((name) => accuracyOf(sample, name));
    });
    return choiceNames.map((method, at) => ({
      n,
      method,
      accuracy: accuracyOf(first, method),
      sd: meanSd(drawn.map((accuracies) => accuracies[at] ?? 0)).sd,
    }));
  });
}

function subset<T>(items: readonly T[], n: number, random: Random): T[] {
  return random.shuffle([...items]).slice(0, n);
}

/** 1, 2, 4, ... up to the candidates that every problem has, and that number itself. */
export function sizesUpTo(most: number): number[] {
  const sizes: number[] = [];
  for (let n = 1; n < most; n *= 2) sizes.push(n);
  return [...sizes, most];
}
