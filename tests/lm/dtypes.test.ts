import { expect, test } from "vitest";
import { widen } from "../../shared/lm/dtypes.ts";

const every = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits);
const bytes = new Uint8Array(every.buffer);

test("every F16 is widened exactly", () => {
  const widened = new Float32Array(every.length);
  widen("F16", bytes, widened);
  const values = new Float16Array(every.buffer);
  expect(widened.every((value, i) => Object.is(value, values[i]))).toBe(true);
});

test("every BF16 is the float32 of the same upper half, NaN payloads too", () => {
  const widened = new Float32Array(every.length);
  widen("BF16", bytes, widened);
  expect(new Uint32Array(widened.buffer)).toEqual(Uint32Array.from(every, (bits) => bits * 2 ** 16));
});

test("bytes at an odd place are read as well, to any place", () => {
  for (const [dtype, size] of [
    ["F16", 2],
    ["BF16", 2],
    ["F32", 4],
    ["F64", 8],
  ] as const) {
    const shifted = new Uint8Array(8 * size + 1);
    shifted.set(bytes.subarray(2000, 2000 + 8 * size), 1);
    const [plain, placed] = [new Float32Array(8), new Float32Array(11)];
    widen(dtype, bytes.slice(2000, 2000 + 8 * size), plain);
    widen(dtype, shifted.subarray(1), placed, 3);
    expect([...placed]).toEqual([0, 0, 0, ...plain]);
  }
});
