import { adamWBytes } from "./kernels/adamw-bytes.ts";
import { kernel, kernelMemory, largestMemory } from "./kernels/web-assembly.ts";

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

/** Of one update: it is the `step`-th, from 1; `scale` multiplies the gradient first, 1 / n for a mean of n. */
export interface StepOptions extends AdamWOptions {
  readonly step: number;
  readonly learningRate: number;
  readonly scale?: number;
}

/** A state with a place for its gradient. */
export interface AdamW extends AdamWState {
  readonly gradient: Float32Array;
  /** One update in place. Answers the gradient's global norm before clipping. */
  update(spans: readonly Span[], options: StepOptions): number;
}

/** Elements of the four arrays begin at a multiple of this, for onnxruntime's aligned loads. */
const alignment = 16;

/**
 * Zeroed arrays of `size`, in memory that the kernel shares where its 4 GiB hold them; beyond, and for what an
 * odd span leaves over, the same operations in JavaScript give the same bytes in more than twice the time.
 * One pass over memory: as a graph of elementwise operations it reads and writes the same arrays 14 times.
 */
export function createAdamW(size: number): AdamW {
  const stride = alignment * Math.ceil(size / alignment);
  if (16 * stride > largestMemory) {
    const [parameters, first, second, gradient] = [0, 1, 2, 3].map(() => new Float32Array(size)) as Four;
    const state = { parameters, first, second, gradient };
    return { ...state, update: (spans, options) => adamWStep(state, gradient, spans, options) };
  }
  const memory = kernelMemory(16 * stride);
  const [parameters, first, second, gradient] = [0, 1, 2, 3].map(
    (at) => new Float32Array(memory.buffer, 4 * at * stride, size),
  ) as Four;
  const state = { parameters, first, second, gradient };
  const kernelStep = kernel(adamWBytes, memory, "update");
  return {
    ...state,
    update(spans, options) {
      const factors = factorsOf(gradient, options);
      const { factor, rate, secondScale } = factors;
      const { beta1, beta2, epsilon } = options;
      for (const { start, end, decay } of spans) {
        const even = end - ((end - start) % 2);
        kernelStep(
          ...[0, 1, 2, 3].map((at) => 4 * (at * stride + start)),
          ...[4 * even, factor, decay ? factors.keep : 1, rate, secondScale],
          ...[beta1, 1 - beta1, beta2, 1 - beta2, epsilon],
        );
        updateSpan(state, gradient, { start: even, end, decay }, options, factors);
      }
      return factors.norm;
    },
  };
}
type Four = [Float32Array, Float32Array, Float32Array, Float32Array];

/** One update in place, in JavaScript. Answers the gradient's global norm before clipping. */
export function adamWStep(
  state: AdamWState,
  gradient: Float32Array,
  spans: readonly Span[],
  options: StepOptions,
): number {
  const factors = factorsOf(gradient, options);
  for (const span of spans) updateSpan(state, gradient, span, options, factors);
  return factors.norm;
}

/** What all elements of one update share. */
interface Factors {
  readonly norm: number;
  /** Of the gradient: its scale and its clipping. */
  readonly factor: number;
  /** What decay leaves of a parameter. */
  readonly keep: number;
  /** The learning rate over the first moment's bias correction. */
  readonly rate: number;
  /** The second moment's bias correction, on its root. */
  readonly secondScale: number;
}

function factorsOf(gradient: Float32Array, options: StepOptions): Factors {
  const { beta1, beta2, weightDecay, clipNorm, step, learningRate, scale = 1 } = options;
  const norm = globalNorm(gradient) * scale;
  return {
    norm,
    factor: norm > clipNorm ? (scale * clipNorm) / norm : scale,
    keep: 1 - learningRate * weightDecay,
    rate: learningRate / (1 - beta1 ** step),
    secondScale: 1 / Math.sqrt(1 - beta2 ** step),
  };
}

function updateSpan(
  { parameters, first, second }: AdamWState,
  gradient: Float32Array,
  { start, end, decay }: Span,
  { beta1, beta2, epsilon }: AdamWOptions,
  { factor, keep: decayed, rate, secondScale }: Factors,
): void {
  const keep = decay ? decayed : 1;
  for (let i = start; i < end; i++) {
    const g = (gradient[i] as number) * factor; // in range, as above
    const m = beta1 * (first[i] as number) + (1 - beta1) * g;
    const v = beta2 * (second[i] as number) + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    parameters[i] = keep * (parameters[i] as number) - (rate * m) / (Math.sqrt(v) * secondScale + epsilon);
  }
}
