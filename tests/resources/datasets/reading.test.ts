import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { countKeys, duplicateKey } from "../../../shared/resources/datasets/reading/duplicate-key.ts";
import { splitArray } from "../../../shared/resources/datasets/reading/json-array.ts";
import { jsonFault } from "../../../shared/resources/datasets/reading/json-fault.ts";
import { type RowSlice, splitLines } from "../../../shared/resources/datasets/reading/lines.ts";
import { tallyLengths } from "../../../shared/resources/datasets/tally/lengths.ts";
import { sizes } from "./chunks.ts";

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe("a fault in JSON", () => {
  const json = fc.json({ maxDepth: 3 });
  const piece = fc.constantFrom(...'{}[]:,"\\ue0-.x1 tfn\n', "'", "NaN", "true", "\u0001");

  test("is found exactly where there is one", () => {
    fc.assert(
      fc.property(json, fc.nat(), fc.nat(3), piece, (text, place, removed, inserted) => {
        const at = place % (text.length + 1);
        const changed = text.slice(0, at) + inserted + text.slice(at + removed);
        const fault = jsonFault(changed);
        expect(fault === undefined).toBe(isJson(changed));
        // What comes before a fault can still become JSON: V8 faults no earlier where it says a place.
        if (fault !== undefined) expect(fault.at).toBeLessThanOrEqual(changed.length);
      }),
      { numRuns: 2000 },
    );
  });

  test.each<[string, number, RegExp]>([
    ['{"a": NaN}', 6, /NaN is no value/],
    ["{'a': 1}", 1, /double quotes/],
    ['{"a": 1,}', 8, /comma stands before/],
    ['{"a" 1}', 5, /colon is missing/],
    ["[1 2]", 3, /comma or \] is missing/],
    ['{"a": "b', 8, /middle of a text/],
    ['{"a": [1', 8, /ends before its \]/],
    ['{"a": "\\x"}', 7, /no escape/],
    ['{"a": 01}', 7, /comma or } is missing/],
    ["{} {}", 3, /something follows/],
  ])("%s at %i", (text, at, message) => {
    expect(jsonFault(text)).toEqual({ at, message: expect.stringMatching(message) });
  });
});

describe("a key that comes twice", () => {
  const key = fc.constantFrom("a", "b", 'q"', "\\", "a:", "ключ");
  const value: fc.Arbitrary<string> = fc.letrec<{ value: string; object: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.string().map((text) => JSON.stringify(text)),
      fc.integer().map(String),
      fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
      tie("object"),
    ),
    object: fc
      .array(fc.tuple(key, tie("value")), { maxLength: 4 })
      .map((entries) => `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${inner}`).join(",")}}`),
  })).object;

  /** Whether JSON.parse drops a key, told by writing what it kept. */
  const drops = (text: string) => JSON.stringify(JSON.parse(text)).length < text.length;

  test("is found if and only if there is one", () => {
    fc.assert(
      fc.property(value, (text) => {
        const twice = duplicateKey(text, countKeys(JSON.parse(text)));
        expect(twice !== undefined).toBe(drops(text));
        if (twice !== undefined) expect(text.startsWith(JSON.stringify(twice.key), twice.at)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test.each<[string, string, number]>([
    ['{"a":1,"b":{"c":[0,{"d":1,"d":2}]}}', "/b/c/1/d", 26],
    ['{ "a" : 1 , "a" : 2 }', "/a", 12],
    ['{"x":"\\"a\\":","a":1,"a":2}', "/a", 20],
  ])("%s is at %s", (text, pointer, at) => {
    expect(duplicateKey(text, countKeys(JSON.parse(text)))).toMatchObject({ pointer, at });
  });
});

describe("cutting into rows", () => {
  function cut(split: typeof splitLines, bytes: Buffer, cuts: readonly number[], limit?: number) {
    const rows: (Omit<RowSlice, "bytes" | "start" | "end" | "utf8"> & { text: string })[] = [];
    const long: { line: number; offset: number }[] = [];
    const taker = {
      row: ({ bytes: all, start, end, line, offset }: RowSlice) =>
        void rows.push({ text: all.toString("utf8", start, end), line, offset }),
      tooLong: (line: number, offset: number) => void long.push({ line, offset }),
    };
    const splitter = split(0, taker, limit);
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = cuts[i % cuts.length] ?? 1;
      splitter.push(bytes.subarray(at, at + size));
      at += size;
    }
    splitter.end();
    return { rows, long };
  }

  test("lines are those of the text, with line and offset, and the long ones are told", () => {
    const line = fc.string({ unit: fc.constantFrom("a", "é", "{", '"', "\r", " "), maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 20 }),
        sizes,
        fc.integer({ min: 1, max: 14 }),
        (texts, cuts, limit) => {
          const bytes = Buffer.from(texts.join("\n"));
          const wanted: object[] = [];
          const long: object[] = [];
          let offset = 0;
          for (const [i, text] of texts.entries()) {
            const length = Buffer.byteLength(text);
            if (length > limit) long.push({ line: i + 1, offset });
            else if (length > 0) wanted.push({ text, line: i + 1, offset });
            offset += length + 1;
          }
          expect(cut(splitLines, bytes, cuts, limit)).toEqual({ rows: wanted, long });
        },
      ),
    );
  });

  test("an array's elements are those that JSON.parse finds, with the lines they begin in", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 2 })), fc.nat(3), sizes, (values, indent, cuts) => {
        const text = JSON.stringify(values, null, indent);
        const { rows } = cut(splitArray, Buffer.from(text), cuts);
        expect(rows.map((row) => JSON.parse(row.text))).toEqual(JSON.parse(text));
        for (const { offset, line, text: row } of rows) {
          expect(Buffer.from(text).subarray(offset).toString("utf8").startsWith(row)).toBe(true);
          expect(line).toBe(Buffer.from(text).subarray(0, offset).toString().split("\n").length);
        }
      }),
    );
  });

  test("a long element is told and passed over", () => {
    const text = `[{"a":1}, "${"x".repeat(50)}", {"b":2}]`;
    const { rows, long } = cut(splitArray, Buffer.from(text), [5], 20);
    expect(rows.map((row) => JSON.parse(row.text))).toEqual([{ a: 1 }, { b: 2 }]);
    expect(long).toEqual([{ line: 1, offset: 10 }]);
  });
});

test("lengths are exact at the ends and in the mean, and within two per cent between", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10_000_000), { minLength: 1, maxLength: 200 }), (lengths) => {
      const tally = tallyLengths();
      for (const length of lengths) tally.add(length);
      const found = tally.result();
      const sorted = lengths.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
      expect(found?.min).toBe(sorted[0]);
      expect(found?.max).toBe(sorted.at(-1));
      expect(found?.mean).toBeCloseTo(lengths.reduce((sum, one) => sum + one, 0) / lengths.length, 1);
      for (const [share, value] of [
        [0.5, found?.median],
        [0.95, found?.p95],
      ] as const) {
        expect(Math.abs((value ?? 0) - at(share))).toBeLessThanOrEqual(0.02 * at(share));
      }
    }),
  );
});
