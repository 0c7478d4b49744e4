/** A function's value at `x`; its gradient is written into `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly steps: number;
  /** Whether the gradient's largest entry came below the tolerance, or the value stopped falling. */
  readonly converged: boolean;
}

const memory = 10;

interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/**
 * Finds a minimum of a smooth function: L-BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.5) with
 * steps that are halved until the value falls by Armijo's rule.
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  { steps: most = 200, tolerance = 1e-6 } = {},
): Minimum {
  let x = start.slice();
  let gradient = new Float64Array(x.length);
  let value = objective(x, gradient);
  const pairs: Pair[] = [];
  for (let steps = 0; steps < most; steps++) {
    if (largest(gradient) <= tolerance * Math.max(1, Math.abs(value)))
      return { x, value, steps, converged: true };
    const direction = descent(gradient, pairs);
    const next = lineSearch(objective, { x, value, gradient, direction }, pairs.length === 0);
    if (next === undefined) return { x, value, steps, converged: true };
    const s = next.x.map((one, i) => one - (x[i] ?? 0));
    const y = next.gradient.map((one, i) => one - (gradient[i] ?? 0));
    const curvature = dot(s, y);
    if (curvature > 1e-12 * dot(y, y)) pairs.push({ s, y, rho: 1 / curvature });
    if (pairs.length > memory) pairs.shift();
    ({ x, value, gradient } = next);
  }
  return { x, value, steps: most, converged: false };
}

interface Place {
  readonly x: Float64Array<ArrayBuffer>;
  readonly value: number;
  readonly gradient: Float64Array<ArrayBuffer>;
}

function lineSearch(
  objective: Objective,
  { x, value, gradient, direction }: Place & { readonly direction: Float64Array },
  first: boolean,
): Place | undefined {
  const slope = dot(gradient, direction);
  const begin = first ? Math.min(1, 1 / (largest(direction) || 1)) : 1;
  for (let step = begin, tries = 0; tries < 40; step /= 2, tries++) {
    const there = x.map((one, i) => one + step * (direction[i] ?? 0));
    const thereGradient = new Float64Array(x.length);
    const thereValue = objective(there, thereGradient);
    if (thereValue < value + 1e-4 * step * slope)
      return { x: there, value: thereValue, gradient: thereGradient };
  }
  return undefined;
}

/** Minus the inverse Hessian, as the pairs have it, times the gradient: the two-loop recursion. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.slice();
  const alphas: number[] = [];
  for (const { s, y, rho } of pairs.toReversed()) {
    const alpha = rho * dot(s, q);
    alphas.push(alpha);
    for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) - alpha * (y[i] ?? 0);
  }
  const last = pairs.at(-1);
  const scale = last === undefined ? 1 : dot(last.s, last.y) / dot(last.y, last.y);
  for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) * scale;
  for (const { s, y, rho } of pairs) {
    const beta = (alphas.pop() ?? 0) - rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i] = (q[i] ?? 0) + beta * (s[i] ?? 0);
  }
  return q.map((one) => -one);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

const largest = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
