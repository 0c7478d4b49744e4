import { solvePositive } from "./solve-positive.ts";

/** A model of which of two responses people prefer, and of ties. */
export interface PreferenceModel {
  /** By feature, of features divided by `scales`. */
  readonly weights: Float64Array;
  /** Root mean square of each feature over the training rows; 1 where it is 0. */
  readonly scales: Float64Array;
  /** tau: how far from 0 the utility has to be for a preference; 0 where no tie was trained on. */
  readonly cut: number;
}

/** Rows of features that change sign when the responses change places: [rows, features]. */
export interface Features {
  readonly values: Float64Array;
  readonly count: number;
}

/** What a model is trained on: features of the training rows alone, scaled, and their labels. */
interface Training extends Features {
  readonly labels: Uint8Array;
  readonly penalty: number;
  /** Whether some label is a tie; without one the cut stays 0. */
  readonly ties: boolean;
}

const mostSteps = 100;
const leastGain = 1e-10;

/**
 * Fits ordered logistic regression without an intercept (the ties of Rao and Kupper, 1967): with utility
 * x = w . features, P(first) = s(x - tau), P(second) = s(-x - tau), the rest are ties. Maximum likelihood with a
 * penalty of `penalty` / 2 |w|^2 by Fisher scoring; the likelihood is concave, so that there is one maximum.
 */
export function fitPreferences(
  features: Features,
  labels: ArrayLike<number>,
  rows: readonly number[],
  penalty = 1,
): PreferenceModel {
  const { count } = features;
  const scales = scalesOf(features, rows);
  const training: Training = {
    count,
    penalty,
    values: Float64Array.from({ length: rows.length * count }, (_, at) => {
      const feature = at % count;
      const row = rows[Math.floor(at / count)] ?? 0;
      return valueAt(features.values, row * count + feature) / valueAt(scales, feature);
    }),
    labels: Uint8Array.from(rows, (row) => labels[row] ?? 0),
    ties: rows.some((row) => labels[row] === 2),
  };
  const parameters = maximise(training);
  return {
    weights: parameters.slice(0, count),
    scales,
    cut: training.ties ? valueAt(parameters, count) : 0,
  };
}

/** The weights at the maximum, and behind them the cut. */
function maximise(training: Training): Float64Array {
  let parameters = new Float64Array(training.count + 1);
  if (training.ties) parameters[training.count] = 1;
  let reached = likelihood(training, parameters);
  for (let step = 0; step < mostSteps; step++) {
    const next = improved(training, parameters, reached);
    if (next === undefined) break;
    const gain = next.likelihood - reached;
    [parameters, reached] = [next.parameters, next.likelihood];
    if (gain < leastGain * (1 + Math.abs(reached))) break;
  }
  return parameters;
}

/** The longest of ever shorter steps that has a higher likelihood. */
function improved(training: Training, parameters: Float64Array, reached: number) {
  const direction = scoringStep(training, parameters);
  for (let share = 1; share > 1e-6; share /= 2) {
    const moved = parameters.map((value, at) => value + share * valueAt(direction, at));
    const there = likelihood(training, moved);
    if (there > reached) return { parameters: moved, likelihood: there };
  }
  return undefined;
}

/** The penalised log-likelihood. */
function likelihood({ values, count, labels, penalty }: Training, parameters: Float64Array): number {
  const cut = valueAt(parameters, count);
  if (cut < 0) return Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const [row, label] of labels.entries()) {
    sum += Math.log(probabilities(dot(parameters, values, row * count, count), cut)[label] ?? 0);
  }
  for (let feature = 0; feature < count; feature++) sum -= (penalty / 2) * valueAt(parameters, feature) ** 2;
  return sum;
}

/** The gradient over the expected information. */
function scoringStep(training: Training, parameters: Float64Array): Float64Array {
  const { values, count, labels, penalty, ties } = training;
  const size = count + 1;
  const cut = valueAt(parameters, count);
  const gradient = new Float64Array(size);
  const information = new Float64Array(size * size);
  for (const [row, label] of labels.entries()) {
    const from = row * count;
    const slopes = slopesOf(dot(parameters, values, from, count), cut, label);
    for (let i = 0; i < count; i++) {
      const own = valueAt(values, from + i);
      gradient[i] = valueAt(gradient, i) + own * slopes.x;
      const scaled = own * slopes.xx;
      for (let j = 0; j <= i; j++) {
        information[i * size + j] = valueAt(information, i * size + j) + scaled * valueAt(values, from + j);
      }
      information[count * size + i] = valueAt(information, count * size + i) + own * slopes.mixed;
    }
    gradient[count] = valueAt(gradient, count) + slopes.cut;
    information[size * size - 1] = valueAt(information, size * size - 1) + slopes.cutCut;
  }
  for (let i = 0; i < count; i++) {
    gradient[i] = valueAt(gradient, i) - penalty * valueAt(parameters, i);
    information[i * size + i] = valueAt(information, i * size + i) + penalty;
  }
  if (!ties) holdCut(gradient, information, count);
  return solvePositive(information, gradient);
}

/** The cut stays where it is. */
function holdCut(gradient: Float64Array, information: Float64Array, count: number): void {
  information.fill(0, count * (count + 1));
  information[information.length - 1] = 1;
  gradient[count] = 0;
}

/** The utility of the first response over the second. */
export function utilityOf(
  { weights, scales }: PreferenceModel,
  { values, count }: Features,
  row: number,
): number {
  let sum = 0;
  for (let feature = 0; feature < count; feature++) {
    sum += (valueAt(weights, feature) * valueAt(values, row * count + feature)) / valueAt(scales, feature);
  }
  return sum;
}

/** Probabilities of first, second and same. */
export function probabilities(utility: number, cut: number): [number, number, number] {
  const [first, second] = [sigmoid(utility - cut), sigmoid(-utility - cut)];
  // 1 - first - second without cancellation.
  return [first, second, first * second * Math.expm1(2 * cut)];
}

/** Derivatives of log P(label) by the utility and the cut, and the expected information of one row. */
function slopesOf(utility: number, cut: number, label: number) {
  const [first, second, same] = probabilities(utility, cut);
  const [a, b] = [first * (1 - first), second * (1 - second)];
  const tie = same > 0 ? same : Number.MIN_VALUE;
  // (dP)^2 / P of first and second are P (1 - P)^2.
  const [overFirst, overSecond] = [a * (1 - first), b * (1 - second)];
  const [byX, byCut] = [(b - a) / tie, (a + b) / tie];
  const withTies = cut > 0 ? 1 : 0;
  return {
    x: label === 0 ? 1 - first : label === 1 ? second - 1 : byX,
    cut: label === 0 ? first - 1 : label === 1 ? second - 1 : byCut,
    xx: overFirst + overSecond + withTies * (b - a) * byX,
    mixed: overSecond - overFirst + withTies * (b - a) * byCut,
    cutCut: overFirst + overSecond + withTies * (a + b) * byCut,
  };
}

const sigmoid = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

function scalesOf({ values, count }: Features, rows: readonly number[]): Float64Array {
  return Float64Array.from({ length: count }, (_, feature) => {
    let squares = 0;
    for (const row of rows) squares += valueAt(values, row * count + feature) ** 2;
    return Math.sqrt(squares / rows.length) || 1;
  });
}

function dot(weights: Float64Array, values: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let at = 0; at < count; at++) sum += valueAt(weights, at) * valueAt(values, from + at);
  return sum;
}

const valueAt = (values: ArrayLike<number>, at: number): number => values[at] as number; // a place of the list
