/** Bytes of an element, by its type's name in safetensors. */
export const elementBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
} as const;

export type Dtype = keyof typeof elementBytes;

/** Types that can be read as float32. */
export type FloatDtype = "F16" | "BF16" | "F32" | "F64";

export function isFloat(dtype: Dtype): dtype is FloatDtype {
  return dtype === "F16" || dtype === "BF16" || dtype === "F32" || dtype === "F64";
}

/**
 * Writes little-endian elements to `into` from `at` on as float32: F16 and BF16 are widened exactly, F64 is
 * rounded to the nearest.
 */
export function widen(dtype: FloatDtype, bytes: Uint8Array, into: Float32Array, at = 0): void {
  const count = bytes.length / elementBytes[dtype];
  switch (dtype) {
    case "F32":
      new Uint8Array(into.buffer, into.byteOffset + 4 * at, bytes.length).set(bytes);
      return;
    case "F64": {
      const aligned = alignedTo(8, bytes);
      into.set(new Float64Array(aligned.buffer, aligned.byteOffset, count), at);
      return;
    }
    case "F16": {
      const aligned = alignedTo(2, bytes);
      const halves = new Uint16Array(aligned.buffer, aligned.byteOffset, count);
      const table = halfTable();
      for (let i = 0; i < count; i++) into[at + i] = table[halves[i] ?? 0] ?? 0;
      return;
    }
    case "BF16": {
      const aligned = alignedTo(2, bytes);
      const halves = new Uint16Array(aligned.buffer, aligned.byteOffset, count);
      const bits = new Uint32Array(into.buffer, into.byteOffset + 4 * at, count);
      for (let i = 0; i < count; i++) bits[i] = (halves[i] ?? 0) << 16;
      return;
    }
  }
}

/** The bytes, copied where they do not begin at a multiple of an element's size, as a typed array must. */
function alignedTo(size: number, bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
}

let halves: Float32Array | undefined;

/** Every value of IEEE 754 binary16 by its bits, made when it is first wanted. */
function halfTable(): Float32Array {
  halves ??= Float32Array.from({ length: 1 << 16 }, (_, bits) => halfToNumber(bits));
  return halves;
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits of bias 15, 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
