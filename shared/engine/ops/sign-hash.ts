import { apply, constant, differentiateAs, dimension, integers, type Value } from "../graph.ts";
import { abs, add, cast, exp, mul, neg, sigmoid, softplus, sub } from "./elementwise.ts";
import { matmul } from "./matmul.ts";
import { sum } from "./reduce.ts";
import { reshape, slice } from "./shape.ts";

export interface SignHashOptions {
  /** tau: elements of a chunk, and bits of its code. */
  readonly bits: number;
  /**
   * `paper`: p(z) = prod_i 1 / (1 + e^(-2 |z_i| / t)). `released`: (sum_i |z_i|) p(z) with t = 1, as in the
   * code released with arXiv 2411.12992.
   */
  readonly weighting: "paper" | "released";
  /** t of the paper's weighting; 1 when absent. */
  readonly temperature?: number | undefined;
}

export interface SignHash {
  /** int64 [rows, chunks] in [0, 2^bits). */
  readonly codes: Value;
  /** How sure the code is, [rows, chunks]. */
  readonly weights: Value;
}

/**
 * Cuts each row of x [rows, d] into floor(d / bits) chunks and hashes each by its signs; what is left over
 * at a row's end is not hashed. Bit i of a code, of value 2^i, is 1 where element i of the chunk is >= 0: the
 * sign of 0 is +1, and the first element is the least significant bit. Only the weights have a gradient.
 */
export function signHash(x: Value, { bits, weighting, temperature = 1 }: SignHashOptions): SignHash {
  const { graph } = x;
  const [rows, width] = [dimension(x.shape, 0), dimension(x.shape, 1)];
  const chunks = Math.floor(width / bits);
  if (chunks === 0) throw new RangeError(`${bits} bits of a row of ${width}`);
  const shape = [rows, chunks];
  const hashed = chunks * bits === width ? x : slice(x, 1, 0, chunks * bits);
  const z = reshape(hashed, [rows * chunks, bits]);
  const signs = cast(notNegative(z), "float32");
  const powers = Float32Array.from({ length: bits }, (_, bit) => 2 ** bit);
  const codes = cast(matmul(signs, constant(graph, powers, [bits, 1])), "int64");
  const t = weighting === "paper" ? temperature : 1;
  const exponents = mul(abs(z), -2 / t);
  const p = exp(neg(sum(softplus(exponents), [-1], true)));
  const size = sum(abs(z), [-1], true);
  const weights = weighting === "paper" ? p : mul(size, p);
  const slope = (dWeights: Value): Value => {
    const rise = mul(sigmoid(exponents), 2 / t); // d log p / d |z_i|
    const bySize = weighting === "paper" ? rise : add(mul(size, rise), 1);
    const direction = sub(mul(signs, 2), constant(graph, 1));
    return mul(mul(direction, bySize), mul(dWeights, p));
  };
  const [differentiable] = differentiateAs([z], [weights], (dWeights) => [dWeights && slope(dWeights)]);
  return { codes: reshape(codes, shape), weights: reshape(differentiable, shape) };
}

/** Codes as rows of tables [2^bits, ...] that stand one below the other: row `code` of chunk k is k 2^bits + code. */
export function stackedRows({ codes }: SignHash, bits: number): Value {
  const chunks = dimension(codes.shape, 1);
  const starts = Array.from({ length: chunks }, (_, chunk) => chunk * 2 ** bits);
  return add(codes, integers(codes.graph, starts));
}

function notNegative(x: Value): Value {
  return apply("GreaterOrEqual", [x, constant(x.graph, 0)], { dtype: "bool", shape: x.shape });
}
