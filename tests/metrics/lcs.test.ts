import fc from "fast-check";
import { expect, test } from "vitest";
import { lcsLength, lcsPattern, markLcs } from "../../shared/metrics/lcs.ts";

/** The table of the textbook. */
function table(pattern: Int32Array, text: Int32Array): number[][] {
  const rows = [new Array<number>(text.length + 1).fill(0)];
  for (const token of pattern) {
    const above = rows.at(-1) ?? [];
    const row = [0];
    for (const [j, other] of text.entries()) {
      row.push(token === other ? (above[j] ?? 0) + 1 : Math.max(above[j + 1] ?? 0, row[j] ?? 0));
    }
    rows.push(row);
  }
  return rows;
}

/** rouge-score's walk back through the table. */
function walkBack(pattern: Int32Array, text: Int32Array): number[] {
  const lengths = table(pattern, text);
  const marks = new Array<number>(pattern.length).fill(0);
  let [i, j] = [pattern.length, text.length];
  while (i > 0 && j > 0) {
    if (pattern[i - 1] === text[j - 1]) {
      marks[i - 1] = 1;
      i--;
      j--;
    } else if ((lengths[i]?.[j - 1] ?? 0) > (lengths[i - 1]?.[j] ?? 0)) j--;
    else i--;
  }
  return marks;
}

/** Up to 100 tokens: one, two, three and four words of bits. */
const tokens = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 100 }))
  .chain(([kinds, length]) => fc.array(fc.nat(kinds), { minLength: length, maxLength: length }))
  .map((ids) => Int32Array.from(ids));

test("the length is the table's", () => {
  fc.assert(
    fc.property(tokens, tokens, (pattern, text) => {
      expect(lcsLength(lcsPattern(pattern), text)).toBe(table(pattern, text).at(-1)?.at(-1));
    }),
    { numRuns: 300 },
  );
});

test("the marked subsequence is the table's", () => {
  fc.assert(
    fc.property(tokens, tokens, (pattern, text) => {
      const marks = new Uint8Array(pattern.length);
      markLcs(lcsPattern(pattern), text, marks);
      expect([...marks]).toEqual(walkBack(pattern, text));
    }),
    { numRuns: 300 },
  );
});

test.each([0, 31, 32, 33, 64, 65])("a text of %i equal tokens against itself", (length) => {
  const text = new Int32Array(length).fill(3);
  expect(lcsLength(lcsPattern(text), text)).toBe(length);
});
