import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printOutput } from "../../shared/client/draw.ts";
import {
  decimalsOf,
  formatBytes,
  formatClock,
  formatDuration,
  formatFigure,
} from "../../shared/client/figures.ts";
import type { Json } from "../../shared/client/json.ts";
import { plain, screenOn } from "../../shared/client/screen.ts";
import { fopeOutput } from "./lab.ts";

/** What the output looks like on a terminal of so many columns, or in a pipe. */
function drawn(output: Json, columns?: number): string {
  const stream = new PassThrough();
  printOutput(
    output,
    screenOn(columns === undefined ? stream : Object.assign(stream, { isTTY: true, columns })),
  );
  return stripVTControlCharacters(stream.read()?.toString() ?? "");
}

describe("the table of a result", () => {
  it("has one column for each length, with mean and spread, and says what it found", () => {
    expect(`\n${drawn(fopeOutput)}`).toMatchInlineSnapshot(`
      "
        task  compare

      Variants
        name  seeds  parameters  tokens per second
        ──────────────────────────────────────────
        rope      3     115,264             51,235
        fope      3     115,264             48,022
        yarn      3     115,264                  –

      Loss by length
        name             64            128            256            512           1024
        ───────────────────────────────────────────────────────────────────────────────
        rope  1.733 ± 0.011  1.990 ± 0.024  2.526 ± 0.050  2.920 ± 0.061  3.239 ± 0.070
        fope  1.750 ± 0.012  1.787 ± 0.016  1.881 ± 0.020  2.144 ± 0.031  2.511 ± 0.050
        yarn  1.733 ± 0.011  1.900 ± 0.020              –              –              –

      Passkey (accuracy) by length
        name             64            128            256            512           1024
        ───────────────────────────────────────────────────────────────────────────────
        rope  1.000 ± 0.000  0.830 ± 0.040  0.130 ± 0.020  0.000 ± 0.000  0.000 ± 0.000
        fope  1.000 ± 0.000  1.000 ± 0.000  1.000 ± 0.000  0.900 ± 0.050  0.740 ± 0.080

      Findings
        ✔ FoPE's loss at 4× the training length is below RoPE's
          1.881 ± 0.020 against 2.526 ± 0.050 nats a token at 256 tokens: 0.645 lower, more than the spread of the seeds.
        ✘ FoPE costs loss within the training length
          1.750 ± 0.012 against 1.733 ± 0.011 nats a token at 64 tokens: within the spread of the seeds.
      "
    `);
  });

  it("is cut into tables that fit a narrow terminal, each with its first column", () => {
    expect(`\n${drawn({ variants: fopeOutput.variants }, 60)}`).toMatchInlineSnapshot(`
      "
      Variants
        name  seeds  parameters  tokens per second
        ──────────────────────────────────────────
        rope      3     115,264             51,235
        fope      3     115,264             48,022
        yarn      3     115,264                  –

      Loss by length
        name             64            128            256
        ─────────────────────────────────────────────────
        rope  1.733 ± 0.011  1.990 ± 0.024  2.526 ± 0.050
        fope  1.750 ± 0.012  1.787 ± 0.016  1.881 ± 0.020
        yarn  1.733 ± 0.011  1.900 ± 0.020              –

        name            512           1024
        ──────────────────────────────────
        rope  2.920 ± 0.061  3.239 ± 0.070
        fope  2.144 ± 0.031  2.511 ± 0.050
        yarn              –              –

      Passkey (accuracy) by length
        name             64            128            256
        ─────────────────────────────────────────────────
        rope  1.000 ± 0.000  0.830 ± 0.040  0.130 ± 0.020
        fope  1.000 ± 0.000  1.000 ± 0.000  1.000 ± 0.000

        name            512           1024
        ──────────────────────────────────
        rope  0.000 ± 0.000  0.000 ± 0.000
        fope  0.900 ± 0.050  0.740 ± 0.080
      "
    `);
  });

  it("leaves the spread away where there is none, as with one seed", () => {
    const loss = [
      { length: 64, mean: 1.5, sd: 0 },
      { length: 128, mean: 1.75, sd: 0 },
    ];
    expect(drawn({ variants: [{ name: "rope", loss }] })).not.toContain("±");
  });

  it("puts curves that stand side by side into one table", () => {
    const curve = (first: number) => [
      { length: 64, loss: first },
      { length: 128, loss: first + 0.25 },
    ];
    const output = { task: "continue", before: curve(2), converted: curve(3.5), after: curve(1.75) };
    expect(`\n${drawn(output)}`).toMatchInlineSnapshot(`
      "
        task  continue

      Loss by length
                      64    128
        ───────────────────────
        before     2.000  2.250
        converted  3.500  3.750
        after      1.750  2.000
      "
    `);
  });

  it("shows a long list of numbers by its ends, and a long table by its beginning", () => {
    const frequencies = Array.from({ length: 32 }, (_, index) => 10_000 ** (-index / 32));
    const rows = Array.from({ length: 100 }, (_, index) => ({ hypothesis: `h${index}`, score: 100 - index }));
    const text = drawn({ liveFrequencies: 32, frequencies, rows });
    expect(text).toContain("live frequencies  32\n");
    expect(text).toContain("(32)");
    expect(text).toContain("Rows (the first 40 of 100)");
    expect(text).toContain("h39");
    expect(text).not.toContain("h40");
  });

  it("fits any terminal, whatever a method gives", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 3, noUnicodeString: true }),
        fc.integer({ min: 40, max: 120 }),
        (output, columns) => {
          const block = drawn(output as Json, columns);
          expect(typeof block).toBe("string");
        },
      ),
    );
    const word = fc.stringMatching(/^[a-z]{1,10}$/);
    const record = fc.record({
      name: word,
      note: fc.array(word, { maxLength: 20 }).map((words) => words.join(" ")),
      score: fc.double({ noNaN: true, min: 0, max: 1e6 }),
    });
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 48, max: 120 }),
        (records, columns) => {
          const lines = drawn({ records }, columns).split("\n");
          expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });

  it("lets nothing from a method steer the terminal", () => {
    const steer = "\u001b]0;title\u0007\u001b[2Jrope\r\b";
    const text = drawn({
      task: steer,
      variants: [{ name: steer, score: 1 }],
      findings: [{ text: steer, holds: true }],
    });
    expect([...text].filter((character) => /\p{Cc}/u.test(character) && character !== "\n")).toEqual([]);
    expect(text).toContain("rope");
    expect(plain("a\u001b[31mb\tc\nd")).toBe("ab\tc\nd");
  });
});

describe("figures", () => {
  it("share their decimals so that they line up", () => {
    const format = (figures: number[]) => figures.map((figure) => formatFigure(figure, decimalsOf(figures)));
    expect(format([1.5, 3.2394])).toEqual(["1.500", "3.239"]);
    expect(format([51_234.5, 900.25])).toEqual(["51,235", "900"]);
    expect(format([1, 20_000])).toEqual(["1", "20,000"]);
    expect(format([0.5, 0.83])).toEqual(["0.500", "0.830"]);
    expect(format([0.0005, 0.0012])).toEqual(["0.00050", "0.00120"]);
    expect(format([2.5, 1e-7])).toEqual(["2.500", "1.0e-7"]);
    expect(format([-3.14249, 2])).toEqual(["-3.142", "2.000"]);
    expect(format([0, 0.25])).toEqual(["0.000", "0.250"]);
    expect(format([Number.NaN])).toEqual(["NaN"]);
  });

  it.each([
    [0, "0.0 s", "0:00"],
    [9.94, "9.9 s", "0:10"],
    [9.96, "10 s", "0:10"],
    [59.7, "1 min 0 s", "1:00"],
    [200, "3 min 20 s", "3:20"],
    [7_530, "2 h 6 min", "2:05:30"],
    [90_000, "1 d 1 h", "25:00:00"],
  ])("%d seconds", (seconds, duration, clock) => {
    expect(formatDuration(seconds)).toBe(duration);
    expect(formatClock(seconds)).toBe(clock);
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_300_000, "1.3 MB"],
    [123_456_789, "123 MB"],
  ])("%d bytes", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
