import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memorySource } from "../../shared/lm/model-source.ts";
import { asFloat32, encodeSafetensors, type StoredTensor } from "../../shared/lm/safetensors.ts";
import { readTensor, tensorDirectory } from "../../shared/lm/tensor-directory.ts";

const encodeJson = (content: object) => new TextEncoder().encode(JSON.stringify(content));

const tensor = fc
  .record({
    dtype: fc.constantFrom("F16", "BF16", "F32", "F64"),
    shape: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }),
    seed: fc.integer({ min: 0, max: 255 }),
  })
  .map(({ dtype, shape, seed }): StoredTensor => {
    const size = { F16: 2, BF16: 2, F32: 4, F64: 8 }[dtype];
    const count = shape.reduce((product, side) => product * side, 1);
    return { dtype, shape, data: Uint8Array.from({ length: count * size }, (_, i) => (i * 37 + seed) % 120) };
  });

test("tensors over any shards, read in pieces of any size, are those of one file", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.stringMatching(/^[a-z.]{1,8}$/), tensor, { minKeys: 1, maxKeys: 6 }),
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 6, maxLength: 6 }),
      fc.constantFrom(8, 16, 24, 2 ** 20),
      async (tensors, shards, piece) => {
        const named = Object.entries(tensors);
        const nameOf = (i: number) => `model-0000${shards[i]}.safetensors`;
        const files = new Map(
          [0, 1, 2].map((shard) => [
            `model-0000${shard}.safetensors`,
            encodeSafetensors(new Map(named.filter((_, i) => shards[i] === shard))),
          ]),
        );
        const weight_map = Object.fromEntries(named.map(([name], i) => [name, nameOf(i)]));
        files.set("model.safetensors.index.json", encodeJson({ metadata: {}, weight_map }));
        const source = memorySource(files);
        const directory = await tensorDirectory(source);
        expect([...directory.keys()].sort()).toEqual(named.map(([name]) => name).sort());
        for (const [name, stored] of named) {
          const place = directory.get(name);
          if (place === undefined) throw new Error(`no ${name}`);
          expect(place.shape).toEqual(stored.shape);
          expect(await readTensor(source, name, place, piece)).toEqual(asFloat32(stored));
        }
      },
    ),
    { numRuns: 50 },
  );
});

describe("what does not fit together is refused, by name", () => {
  const one: StoredTensor = { dtype: "F32", shape: [2], data: new Uint8Array(8) };
  const directoryOf = (files: Readonly<Record<string, Uint8Array>>) =>
    tensorDirectory(memorySource(new Map(Object.entries(files))));
  const shard = (...names: string[]) => encodeSafetensors(new Map(names.map((name) => [name, one])));
  const index = (weight_map: unknown) => encodeJson({ weight_map });

  test("no weights at all", async () => {
    await expect(directoryOf({})).rejects.toThrow("there is no model.safetensors");
  });

  test("a shard, or a tensor of it, that is not there", async () => {
    const files = { "model.safetensors.index.json": index({ a: "1.safetensors", b: "2.safetensors" }) };
    await expect(directoryOf({ ...files, "1.safetensors": shard("a") })).rejects.toThrow(
      "there is no 2.safetensors",
    );
    const shards = { "1.safetensors": shard("a"), "2.safetensors": shard("c") };
    await expect(directoryOf({ ...files, ...shards })).rejects.toThrow(
      "tensor b is missing in 2.safetensors",
    );
    const twice = { "1.safetensors": shard("a", "b"), "2.safetensors": shard("b") };
    await expect(directoryOf({ ...files, ...twice })).rejects.toThrow(
      "tensor b is in 2.safetensors and in another",
    );
  });

  test("an index that is none", async () => {
    await expect(directoryOf({ "model.safetensors.index.json": index(3) })).rejects.toThrow(
      /model\.safetensors\.index\.json: .*weight_map/s,
    );
  });

  test("a header that does not fit its file", async () => {
    const cut = shard("a").slice(0, -1);
    await expect(directoryOf({ "model.safetensors": cut })).rejects.toThrow(
      /^model\.safetensors: a: bytes 0 to 8/,
    );
    await expect(directoryOf({ "model.safetensors": cut.slice(0, 5) })).rejects.toThrow("no header length");
    await expect(directoryOf({ "model.safetensors": cut.slice(0, 20) })).rejects.toThrow(
      "does not fit a file of 20",
    );
  });

  test("integers, which quantised weights are", async () => {
    const source = memorySource(new Map());
    const place = { file: "x", dtype: "I8", shape: [2], from: 0, to: 2 } as const;
    await expect(readTensor(source, "a.weight", place)).rejects.toThrow("tensor a.weight is of I8");
  });
});
