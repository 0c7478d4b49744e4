import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { corpusScore, sentenceScore } from "../../shared/metrics/corpus.ts";
import { createEditTable } from "../../shared/metrics/edit-distance.ts";
import { type TerOptions, ter } from "../../shared/metrics/ter.ts";
import { translationEdits } from "../../shared/metrics/translation-edits.ts";
import { expectSacrebleus, shortText } from "./cases.ts";

describe("sacrebleu's own tests", () => {
  test.each([
    ["aaaa bbbb cccc dddd", "aaaa bbbb cccc dddd", 0],
    ["dddd eeee ffff", "aaaa bbbb cccc", 100],
    ["", "a", 100],
    ["a", "", 100],
    ["", "", 0],
    ["d e f g h a b c", "a b c d e f g h", 12.5],
  ])("%j against %j: %d", (answer, reference, expected) => {
    expect(sentenceScore(ter(), answer, [reference])).toBe(expected);
  });

  test("sentences of WMT", () => {
    const pairs = [
      [
        'wählen Sie " Bild neu berechnen , " um beim Ändern der Bildgröße Pixel hinzuzufügen oder zu entfernen , damit das Bild ungefähr dieselbe Größe aufweist wie die andere Größe .',
        'wählen Sie " Bild neu berechnen , " um beim Ändern der Bildgröße Pixel hinzuzufügen oder zu entfernen , damit die Darstellung des Bildes in einer anderen Größe beibehalten wird .',
      ],
      [
        'wenn Sie alle Aufgaben im aktuellen Dokument aktualisieren möchten , wählen Sie im Menü des Aufgabenbedienfelds die Option " Alle Aufgaben aktualisieren . "',
        'wenn Sie alle Aufgaben im aktuellen Dokument aktualisieren möchten , wählen Sie im Menü des Aufgabenbedienfelds die Option " Alle Aufgaben aktualisieren . "',
      ],
      [
        'klicken Sie auf der Registerkarte " Optionen " auf die Schaltfläche " Benutzerdefiniert " und geben Sie Werte für " Fehlerkorrektur-Level " und " Y / X-Verhältnis " ein .',
        'klicken Sie auf der Registerkarte " Optionen " auf die Schaltfläche " Benutzerdefiniert " und geben Sie für " Fehlerkorrektur-Level " und " Y / X-Verhältnis " niedrigere Werte ein .',
      ],
      [
        "Sie können beispielsweise ein Dokument erstellen , das ein Auto über die Bühne enthält .",
        "Sie können beispielsweise ein Dokument erstellen , das ein Auto enthalt , das sich über die Bühne bewegt .",
      ],
      [
        'wählen Sie im Dialogfeld " Neu aus Vorlage " eine Vorlage aus und klicken Sie auf " Neu . "',
        'wählen Sie im Dialogfeld " Neu aus Vorlage " eine Vorlage aus und klicken Sie auf " Neu . "',
      ],
    ].map(([answer = "", reference = ""]) => ({ answer, references: [reference] }));
    expect(corpusScore(ter(), pairs)).toBeCloseTo(13.6, 3);
  });
});

test("one substitution in six words", () => {
  expect(sentenceScore(ter(), "the cat sat on the mat", ["the cat is on the mat"])).toBeCloseTo(16.666667, 6);
});

test("the fewest edits against the mean length of the references", () => {
  expect([...ter().statistics("a b c d", ["a b c d e f", "a x"])]).toEqual([2, 4]);
});

describe("sacrebleu's scores of all cases", () => {
  test.each([
    ["ter", { asianSupport: false }],
    ["ter asian", { normalized: true, asianSupport: true }],
    ["ter words", { noPunctuation: true, caseSensitive: true, asianSupport: false }],
  ] satisfies [string, TerOptions][])("%s", (name, options) => expectSacrebleus(name, ter(options), 15));
});

test("Chinese is parted into characters by itself", () => {
  const pair = ["水的沸点是一百度", ["水在一百度沸腾"]] as const;
  const found = sentenceScore(ter(), ...pair);
  expect(found).toBe(sentenceScore(ter({ normalized: true, asianSupport: true }), ...pair));
  expect(sentenceScore(ter({ asianSupport: false }), ...pair)).toBe(100);
});

const table = createEditTable();
const edits = (answer: readonly number[], reference: readonly number[]) =>
  translationEdits(Int32Array.from(answer), Int32Array.from(reference), table);

/** Levenshtein's distance by its recursion. */
function distance(one: readonly number[], other: readonly number[]): number {
  if (one.length === 0 || other.length === 0) return one.length + other.length;
  const [first, ...rest] = one;
  const [otherFirst, ...otherRest] = other;
  if (first === otherFirst) return distance(rest, otherRest);
  return 1 + Math.min(distance(rest, otherRest), distance(rest, other), distance(one, otherRest));
}

/** The fewest edits when any block of words may move anywhere, as often as it helps: a search through all texts. */
function fewestEdits(answer: readonly number[], reference: readonly number[]): number {
  let best = distance(answer, reference);
  let texts = new Map([[answer.join(), answer]]);
  const seen = new Set(texts.keys());
  for (let shifts = 1; shifts < best; shifts++) {
    const next = new Map<string, readonly number[]>();
    for (const words of texts.values()) {
      for (const moved of allShifts(words)) {
        if (seen.has(moved.join())) continue;
        seen.add(moved.join());
        next.set(moved.join(), moved);
        best = Math.min(best, shifts + distance(moved, reference));
      }
    }
    texts = next;
  }
  return best;
}

function* allShifts(words: readonly number[]) {
  for (let start = 0; start < words.length; start++) {
    for (let end = start + 1; end <= words.length; end++) {
      const rest = [...words.slice(0, start), ...words.slice(end)];
      for (let at = 0; at <= rest.length; at++) yield rest.toSpliced(at, 0, ...words.slice(start, end));
    }
  }
}

const fewWords = fc.array(fc.nat(3), { maxLength: 5 });

describe("for all texts", () => {
  test("the greedy search finds edits between the fewest and those without shifts", () => {
    fc.assert(
      fc.property(fewWords, fewWords, (answer, reference) => {
        const found = edits(answer, reference);
        expect(found).toBeGreaterThanOrEqual(fewestEdits(answer, reference));
        expect(found).toBeLessThanOrEqual(distance(answer, reference));
      }),
      { numRuns: 60 },
    );
  });

  test("of different words, one block in the wrong place is one edit, as in the full search", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 6 }),
        fc.nat(5),
        fc.nat(5),
        fc.integer({ min: 1, max: 3 }),
        (length, start, at, size) => {
          const reference = Array.from({ length }, (_, word) => word);
          const block = reference.slice(start, start + size);
          const answer = reference.filter((word) => !block.includes(word)).toSpliced(at, 0, ...block);
          const found = edits(answer, reference);
          expect(found).toBe(fewestEdits(answer, reference));
          expect(found).toBe(answer.join() === reference.join() ? 0 : 1);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("0 for a reference itself, and never below", () => {
    fc.assert(
      fc.property(shortText, shortText, (text, other) => {
        expect(sentenceScore(ter(), text, [other, text])).toBe(0);
        expect(sentenceScore(ter(), text, [other])).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
