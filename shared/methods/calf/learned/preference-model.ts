/** A model of which of two responses people prefer, and of ties. */
export interface PreferenceModel {
  /** By feature, of features divided by `scales`. */
  readonly weights: Float64Array;
  /** Root mean square of each feature over the training rows; 1 where it is 0. */
  readonly scales: Float64Array;
  /** tau: how far from 0 the utility has to be before a tie is less likely; 0 where no tie was trained on. */
  readonly cut: number;
}

/** Rows of features that change sign when the responses change places: [rows, features]. */
export interface Features {
  readonly values: Float64Array;
  readonly count: number;
}

const mostSteps = 100;
const leastGain = 1e-10;

/**
 * Fits ordered logistic regression without an intercept (Rao and Kupper's model of ties, 1967): with utility
 * x = w . features, P(first) = s(x - tau), P(second) = s(-x - tau), the rest are ties. Maximum likelihood with a
 * penalty of `penalty` / 2 |w|^2 by Fisher scoring; the likelihood is concave, so that there is one maximum.
 */
export function fitPreferences(
  { values, count }: Features,
  labels: ArrayLike<number>,
  rows: readonly number[],
  penalty = 1,
): PreferenceModel {
  const scales = scalesOf(values, count, rows);
  const scaled = (row: number, feature: number) => at(values, row * count + feature) / at(scales, feature);
  const ties = rows.some((row) => labels[row] === 2);
  const size = ties ? count + 1 : count;
  let parameters = new Float64Array(size);
  if (ties) parameters[count] = 1;
  const utility = (of: Float64Array, row: number) => {
    let sum = 0;
    for (let feature = 0; feature < count; feature++) sum += at(of, feature) * scaled(row, feature);
    return sum;
  };
  const likelihood = (of: Float64Array) => {
    const cut = ties ? at(of, count) : 0;
    if (cut < 0) return Number.NEGATIVE_INFINITY;
    let sum = 0;
    for (const row of rows) sum += Math.log(probabilities(utility(of, row), cut)[labels[row] ?? 0] ?? 0);
    for (let feature = 0; feature < count; feature++) sum -= (penalty / 2) * at(of, feature) ** 2;
    return sum;
  };
  let reached = likelihood(parameters);
  for (let step = 0; step < mostSteps; step++) {
    const direction = scoringStep();
    const next = longestGain(direction);
    if (next === undefined) break;
    const gain = next.likelihood - reached;
    [parameters, reached] = [next.parameters, next.likelihood];
    if (gain < leastGain * (1 + Math.abs(reached))) break;
  }
  return { weights: parameters.slice(0, count), scales, cut: ties ? at(parameters, count) : 0 };

  function scoringStep(): Float64Array {
    const gradient = new Float64Array(size);
    const information = new Float64Array(size * size);
    const row_ = new Float64Array(size);
    for (const row of rows) {
      const cut = ties ? at(parameters, count) : 0;
      const slopes = slopesOf(utility(parameters, row), cut, labels[row] ?? 0);
      for (let feature = 0; feature < count; feature++) row_[feature] = scaled(row, feature);
      for (let i = 0; i < size; i++) {
        const [own, ownCut] = i < count ? [at(row_, i), 0] : [0, 1];
        gradient[i] = at(gradient, i) + own * slopes.x + ownCut * slopes.cut;
        for (let j = 0; j <= i; j++) {
          const [other, otherCut] = j < count ? [at(row_, j), 0] : [0, 1];
          const mixed = (own * otherCut + ownCut * other) * slopes.mixed;
          const added = own * other * slopes.xx + mixed + ownCut * otherCut * slopes.cutCut;
          information[i * size + j] = at(information, i * size + j) + added;
        }
      }
    }
    for (let i = 0; i < count; i++) {
      gradient[i] = at(gradient, i) - penalty * at(parameters, i);
      information[i * size + i] = at(information, i * size + i) + penalty;
    }
    return solvePositive(information, gradient);
  }

  function longestGain(direction: Float64Array) {
    for (let share = 1; share > 1e-6; share /= 2) {
      const moved = parameters.map((value, i) => value + share * at(direction, i));
      const there = likelihood(moved);
      if (there > reached) return { parameters: moved, likelihood: there };
    }
    return undefined;
  }
}

/** The utility of the first response over the second. */
export function utilityOf(
  { weights, scales }: PreferenceModel,
  { values, count }: Features,
  row: number,
): number {
  let sum = 0;
  for (let feature = 0; feature < count; feature++) {
    sum += (at(weights, feature) * at(values, row * count + feature)) / at(scales, feature);
  }
  return sum;
}

/** Probabilities of first, second and same. */
export function probabilities(utility: number, cut: number): [number, number, number] {
  const [first, second] = [sigmoid(utility - cut), sigmoid(-utility - cut)];
  // 1 - first - second without cancellation: s(x + t) - s(x - t).
  const same = first * second * Math.expm1(2 * cut);
  return [first, second, same];
}

/** Derivatives of log P(label), and the expected information of one row. */
function slopesOf(utility: number, cut: number, label: number) {
  const [first, second, same] = probabilities(utility, cut);
  const [slopeFirst, slopeSecond] = [first * (1 - first), second * (1 - second)];
  const byX = [slopeFirst, -slopeSecond, slopeSecond - slopeFirst];
  const byCut = [-slopeFirst, -slopeSecond, slopeFirst + slopeSecond];
  const all = [first, second, same];
  const over = (a: readonly number[], b: readonly number[]) =>
    all.reduce((sum, p, k) => sum + (p > 0 ? ((a[k] ?? 0) * (b[k] ?? 0)) / p : 0), 0);
  const p = all[label] || Number.MIN_VALUE;
  return {
    x: (byX[label] ?? 0) / p,
    cut: (byCut[label] ?? 0) / p,
    xx: over(byX, byX),
    mixed: over(byX, byCut),
    cutCut: over(byCut, byCut),
  };
}

const sigmoid = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

function scalesOf(values: Float64Array, count: number, rows: readonly number[]): Float64Array {
  return Float64Array.from({ length: count }, (_, feature) => {
    let squares = 0;
    for (const row of rows) squares += at(values, row * count + feature) ** 2;
    return Math.sqrt(squares / rows.length) || 1;
  });
}

/** Solves A x = b for a symmetric positive matrix given by its lower half, by Cholesky's decomposition in place. */
function solvePositive(matrix: Float64Array, b: Float64Array): Float64Array {
  const size = b.length;
  const x = b.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = at(matrix, i * size + j);
      for (let k = 0; k < j; k++) sum -= at(matrix, i * size + k) * at(matrix, j * size + k);
      matrix[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / at(matrix, j * size + j);
    }
  }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] = at(x, i) - at(matrix, i * size + k) * at(x, k);
    x[i] = at(x, i) / at(matrix, i * size + i);
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] = at(x, i) - at(matrix, k * size + i) * at(x, k);
    x[i] = at(x, i) / at(matrix, i * size + i);
  }
  return x;
}

const at = (values: ArrayLike<number>, i: number): number => values[i] as number; // a place of the list
