/** A grey picture, from 0 to 1. */
export interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Places that are found again in other pictures, with what surrounds them. */
export interface Corners {
  readonly count: number;
  /** [count, 2]: column and row, the middle of the first pixel at .5. */
  readonly places: Float32Array;
  /** [count, patch * patch]: surroundings with mean 0 and length 1, so that a product of two is their correlation. */
  readonly patches: Float32Array;
}

const patchRadius = 5;
export const patchSize = (2 * patchRadius + 1) ** 2;
const border = patchRadius + 2;

/** Grey of a picture [height, width, 3] (ITU-R BT.601). */
export function greyOf(colour: Float32Array, width: number, height: number): Grey {
  const data = new Float32Array(width * height);
  for (let at = 0; at < data.length; at++)
    data[at] =
      0.299 * (colour[3 * at] ?? 0) + 0.587 * (colour[3 * at + 1] ?? 0) + 0.114 * (colour[3 * at + 2] ?? 0);
  return { width, height, data };
}

/**
 * Corners by the smaller eigenvalue of the structure tensor (Shi and Tomasi 1994), largest in their 7 x 7
 * surroundings, at most `count`: as many of each cell of a lattice as of any other, so that they cover the picture.
 */
export function findCorners(picture: Grey, count: number): Corners {
  const grey = blurred(picture);
  const strength = cornerStrength(grey);
  const peaks = strongestOfCells(peaksOf(strength, grey), grey, count);
  const places = new Float32Array(2 * peaks.length);
  const patches = new Float32Array(patchSize * peaks.length);
  let kept = 0;
  for (const peak of peaks) {
    const [column, row] = refined(strength, grey.width, peak);
    if (!writePatch(grey, column, row, patches.subarray(kept * patchSize, (kept + 1) * patchSize))) continue;
    places[2 * kept] = column + 0.5;
    places[2 * kept + 1] = row + 0.5;
    kept++;
  }
  return { count: kept, places: places.slice(0, 2 * kept), patches: patches.slice(0, kept * patchSize) };
}

/** By 1 2 1 along both axes. */
function blurred({ width, height, data }: Grey): Grey {
  const pass = (from: Float32Array, stride: number): Float32Array =>
    from.map((value, at) => (value * 2 + (from[at - stride] ?? value) + (from[at + stride] ?? value)) / 4);
  return { width, height, data: pass(pass(data, 1), width) };
}

/** The smaller eigenvalue of the sums of squared gradients over 5 x 5 pixels. */
function cornerStrength({ width, height, data }: Grey): Float32Array {
  const [xx, xy, yy] = [0, 1, 2].map(() => new Float32Array(width * height)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let row = 1; row < height - 1; row++)
    for (let column = 1; column < width - 1; column++) {
      const at = row * width + column;
      const x = (data[at + 1] ?? 0) - (data[at - 1] ?? 0);
      const y = (data[at + width] ?? 0) - (data[at - width] ?? 0);
      xx[at] = x * x;
      xy[at] = x * y;
      yy[at] = y * y;
    }
  const [a, b, c] = [xx, xy, yy].map((part) => boxSum(part, width, height)) as (typeof xx)[];
  return Float32Array.from({ length: width * height }, (_, at) => {
    const [left, off, right] = [a?.[at] ?? 0, b?.[at] ?? 0, c?.[at] ?? 0];
    return (left + right - Math.sqrt((left - right) ** 2 + 4 * off * off)) / 2;
  });
}

const window = 2;

/** Sums over (2 window + 1)^2 pixels, along rows and then along columns. */
function boxSum(values: Float32Array, width: number, height: number): Float32Array {
  const along = (from: Float32Array, stride: number): Float32Array => {
    const out = new Float32Array(width * height);
    for (let at = window * stride; at < out.length - window * stride; at++) {
      let sum = 0;
      for (let step = -window; step <= window; step++) sum += from[at + step * stride] ?? 0;
      out[at] = sum;
    }
    return out;
  };
  return along(along(values, 1), width);
}

/** Places of the largest strengths in their 7 x 7 surroundings, away from the border. */
function peaksOf(strength: Float32Array, { width, height }: Grey): { at: number; strength: number }[] {
  const peaks: { at: number; strength: number }[] = [];
  for (let row = border; row < height - border; row++)
    for (let column = border; column < width - border; column++) {
      const at = row * width + column;
      const own = strength[at] ?? 0;
      if (own > 1e-4 && isPeak(strength, width, at, own)) peaks.push({ at, strength: own });
    }
  return peaks;
}

function isPeak(strength: Float32Array, width: number, at: number, own: number): boolean {
  for (let down = -3; down <= 3; down++)
    for (let right = -3; right <= 3; right++) {
      const offset = down * width + right;
      const other = strength[at + offset] ?? 0;
      if (other > own || (other === own && offset < 0)) return false;
    }
  return true;
}

/** The strongest of every cell, then the second of every cell, until there are enough. */
function strongestOfCells(
  peaks: readonly { at: number; strength: number }[],
  { width, height }: Grey,
  count: number,
): number[] {
  const side = Math.sqrt((width * height) / Math.max(1, count / 2));
  const across = Math.ceil(width / side);
  const ranks = new Map<number, number>();
  return [...peaks]
    .sort((a, b) => b.strength - a.strength || a.at - b.at)
    .map((peak) => {
      const cell =
        Math.floor((peak.at % width) / side) + across * Math.floor(Math.floor(peak.at / width) / side);
      const rank = ranks.get(cell) ?? 0;
      ranks.set(cell, rank + 1);
      return { ...peak, rank };
    })
    .sort((a, b) => a.rank - b.rank || b.strength - a.strength || a.at - b.at)
    .slice(0, count)
    .map(({ at }) => at);
}

/** The top of a parabola through a peak and its neighbours, along each axis. */
function refined(strength: Float32Array, width: number, at: number): [number, number] {
  const top = (stride: number): number => {
    const [before, own, after] = [strength[at - stride] ?? 0, strength[at] ?? 0, strength[at + stride] ?? 0];
    const bend = before - 2 * own + after;
    return bend < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0;
  };
  return [(at % width) + top(1), Math.floor(at / width) + top(width)];
}

/** The surroundings of a place, linear between pixels; false for those without any contrast. */
function writePatch({ width, data }: Grey, column: number, row: number, out: Float32Array): boolean {
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const [fx, fy] = [column - left, row - top];
  let at = 0;
  let mean = 0;
  for (let down = -patchRadius; down <= patchRadius; down++)
    for (let right = -patchRadius; right <= patchRadius; right++) {
      const place = (top + down) * width + left + right;
      const upper = (1 - fx) * (data[place] ?? 0) + fx * (data[place + 1] ?? 0);
      const lower = (1 - fx) * (data[place + width] ?? 0) + fx * (data[place + width + 1] ?? 0);
      const value = (1 - fy) * upper + fy * lower;
      out[at++] = value;
      mean += value / patchSize;
    }
  let square = 0;
  for (let i = 0; i < patchSize; i++) square += ((out[i] ?? 0) - mean) ** 2;
  if (square < 1e-4) return false;
  const inverse = 1 / Math.sqrt(square);
  for (let i = 0; i < patchSize; i++) out[i] = ((out[i] ?? 0) - mean) * inverse;
  return true;
}
