import { Matrix, solve } from "ml-matrix";

/** How often a large model changes what a small one says; `weight` counts the observation several times. */
export interface Frequency {
  /** Parameters of both models. */
  readonly small: number;
  readonly large: number;
  readonly cof: number;
  readonly weight?: number;
}

export const fitNames = ["constant", "log-ratio", "power", "log-sizes"] as const;
export type FitName = (typeof fitNames)[number];

/** A law of the frequency in the two sizes, fitted by least squares. */
export interface Fit {
  readonly name: FitName;
  readonly parameters: Readonly<Record<string, number>>;
  predict(sizes: Pick<Frequency, "small" | "large">): number;
}

/** The paper bounds a, alpha and b of its power law from below. */
export const lowestParameter = 0.05;
/** Beyond it R^-alpha is 0 for any two sizes that differ, and the law a constant. */
const highestExponent = 10;

type Sizes = Pick<Frequency, "small" | "large">;
const ratio = ({ small, large }: Sizes): number => large / small;

const linear: Readonly<
  Record<Exclude<FitName, "power">, readonly (readonly [string, (s: Sizes) => number])[]>
> = {
  constant: [["b", () => 1]],
  "log-ratio": [
    ["b", () => 1],
    ["logRatio", (sizes) => Math.log(ratio(sizes))],
  ],
  "log-sizes": [
    ["b", () => 1],
    ["logLarge", ({ large }) => Math.log(large)],
    ["logSmall", ({ small }) => Math.log(small)],
  ],
};

/**
 * Fits one law: CoF = b; b + c log R; -a R^-alpha + b with all three at least .05 (the paper's); or
 * b + c log N_L + d log N_S. R = N_L / N_S, logarithms are natural. Throws RangeError without observations.
 */
export function fitLaw(name: FitName, data: readonly Frequency[]): Fit {
  if (data.length === 0) throw new RangeError("no frequencies to fit");
  return name === "power" ? fitPower(data) : fitLinear(name, data);
}

/** The law that these parameters stand for. */
export function fitOf(name: FitName, parameters: Fit["parameters"]): Fit {
  const { a = 0, alpha = 0, b = 0 } = parameters;
  const predict: Fit["predict"] =
    name === "power"
      ? (sizes) => b - a * ratio(sizes) ** -alpha
      : (sizes) => linear[name].reduce((sum, [key, term]) => sum + (parameters[key] ?? 0) * term(sizes), 0);
  return { name, parameters, predict };
}

function fitLinear(name: Exclude<FitName, "power">, data: readonly Frequency[]): Fit {
  const terms = linear[name];
  const root = data.map(({ weight = 1 }) => Math.sqrt(weight));
  const design = new Matrix(data.map((one, at) => terms.map(([, term]) => (root[at] ?? 0) * term(one))));
  const target = Matrix.columnVector(data.map(({ cof }, at) => (root[at] ?? 0) * cof));
  const coefficients = solve(design, target, true).to1DArray();
  return fitOf(name, Object.fromEntries(terms.map(([key], at) => [key, coefficients[at] ?? 0])));
}

/** For a fixed alpha the law is linear in a and b: what remains is a search along one line. */
function fitPower(data: readonly Frequency[]): Fit {
  const errorAt = (logAlpha: number) => boundedLine(data, Math.exp(logAlpha)).error;
  const [low, high] = [Math.log(lowestParameter), Math.log(highestExponent)];
  const places = Array.from({ length: 201 }, (_, at) => low + ((high - low) * at) / 200);
  const best = places.reduce((held, place) => (errorAt(place) < errorAt(held) ? place : held), low);
  const step = (high - low) / 200;
  const alpha = Math.exp(lowestPoint(errorAt, Math.max(low, best - step), Math.min(high, best + step)));
  const { a, b } = boundedLine(data, alpha);
  return fitOf("power", { a, alpha, b });
}

/** The least-squares a and b of -a R^-alpha + b, both at least .05: inside the bounds, or on one of their edges. */
function boundedLine(data: readonly Frequency[], alpha: number): { a: number; b: number; error: number } {
  let [weights, sumX, sumY, sumXX, sumXY, sumYY] = [0, 0, 0, 0, 0, 0];
  for (const one of data) {
    const { cof: y, weight: w = 1 } = one;
    const x = ratio(one) ** -alpha;
    weights += w;
    sumX += w * x;
    sumY += w * y;
    sumXX += w * x * x;
    sumXY += w * x * y;
    sumYY += w * y * y;
  }
  const error = (a: number, b: number) =>
    sumYY + b * b * weights + a * a * sumXX - 2 * b * sumY + 2 * a * sumXY - 2 * a * b * sumX;
  const variance = weights * sumXX - sumX * sumX;
  const slope =
    variance > 1e-12 * weights * sumXX ? (sumX * sumY - weights * sumXY) / variance : lowestParameter;
  const level = (sumY + slope * sumX) / weights;
  if (slope >= lowestParameter && level >= lowestParameter) {
    return { a: slope, b: level, error: error(slope, level) };
  }
  const edges = [
    { a: lowestParameter, b: Math.max(lowestParameter, (sumY + lowestParameter * sumX) / weights) },
    { a: Math.max(lowestParameter, (lowestParameter * sumX - sumXY) / sumXX), b: lowestParameter },
  ].map(({ a, b }) => ({ a, b, error: error(a, b) }));
  return edges.reduce((best, edge) => (edge.error < best.error ? edge : best));
}

/** Golden-section search. */
function lowestPoint(f: (x: number) => number, low: number, high: number): number {
  const section = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  for (let round = 0; round < 60; round++) {
    const [left, right] = [b - section * (b - a), a + section * (b - a)];
    if (f(left) <= f(right)) b = right;
    else a = left;
  }
  return [low, (a + b) / 2, high].reduce((best, x) => (f(x) < f(best) ? x : best));
}

/** 1 - residual / total sum of squares; 0 where all frequencies are the same. */
export function determination(law: Fit, data: readonly Frequency[]): number {
  const weights = data.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const mean = data.reduce((sum, { cof, weight = 1 }) => sum + weight * cof, 0) / weights;
  const squares = (of: (one: Frequency) => number) =>
    data.reduce((sum, one) => sum + (one.weight ?? 1) * (one.cof - of(one)) ** 2, 0);
  const total = squares(() => mean);
  return total === 0 ? 0 : 1 - squares((one) => law.predict(one)) / total;
}

const parameterCount: Readonly<Record<FitName, number>> = {
  constant: 1,
  "log-ratio": 2,
  power: 3,
  "log-sizes": 3,
};

/**
 * Root mean square error of each pair of sizes when the law is fitted to all others; all seeds of a pair are
 * left out at once. Undefined where that leaves fewer pairs than the law has parameters.
 */
export function leaveOnePairOut(name: FitName, data: readonly Frequency[]): number | undefined {
  const pairs = Map.groupBy(data, ({ small, large }) => `${small} ${large}`);
  if (pairs.size <= parameterCount[name]) return undefined;
  let [squares, count] = [0, 0];
  for (const [key, held] of pairs) {
    const others = [...pairs].flatMap(([other, observations]) => (other === key ? [] : observations));
    const law = fitLaw(name, others);
    for (const one of held) squares += (one.cof - law.predict(one)) ** 2;
    count += held.length;
  }
  return Math.sqrt(squares / count);
}
