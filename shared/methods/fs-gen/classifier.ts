import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { Random } from "../../lm/random.ts";

/** Examples to learn from: features, one row each, and whether the models differ there. */
export interface Examples {
  readonly features: readonly (readonly number[])[];
  readonly differs: readonly boolean[];
}

/** Answers the probability, by what was learned, that the models differ. Plain data: fit for a checkpoint. */
export interface Classifier {
  /** The first is the intercept. */
  readonly coefficients: readonly number[];
  /** Absent in a logistic regression on the features themselves. */
  readonly kernel?: { readonly centres: readonly (readonly number[])[]; readonly gamma: number } | undefined;
}

/** Penalty of half the squared coefficients, the intercept's aside, on the mean negative log-likelihood. */
export const ridge = 1e-3;
const mostCentres = 48;

/** Ridge-penalised logistic regression on the features. Throws RangeError without examples. */
export function learnLogistic(examples: Examples): Classifier {
  return { coefficients: newton(examples.features, examples.differs) };
}

/**
 * Ridge-penalised logistic regression on Gaussians exp(-gamma |x - c|^2) about centres drawn from the examples, gamma
 * the inverse of the features' summed variance. Throws RangeError without examples.
 */
export function learnRbf({ features, differs }: Examples, random: Random): Classifier {
  const centres = random.shuffle([...features]).slice(0, mostCentres);
  const kernel = { centres, gamma: 1 / (summedVariance(features) || 1) };
  const lifted = features.map((one) => lift(one, kernel));
  return { coefficients: newton(lifted, differs), kernel };
}

export function probabilityOf({ coefficients, kernel }: Classifier, features: readonly number[]): number {
  const inputs = kernel === undefined ? features : lift(features, kernel);
  return sigmoid(linear(coefficients, inputs));
}

function lift(features: readonly number[], { centres, gamma }: NonNullable<Classifier["kernel"]>): number[] {
  return centres.map((centre) => {
    const distance = centre.reduce((sum, value, at) => sum + (value - (features[at] ?? 0)) ** 2, 0);
    return Math.exp(-gamma * distance);
  });
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const linear = (coefficients: readonly number[], inputs: readonly number[]): number =>
  inputs.reduce((sum, value, at) => sum + value * (coefficients[at + 1] ?? 0), coefficients[0] ?? 0);

function summedVariance(features: readonly (readonly number[])[]): number {
  const width = features[0]?.length ?? 0;
  return Array.from({ length: width }, (_, column) => {
    const mean = features.reduce((sum, row) => sum + (row[column] ?? 0), 0) / features.length;
    return features.reduce((sum, row) => sum + ((row[column] ?? 0) - mean) ** 2, 0) / features.length;
  }).reduce((sum, variance) => sum + variance, 0);
}

/** Newton's method; the penalised likelihood has one maximum. */
function newton(rows: readonly (readonly number[])[], differs: readonly boolean[]): number[] {
  const width = (rows[0]?.length ?? -1) + 1;
  if (width === 0) throw new RangeError("no examples to learn from");
  let coefficients = new Array<number>(width).fill(0);
  for (let round = 0; round < 50; round++) {
    const { gradient, hessian } = slopes(rows, differs, coefficients);
    const step = new CholeskyDecomposition(new Matrix(hessian))
      .solve(Matrix.columnVector(gradient))
      .to1DArray();
    coefficients = coefficients.map((value, at) => value - (step[at] ?? 0));
    if (Math.max(...step.map(Math.abs)) < 1e-9) break;
  }
  return coefficients;
}

/** Gradient and Hessian of the penalised mean negative log-likelihood. */
function slopes(
  rows: readonly (readonly number[])[],
  differs: readonly boolean[],
  coefficients: readonly number[],
) {
  const width = coefficients.length;
  const penalty = (at: number) => (at === 0 ? 1e-9 : ridge);
  const gradient = coefficients.map((value, at) => penalty(at) * value);
  const hessian = coefficients.map((_, at) => new Array<number>(width).fill(0).with(at, penalty(at)));
  for (const [at, row] of rows.entries()) {
    const p = sigmoid(linear(coefficients, row));
    const error = (p - (differs[at] === true ? 1 : 0)) / rows.length;
    const curvature = (p * (1 - p)) / rows.length;
    const inputs = [1, ...row];
    for (const [i, a] of inputs.entries()) {
      gradient[i] = (gradient[i] ?? 0) + error * a;
      const line = hessian[i] ?? [];
      for (let j = 0; j <= i; j++) line[j] = (line[j] ?? 0) + curvature * a * (inputs[j] ?? 0);
    }
  }
  // The upper half is the lower one to the last bit, as the decomposition wants it.
  const whole = hessian.map((line, i) => line.map((value, j) => (j <= i ? value : (hessian[j]?.[i] ?? 0))));
  return { gradient, hessian: whole };
}
