import { Matrix, solve } from "ml-matrix";
import { createRandom, type Random } from "../../lm/random.ts";

/**
 * How the targets change from one fit to the next. `replacement`: X w + noise everywhere. `additive`: noise is
 * added where the mask is. `literal`: X w + noise where the mask is, and the rest as it was.
 */
export type Recursion = "replacement" | "additive" | "literal";

/**
 * Which samples an edit takes. `disjoint`: one of equal parts. `falling`: the share eta^i in the i-th edit, none of
 * them taken before; eta is at most 1/2. `constant`: each sample with the same probability, anew each time.
 */
export type Masks =
  | { readonly type: "all" }
  | { readonly type: "disjoint" }
  | { readonly type: "falling"; readonly eta: number }
  | { readonly type: "constant"; readonly share: number };

export interface RegressionOptions {
  /** Dimensions d and samples T of X; T >= d + 2, where the expectation is finite. */
  readonly d: number;
  readonly T: number;
  /** Standard deviation of the noise. */
  readonly sigma: number;
  /** Fits, each on the data that the one before it left. */
  readonly fits: number;
  readonly trials: number;
  readonly seed: number;
}

/** Test error of each fit over the trials, in units of sigma^2 d / (T - d - 1), with the mean's standard error. */
export interface MeasuredErrors {
  readonly mean: readonly number[];
  readonly standardError: readonly number[];
}

/** sigma^2 d / (T - d - 1): the expected test error of one fit on X ~ N(0, I), y = X w* + noise. */
export function errorUnit({ d, T, sigma }: Pick<RegressionOptions, "d" | "T" | "sigma">): number {
  return (sigma ** 2 * d) / (T - d - 1);
}

/**
 * Ridgeless least squares through the generations, on one X a trial. The test error is |w - w*|^2, which is that
 * of X ~ N(0, I). The same seed gives the same X, w* and first noise to every recursion.
 */
export function simulate(recursion: Recursion, masks: Masks, options: RegressionOptions): MeasuredErrors {
  const { fits, trials } = options;
  const sums = new Float64Array(fits);
  const squares = new Float64Array(fits);
  for (let trial = 0; trial < trials; trial++) {
    const errors = oneTrial(recursion, masks, options, trial);
    for (const [fit, error] of errors.entries()) {
      sums[fit] = (sums[fit] ?? 0) + error;
      squares[fit] = (squares[fit] ?? 0) + error ** 2;
    }
  }
  const mean = Array.from(sums, (sum) => sum / trials);
  const standardError = mean.map((value, fit) =>
    Math.sqrt(Math.max(0, (squares[fit] ?? 0) / trials - value ** 2) / Math.max(1, trials - 1)),
  );
  return { mean, standardError };
}

function oneTrial(
  recursion: Recursion,
  masks: Masks,
  { d, T, sigma, fits, seed }: RegressionOptions,
  trial: number,
): number[] {
  const random = createRandom(seed, "regression", trial);
  const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal());
  const X = new Matrix(T, d);
  for (let row = 0; row < T; row++)
    for (let column = 0; column < d; column++) X.set(row, column, random.normal());
  const inverse = solve(X, Matrix.eye(T)); // ridgeless least squares: w = X^+ y
  const truth = normals(d);
  const clean = times(X, truth);
  let y = clean.map((value) => value + sigma * random.normal());
  const maskOf = maskMaker(masks, T, fits - 1, createRandom(seed, "masks", trial));
  const unit = errorUnit({ d, T, sigma });
  const errors: number[] = [];
  for (let fit = 1; fit <= fits; fit++) {
    const w = times(inverse, y);
    errors.push(w.reduce((sum, value, i) => sum + (value - (truth[i] ?? 0)) ** 2, 0) / unit);
    const noise = normals(T).map((value) => sigma * value);
    y = nextTargets(recursion, y, recursion === "additive" ? y : times(X, w), noise, maskOf(fit));
  }
  return errors;
}

function nextTargets(
  recursion: Recursion,
  y: Float64Array<ArrayBuffer>,
  fitted: Float64Array<ArrayBuffer>,
  noise: Float64Array<ArrayBuffer>,
  mask: (sample: number) => boolean,
): Float64Array<ArrayBuffer> {
  return y.map((value, i) =>
    recursion === "replacement" || mask(i) ? (fitted[i] ?? 0) + (noise[i] ?? 0) : value,
  );
}

/** Whether the edit after a fit (counted from 1) takes a sample. */
function maskMaker(
  masks: Masks,
  T: number,
  edits: number,
  random: Random,
): (fit: number) => (sample: number) => boolean {
  switch (masks.type) {
    case "all":
      return () => () => true;
    case "disjoint": {
      const places = placesOf(T, random);
      return (fit) => (sample) => Math.floor(((places[sample] ?? 0) * edits) / T) === fit - 1;
    }
    case "falling": {
      const places = placesOf(T, random);
      const { eta } = masks;
      const taken = (fit: number) => (T * eta * (1 - eta ** fit)) / (1 - eta);
      return (fit) => (sample) =>
        (places[sample] ?? 0) >= taken(fit - 1) && (places[sample] ?? 0) < taken(fit);
    }
    case "constant":
      return () => {
        const chosen = Array.from({ length: T }, () => random.uniform() < masks.share);
        return (sample) => chosen[sample] === true;
      };
  }
}

/** A random order of the samples. */
const placesOf = (T: number, random: Random): number[] =>
  random.shuffle(Array.from({ length: T }, (_, i) => i));

function times(matrix: Matrix, vector: Float64Array): Float64Array<ArrayBuffer> {
  const product = new Float64Array(matrix.rows);
  for (let row = 0; row < matrix.rows; row++) {
    let sum = 0;
    for (let column = 0; column < matrix.columns; column++)
      sum += matrix.get(row, column) * (vector[column] ?? 0);
    product[row] = sum;
  }
  return product;
}
