import { createHash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** Where a stream stands: four 32-bit integers, fit for a checkpoint. */
export type RandomState = readonly number[];

/** A stream of random numbers. Every draw moves it; the same state gives the same draws on every platform. */
export interface Random {
  /** An integer in [0, 2^32). */
  next(): number;
  /** A multiple of 2^-53 in [0, 1). */
  uniform(): number;
  /** An integer in [0, n), each equally likely. Throws a RangeError unless n is a positive safe integer. */
  integer(n: number): number;
  /** A sample of the standard normal distribution. */
  normal(): number;
  /** Shuffles in place (Fisher-Yates) and answers the same array. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T;
  state(): RandomState;
}

/**
 * A stream of its own for every (seed, names): the state is the SHA-256 of both, so that streams with
 * neighbouring seeds or names share nothing.
 */
export function createRandom(seed: number, ...names: readonly (string | number)[]): Random {
  const digest = createHash("sha256")
    .update(JSON.stringify([seed, ...names]))
    .digest();
  return restoreRandom([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
}

/** The stream that `state()` was taken from, at that place. Throws a RangeError on anything else. */
export function restoreRandom(state: RandomState): Random {
  if (
    state.length !== 4 ||
    !state.every((word) => word === (word | 0)) ||
    state.every((word) => word === 0)
  ) {
    throw new RangeError("a random state is four 32-bit integers that are not all 0");
  }
  const generator = xoroshiro128plusFromState(state);
  const next = () => generator.next() >>> 0;
  const integer = (n: number) => {
    if (!Number.isSafeInteger(n) || n < 1) throw new RangeError(`integer(n) wants a positive n, not ${n}`);
    return uniformInt(generator, 0, n - 1);
  };
  return {
    next,
    uniform: () => uniformFloat64(generator),
    integer,
    normal: () => normal(generator),
    shuffle: (items) => {
      for (let last = items.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        const held = items[last];
        items[last] = items[other];
        items[other] = held;
      }
      return items;
    },
    state: () => [...generator.getState()],
  };
}

/** Fills `into` with normal samples of mean 0 and the given standard deviation; answers it. */
export function fillNormal(random: Random, into: Float32Array, std: number): Float32Array {
  for (let i = 0; i < into.length; i++) into[i] = std * random.normal();
  return into;
}

/**
 * Karney, "Sampling exactly from the normal distribution" (2016), algorithm N. It compares uniform draws
 * and never calls log, exp or cos, whose last bit differs between engines.
 */
function normal(generator: RandomGenerator): number {
  const half = () => happens(0.5, generator);
  for (;;) {
    let whole = 0;
    while (half()) whole++;
    if (!all(whole * (whole - 1), half)) continue;
    const part = uniformFloat64(generator);
    const exponent = (part * (2 * whole + part)) / (2 * whole + 2);
    if (!all(whole + 1, () => happens(exponent, generator))) continue;
    return generator.next() < 0 ? whole + part : -(whole + part);
  }
}

/** True with probability exp(-p), 0 <= p <= 1 (von Neumann): the run of falling draws below p has even length. */
function happens(p: number, generator: RandomGenerator): boolean {
  const draw = () => (generator.next() >>> 0) * 2 ** -32;
  let even = true;
  for (let below = p, drawn = draw(); drawn < below; drawn = draw()) {
    below = drawn;
    even = !even;
  }
  return even;
}

function all(times: number, event: () => boolean): boolean {
  for (let i = 0; i < times; i++) if (!event()) return false;
  return true;
}
