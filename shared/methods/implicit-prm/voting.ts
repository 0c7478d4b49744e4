import { createRandom } from "../../lm/random.ts";
import { meanSd } from "../measured.ts";
import { type ChoiceName, choiceNames } from "./labels.ts";

/** An answer to a problem among others: what it says, whether that is right, and what the reward model says of it. */
export interface Candidate {
  /** Equal answers vote together; null where none was found, which votes for nothing. */
  readonly answer: string | null;
  readonly right: boolean;
  readonly min: number;
  readonly sum: number;
  /** What its answer's vote weighs by either. */
  readonly votes: { readonly min: number; readonly sum: number };
}

/** What a vote weighs by an implicit reward: sigma(r), as its loss reads it. */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const weights: Record<ChoiceName, (candidate: Candidate) => number> = {
  first: () => 0,
  majority: () => 1,
  min: ({ min }) => min,
  sum: ({ sum }) => sum,
  "weighted-min": ({ votes }) => votes.min,
  "weighted-sum": ({ votes }) => votes.sum,
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
    const counts = problems.map(({ length }) => length);
    const drawn = drawsOf(counts, n, { draws, seed }).map((draw) => {
      const sample = sampled(problems, draw);
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

/** A problem of a draw, and the places of n of its candidates. */
export interface Drawn {
  readonly problem: number;
  readonly candidates: readonly number[];
}

/** Draws of as many problems, with replacement, and of n candidates of each, without: the same for whatever judges them. */
export function drawsOf(
  counts: readonly number[],
  n: number,
  { draws, seed }: { readonly draws: number; readonly seed: number },
): Drawn[][] {
  const random = createRandom(seed, "best of", n);
  return Array.from({ length: draws }, () =>
    counts.map(() => {
      const problem = random.integer(counts.length);
      const places = Array.from({ length: counts[problem] ?? 0 }, (_, at) => at);
      return { problem, candidates: random.shuffle(places).slice(0, n) };
    }),
  );
}

/** The candidates of a draw. */
export function sampled(problems: readonly (readonly Candidate[])[], draw: readonly Drawn[]): Candidate[][] {
  return draw.map(({ problem, candidates }) => candidates.flatMap((at) => problems[problem]?.[at] ?? []));
}

/** 1, 2, 4, ... up to the candidates that every problem has, and that number itself. */
export function sizesUpTo(most: number): number[] {
  const sizes: number[] = [];
  for (let n = 1; n < most; n *= 2) sizes.push(n);
  return [...sizes, most];
}
