/** AdamW's constants. Decoupled weight decay, arXiv 1711.05101. */
export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Largest global norm of the gradient; a longer one is scaled down to it. Infinity leaves it alone. */
  readonly clipNorm: number;
}

export const adamWDefaults: AdamWOptions = {
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clipNorm: 1,
};

/** Parameters, first and second moments: flat arrays of one length. */
export interface AdamWState {
  readonly parameters: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** A stretch [start, end) of the flat arrays, with weight decay or without. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly decay: boolean;
}

/** Square root of the sum of squares, summed in float64. */
export function globalNorm(gradient: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < gradient.length; i++) {
    const g = gradient[i] as number; // the index is in range: saves a test per element in the hot loop
    sum += g * g;
  }
  return Math.sqrt(sum);
}

/**
 * One update in place, the `step`-th (from 1), at `learningRate`. `scale` multiplies the gradient first:
 * 1 / n makes a mean of n accumulated ones. Answers the gradient's global norm before clipping.
 * One pass over memory: as a graph of elementwise operations it reads and writes the same arrays 14 times.
 */
export function adamWStep(
  { parameters, first, second }: AdamWState,
  gradient: Float32Array,
  spans: readonly Span[],
  options: AdamWOptions & { readonly step: number; readonly learningRate: number; readonly scale?: number },
): number {
  const { beta1, beta2, epsilon, weightDecay, clipNorm, step, learningRate, scale = 1 } = options;
  const norm = globalNorm(gradient) * scale;
  const factor = norm > clipNorm ? (scale * clipNorm) / norm : scale;
  const rate = learningRate / (1 - beta1 ** step);
  const secondScale = 1 / Math.sqrt(1 - beta2 ** step);
  for (const { start, end, decay } of spans) {
    const keep = decay ? 1 - learningRate * weightDecay : 1;
    for (let i = start; i < end; i++) {
      const g = (gradient[i] as number) * factor; // in range, as above
      const m = beta1 * (first[i] as number) + (1 - beta1) * g;
      const v = beta2 * (second[i] as number) + (1 - beta2) * g * g;
      first[i] = m;
      second[i] = v;
      parameters[i] = keep * (parameters[i] as number) - (rate * m) / (Math.sqrt(v) * secondScale + epsilon);
    }
  }
  return norm;
}
