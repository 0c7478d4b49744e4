import fc from "fast-check";
import { expect, test } from "vitest";
import { didYouMean, distance, nearest } from "../../shared/resources/nearest.ts";

test.each([
  ["cuont", "count"],
  ["batchh", "batch"],
  ["stpes", "steps"],
  ["SEEDS", "seeds"],
  ["learningrate", "learningRate"],
  ["warmpu", "warmup"],
  ["x", undefined],
  ["variant", "variants"],
  ["completely", undefined],
])("%s most likely meant %s", (word, meant) => {
  const known = ["count", "batch", "steps", "seeds", "learningRate", "warmup", "variants"];
  expect(nearest(word, known)).toBe(meant);
});

test("a hint ends a sentence, or is nothing", () => {
  expect(didYouMean("fpoe", ["fope", "calf"])).toBe("; did you mean fope?");
  expect(didYouMean("nonsense", ["fope", "calf"])).toBe("");
});

/** Every word that one edit makes of `word`, over `letters`; an edit behind place `from`, and where it ends. */
function edits(word: string, from: number, letters: readonly string[]): { made: string; next: number }[] {
  const made: { made: string; next: number }[] = [];
  for (let at = from; at <= word.length; at++) {
    const [before, after] = [word.slice(0, at), word.slice(at)];
    for (const letter of letters) made.push({ made: before + letter + after, next: at + 1 });
    if (after === "") continue;
    made.push({ made: before + after.slice(1), next: at });
    for (const letter of letters) made.push({ made: before + letter + after.slice(1), next: at + 1 });
    const [first = "", second = ""] = after;
    if (second !== "") made.push({ made: before + second + first + after.slice(2), next: at + 2 });
  }
  return made;
}

/** The fewest edits, done from left to right and none within what another made: by trying all of them. */
function fewestEdits(from: string, to: string): number {
  const letters = [...new Set(to)];
  let reached = new Map([[from, 0]]);
  for (let count = 0; ; count++) {
    if (reached.has(to)) return count;
    const further = new Map<string, number>();
    for (const [word, place] of reached) {
      for (const { made, next } of edits(word, place, letters)) {
        if (made.length > from.length + to.length) continue;
        further.set(made, Math.min(next, further.get(made) ?? Number.POSITIVE_INFINITY));
      }
    }
    reached = further;
  }
}

test("a swap of neighbours is one edit", () => {
  expect(distance("ab", "ba")).toBe(1);
  expect(distance("stpes", "steps")).toBe(1);
  // Not 2: letters that were swapped are not edited again.
  expect(distance("ca", "abc")).toBe(3);
});

test("the distance is the fewest edits there are", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 4 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(distance(a, b)).toBe(fewestEdits(a, b));
      expect(distance(b, a)).toBe(distance(a, b));
    }),
    { numRuns: 200 },
  );
});
