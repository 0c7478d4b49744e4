import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../../shared/lm/random.ts";
import { bigramDivergence, bigramsOf, countBigrams, epsilon } from "../../../shared/methods/tma/bigrams.ts";
import { divergencesOf, fractions } from "../../../shared/methods/tma/statistics.ts";
import { families } from "../../../shared/methods/tma/synthetic/families.ts";
import { syntheticData } from "../../../shared/methods/tma/synthetic/generate.ts";
import {
  addText,
  ngramCounter,
  noFrequencies,
  sketch,
  weightsOf,
} from "../../../shared/methods/tma/tfidf.ts";
import { dot } from "./brute-force.ts";

const { signal } = new AbortController();

describe("bigrams", () => {
  test("are pairs of neighbouring words in lower case", () => {
    expect([...bigramsOf("It's a cat; A CAT!")]).toEqual(["it's a", "a cat", "cat a", "a cat"]);
  });

  test("KL by hand: p (2/3, 1/3) against q (1/2, 0) of four", () => {
    const reference = countBigrams(["a b a b", ""]);
    expect([...reference.counts]).toEqual([2, 1]);
    const expected =
      (2 / 3) * Math.log((2 / 3 + epsilon) / (0.5 + epsilon)) +
      (1 / 3) * Math.log((1 / 3 + epsilon) / epsilon);
    expect(bigramDivergence(reference, Float64Array.of(2, 0), 4)).toBeCloseTo(expected, 10);
    expect(bigramDivergence(reference, Float64Array.of(2, 1), 3)).toBeCloseTo(0, 12);
  });

  test("of the beginnings of orders are those of their texts alone", async () => {
    const words = "a b c d".split(" ");
    const random = createRandom(1, "texts");
    const texts = Array.from({ length: 30 }, () =>
      Array.from({ length: 6 }, () => words[random.integer(4)]).join(" "),
    );
    const rows = texts.map((text) => ({ instruction: text, output: "" }));
    const source = {
      name: "rows",
      rows: async function* () {
        yield* rows;
      },
    };
    const orders = [Int32Array.from(rows.keys()).reverse(), Int32Array.of(5, 1, 29)];
    const reference = countBigrams(["a b c d a", "c c"]);
    const found = await divergencesOf(orders, reference, { source, text: (row) => row.instruction, signal });
    for (const order of orders) {
      for (const [at, fraction] of fractions.entries()) {
        const first = [...order.subarray(0, Math.max(1, Math.round(fraction * order.length)))];
        const counted = countBigrams(first.map((item) => texts[item] ?? ""));
        const known = Float64Array.from(
          reference.numbers.keys(),
          (bigram) => counted.counts[counted.numbers.get(bigram) ?? -1] ?? 0,
        );
        expect(found.get(order)?.[at]).toBeCloseTo(bigramDivergence(reference, known, counted.total), 10);
      }
    }
  });
});

describe("TF-IDF of character n-grams", () => {
  const range = { shortest: 2, longest: 3 };

  test("counts the n-grams of padded words", () => {
    const { buckets, countOf } = ngramCounter(range)("Abab");
    // " a" " ab" "ab" "aba" "ba" "bab" "ab" "ab " "b ": eight, "ab" twice.
    expect(buckets).toHaveLength(8);
    expect(buckets.map(countOf).toSorted((a, b) => b - a)).toEqual([2, 1, 1, 1, 1, 1, 1, 1]);
  });

  test("forgets the last text", () => {
    const count = ngramCounter(range);
    const first = [...count("hello there").buckets];
    count("something else");
    const again = count("hello there");
    expect(again.buckets).toEqual(first);
    expect(again.buckets.map(again.countOf)).toEqual(
      first.map((bucket) => (bucket === first[0] ? 1 : again.countOf(bucket))),
    );
  });

  test("weighs by (1 + ln tf) (1 + ln((1 + N) / (1 + df))), to length 1", () => {
    const count = ngramCounter({ shortest: 3, longest: 3 });
    const { counts } = noFrequencies();
    for (const text of ["x", "x y"]) addText({ counts }, count(text));
    const weights = [...weightsOf(count("x y y"), { texts: 2, counts }).values()];
    const [x, y] = [1 + Math.log(3 / 3), (1 + Math.log(2)) * (1 + Math.log(3 / 2))];
    expect(weights[0]).toBeCloseTo(x / Math.hypot(x, y), 10);
    expect(weights[1]).toBeCloseTo(y / Math.hypot(x, y), 10);
  });

  test("of an empty text has no weights", () => {
    expect(weightsOf(ngramCounter(range)(" \n"), noFrequencies()).size).toBe(0);
  });

  test("sketched has the sparse vectors' cosines, to about 1 / sqrt(dimensions)", () => {
    const { items } = syntheticData({ families: 24, perFamily: 5, targets: 1, tests: 2 }, 1);
    const count = ngramCounter({ shortest: 3, longest: 5 });
    const { counts } = noFrequencies();
    for (const { instruction } of items) addText({ counts }, count(instruction));
    const sparse = items.map(({ instruction }) =>
      weightsOf(count(instruction), { texts: items.length, counts }),
    );
    const errorAt = (dimensions: number) => {
      const dense = sparse.map((weights) => {
        const vector = new Float32Array(dimensions);
        sketch(weights, vector);
        return vector;
      });
      const errors = sparse.flatMap((a, i) =>
        sparse.slice(i + 1).map((b, j) => {
          const exact = [...a].reduce((sum, [bucket, weight]) => sum + weight * (b.get(bucket) ?? 0), 0);
          return dot(dense[i] ?? [], dense[i + 1 + j] ?? []) - exact;
        }),
      );
      return Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    };
    expect(errorAt(1024)).toBeLessThan(1.3 / Math.sqrt(1024));
    expect(errorAt(64) / errorAt(1024)).toBeGreaterThan(3);
  });
});

describe("generated task families", () => {
  const settings = { families: 24, perFamily: 20, targets: 3, tests: 31 };
  const { items, tests } = syntheticData(settings, 5);
  const answered = (task: string, check: (asked: string, output: string) => void) => {
    const rows = [...items, ...tests].filter((row) => row.task === task);
    expect(rows.length).toBeGreaterThanOrEqual(20);
    for (const { instruction, output } of rows) check(instruction, output);
  };
  const numbersIn = (text: string) => (text.match(/\d+/g) ?? []).map(Number);

  test("are 24, each with as many items as asked for, and test items of as many of them", () => {
    expect(families).toHaveLength(24);
    expect(new Set(families.map(({ name }) => name)).size).toBe(24);
    expect(items).toHaveLength(480);
    for (const { name } of families) expect(items.filter(({ task }) => task === name)).toHaveLength(20);
    expect(tests).toHaveLength(31);
    expect(new Set(tests.map(({ task }) => task)).size).toBe(3);
  });

  test("follow from the seed", () => {
    expect(syntheticData(settings, 5)).toEqual({ items, tests });
    expect(syntheticData(settings, 6).items).not.toEqual(items);
  });

  test("answer their questions", () => {
    answered("addition", (asked, output) => {
      expect(numbersIn(asked).reduce((sum, value) => sum + value, 0)).toBe(Number(output));
    });
    answered("comparison", (asked, output) => expect(Math.max(...numbersIn(asked))).toBe(Number(output)));
    answered("parity", (asked, output) => {
      expect(output).toBe((numbersIn(asked)[0] ?? 0) % 2 === 1 ? "odd" : "even");
    });
    answered("sequence", (asked, output) => {
      const [a = 0, b = 0, , d = 0] = numbersIn(asked);
      expect(Number(output)).toBe(d + b - a);
    });
    answered("alphabet", (asked, output) => {
      const words = asked.slice(asked.indexOf(": ") + 2).split(", ");
      expect(output.split(", ")).toEqual(words.sort());
    });
    answered("reversal", (asked, output) => expect(asked).toContain([...output].reverse().join("")));
    answered("date", (asked, output) => {
      const [day, year] = numbersIn(asked);
      const date = new Date(`${output}T00:00:00Z`);
      expect([date.getUTCDate(), date.getUTCFullYear()]).toEqual([day, year]);
      expect(asked).toContain(date.toLocaleString("en", { month: "long", timeZone: "UTC" }));
    });
    answered("weekday", (asked, output) => {
      const days = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
      expect(asked).toContain(days[(days.indexOf(output) + 6) % 7]);
    });
  });

  test("leave no placeholder and no blank answer", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed, "family");
        for (const { write } of families) {
          const { instruction, output } = write(random);
          expect(`${instruction} ${output}`).not.toMatch(/undefined|_/);
          expect(output.trim()).not.toBe("");
        }
      }),
      { numRuns: 20 },
    );
  });
});
