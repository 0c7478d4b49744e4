import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  asFloat32,
  type Dtype,
  decodeSafetensors,
  encodeSafetensors,
  float32Tensor,
  int64Tensor,
  SafetensorsError,
  type StoredTensor,
} from "../../shared/lm/safetensors.ts";

/** A file from its header's text and its data, the length computed. */
function file(header: string, data: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(header);
  return Uint8Array.from([text.length & 0xff, text.length >> 8, 0, 0, 0, 0, 0, 0, ...text, ...data]);
}

const header = (tensors: object) => JSON.stringify(tensors);

describe("bytes written by hand", () => {
  const header = '{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  ';
  const bytes = Uint8Array.from([
    56, 0, 0, 0, 0, 0, 0, 0,
    ...new TextEncoder().encode(header),
    0x00, 0x00, 0x80, 0x3f, // 1
    0x00, 0x00, 0x20, 0xc0, // -2.5
  ]); // biome-ignore format: one value a line

  test("are what is written", () => {
    expect(header.length).toBe(56);
    expect(encodeSafetensors(new Map([["x", float32Tensor(Float32Array.of(1, -2.5), [2])]]))).toEqual(bytes);
  });

  test("are read, at any offset of a larger buffer", () => {
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    for (const input of [bytes, Buffer.from(bytes), shifted.subarray(3)]) {
      const { tensors, metadata } = decodeSafetensors(input);
      const x = tensors.get("x");
      expect(metadata).toEqual({});
      expect(x?.shape).toEqual([2]);
      expect(x && asFloat32(x)).toEqual(Float32Array.of(1, -2.5));
    }
  });

  test("a file without tensors is 8 bytes of length and an empty object", () => {
    expect(decodeSafetensors(Uint8Array.from([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d])).tensors.size).toBe(0);
  });

  test("a scalar has an empty shape, and a tensor may be empty", () => {
    const { tensors } = decodeSafetensors(
      file(
        '{"s":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"e":{"dtype":"F32","shape":[3,0],"data_offsets":[1,1]}}',
        [7],
      ),
    );
    expect(tensors.get("s")?.data).toEqual(Uint8Array.of(7));
    expect(tensors.get("e")?.data.length).toBe(0);
  });
});

describe("conversion to float32", () => {
  const convert = (dtype: Dtype, bytes: readonly number[], count: number) =>
    Array.from(asFloat32({ dtype, shape: [count], data: Uint8Array.from(bytes) }));

  test("F16", () => {
    const halves: readonly (readonly [number, number])[] = [
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x0400, 2 ** -14],
      [0x0001, 2 ** -24],
      [0x3555, 0.333251953125],
      [0x8000, -0],
      [0x7c00, Number.POSITIVE_INFINITY],
      [0xfc00, Number.NEGATIVE_INFINITY],
      [0x7e00, Number.NaN],
    ];
    const bytes = halves.flatMap(([bits]) => [bits & 0xff, bits >> 8]);
    expect(convert("F16", bytes, halves.length)).toEqual(halves.map(([, value]) => value));
  });

  test("every finite half, against the definition by bit fields", () => {
    const bits = Array.from({ length: 0x10000 }, (_, i) => i).filter((i) => (i & 0x7c00) !== 0x7c00);
    const values = convert(
      "F16",
      bits.flatMap((b) => [b & 0xff, b >> 8]),
      bits.length,
    );
    bits.forEach((b, i) => {
      const exponent = (b & 0x7c00) >> 10;
      const significand = (b & 0x3ff) + (exponent > 0 ? 0x400 : 0);
      const value = significand * 2 ** (Math.max(exponent, 1) - 25) * (b >= 0x8000 ? -1 : 1);
      if (!Object.is(values[i], value)) throw new Error(`${b.toString(16)}: ${values[i]} is not ${value}`);
    });
  });

  test("BF16 is the upper half of a float32", () => {
    expect(convert("BF16", [0x80, 0x3f, 0x20, 0xc0, 0x80, 0xff, 0x01, 0x00], 4)).toEqual([
      1,
      -2.5,
      Number.NEGATIVE_INFINITY,
      2 ** -133,
    ]);
  });

  test("F64 rounds to the nearest; integers are refused", () => {
    expect(convert("F64", [...new Uint8Array(Float64Array.of(0.1).buffer)], 1)).toEqual([Math.fround(0.1)]);
    expect(() => asFloat32(int64Tensor(BigInt64Array.of(1n), [1]))).toThrow(SafetensorsError);
  });
});

describe("a file that is not sound is refused", () => {
  const u8 = (shape: number[], from: number, to: number) => ({
    dtype: "U8",
    shape,
    data_offsets: [from, to],
  });
  test.each<[string, Uint8Array, RegExp]>([
    ["shorter than the length", Uint8Array.of(1, 2, 3), /3 bytes has no header length/],
    ["header longer than the file", Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d), /does not fit/],
    ["absurd header length", Uint8Array.of(...Array(8).fill(0xff), 0x7b), /over the limit/],
    ["no JSON", file("{oops}"), /is no JSON/],
    ["no UTF-8", Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0x7d), /is no JSON/],
    ["no object", file("[1]"), /start with \{/],
    ["space before the header", file(" {}"), /start with \{/],
    ["unknown type", file('{"x":{"dtype":"F17","shape":[1],"data_offsets":[0,1]}}', [0]), /x: .*dtype/s],
    ["negative size", file(header({ x: u8([-1], 0, 1) }), [0]), /x: .*shape/s],
    ["fractional offset", file(header({ x: u8([1], 0, 1.5) }), [0, 0]), /x: .*data_offsets/s],
    ["unknown field", file(header({ x: { ...u8([1], 0, 1), extra: 1 } }), [0]), /x: .*extra/s],
    ["end before start", file(header({ x: u8([1], 1, 0) }), [0]), /x: bytes 1 to 0/],
    ["out of range", file(header({ x: u8([2], 0, 2) }), [0]), /x: bytes 0 to 2 are not within 1/],
    ["shape and bytes disagree", file(header({ x: u8([3], 0, 2) }), [0, 0]), /x: 2 bytes are not U8/],
    ["shape overflows", file(header({ x: u8([2 ** 40, 2 ** 40], 0, 1) }), [0]), /too large/],
    ["overlap", file(header({ a: u8([2], 0, 2), b: u8([2], 1, 3) }), [0, 0, 0]), /b overlaps/],
    ["hole", file(header({ a: u8([1], 0, 1), b: u8([1], 2, 3) }), [0, 0, 0]), /1 to 2 belong to no tensor/],
    ["rest", file(header({ a: u8([1], 0, 1) }), [0, 0]), /1 to 2 belong to no tensor/],
    ["metadata of numbers", file('{"__metadata__":{"a":1}}'), /__metadata__/],
  ])("%s", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(SafetensorsError);
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  test("any damage to a sound file either reads or throws a SafetensorsError", () => {
    const sound = encodeSafetensors(
      new Map([
        ["a", float32Tensor(Float32Array.of(1, 2), [2])],
        ["b", int64Tensor(BigInt64Array.of(3n), [1])],
      ]),
    );
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.nat(255), fc.nat(sound.length), (at, value, length) => {
        const damaged = sound.slice(0, length);
        if (at < length) damaged[at] = value;
        try {
          decodeSafetensors(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("writing", () => {
  const dtypes = { U8: 1, BF16: 2, I32: 4, F32: 4, I64: 8 } as const;
  const tensor = fc
    .record({
      dtype: fc.constantFrom(...(Object.keys(dtypes) as (keyof typeof dtypes)[])), // Object.keys forgets the type
      shape: fc.array(fc.nat(4), { maxLength: 3 }),
    })
    .chain(({ dtype, shape }) => {
      const length = shape.reduce((a, b) => a * b, dtypes[dtype]);
      return fc
        .uint8Array({ minLength: length, maxLength: length })
        .map((data): StoredTensor => ({ dtype, shape, data }));
    });
  const names = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("__proto__", "1", "constructor"));

  test("what is written is read back, in bytes that the order of the map does not change", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(names, tensor), { selector: ([name]) => name, maxLength: 5 }),
        fc.dictionary(names, fc.string(), { maxKeys: 3 }),
        (entries, metadata) => {
          const bytes = encodeSafetensors(new Map(entries), metadata);
          const decoded = decodeSafetensors(bytes);
          expect(new Map(decoded.tensors)).toEqual(new Map(entries));
          expect({ ...decoded.metadata }).toEqual({ ...metadata });
          expect(encodeSafetensors(new Map(entries.toReversed()), metadata)).toEqual(bytes);
        },
      ),
    );
  });

  test("data starts at a multiple of 8, and each tensor at a multiple of its element", () => {
    const bytes = encodeSafetensors(
      new Map<string, StoredTensor>([
        ["a", { dtype: "U8", shape: [3], data: new Uint8Array(3) }],
        ["b", float32Tensor(new Float32Array(1), [1])],
        ["c", int64Tensor(new BigInt64Array(1), [1])],
      ]),
    );
    const offsets = [...decodeSafetensors(bytes).tensors].map(([name, { data }]) => [
      name,
      data.byteOffset % 8,
    ]);
    expect(Object.fromEntries(offsets)).toEqual({ c: 0, b: 0, a: 4 });
  });

  test("refuses data that do not fit the shape, and the reserved name", () => {
    expect(() => encodeSafetensors(new Map([["x", float32Tensor(new Float32Array(3), [2])]]))).toThrow(
      /x: 12 bytes are not F32 of shape \[2\]/,
    );
    expect(() =>
      encodeSafetensors(new Map([["__metadata__", float32Tensor(new Float32Array(1), [1])]])),
    ).toThrow(SafetensorsError);
  });
});
