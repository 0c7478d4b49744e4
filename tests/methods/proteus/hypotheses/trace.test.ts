import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { citing, sentenceOf } from "../../../../shared/methods/proteus/hypotheses/candidate.ts";
import { fieldAt, type Ground, problemsOfText } from "../../../../shared/methods/proteus/hypotheses/trace.ts";

const groundOf = (row: object): Ground => ({
  results: {
    differential: { confidence: 0.95, contrasts: [{ level: "Ubi6", reference: "Ctrl", top: [row] }] },
  },
  entities: new Set(["RPS27A", "HUWE1", "P62979", "SET_UP", "Fatty acid metabolism"]),
});
const row = { protein: "RPS27A", logFC: 7.2963, adjusted: 1.6134e-12, count: 1234 };
const ground = groundOf(row);
const say = sentenceOf(ground.results);
const { field, percent } = citing("differential");
const of = (name: string) => field(`contrasts/0/top/0/${name}`);
const made = say`${of("protein")} is more abundant in ${field("contrasts/0/level")} than in ${field("contrasts/0/reference")}: log2 fold change ${of("logFC")} (${percent("confidence")} interval), adjusted p ${of("adjusted")}, ${of("count")} spectra.`;
const problems = (text: string, evidence = made.evidence) => problemsOfText(text, evidence, ground);

describe("tracing a text to its evidence", () => {
  test("a text of a template is borne out, as it is written", () => {
    expect(made.text).toBe(
      "RPS27A is more abundant in Ubi6 than in Ctrl: log2 fold change 7.3 (95% interval), adjusted p 1.61 × 10⁻¹², 1,234 spectra.",
    );
    expect(problems(made.text)).toEqual([]);
    // A whole number is meant exactly.
    expect(problems(made.text.replace("1,234", "1,230"))).toEqual(["1,230 is no number of the evidence"]);
  });

  test("other forms of the same numbers are the same", () => {
    for (const text of ["RPS27A: 7.30, p 1.6e-12", "RPS27A: 7.296 at 95%", "RPS27A with p 1.613 × 10⁻¹²"])
      expect(problems(text), text).toEqual([]);
  });

  test("a number that is off in its last place, by sign or by power is refused", () => {
    for (const text of [
      "7.4",
      "7.297",
      "-7.3",
      "−7.3",
      "1.61 × 10⁻¹¹",
      "1.6e-11",
      "10⁻¹²",
      "94%",
      "five",
      "0.95%",
    ])
      expect(problems(`RPS27A ${text}`), text).toHaveLength(1);
  });

  test("a name that is not cited is refused: known ones, those of several words, and what looks like one", () => {
    for (const name of ["HUWE1", "P62979", "SET_UP", "Fatty acid metabolism", "TP53", "Trp53", "EGFR"])
      expect(problems(`RPS27A goes with ${name}.`).length, name).toBeGreaterThan(0);
  });

  test("evidence that is no field, or another value, or none, is refused", () => {
    const [first] = made.evidence;
    expect(
      problems("RPS27A differs.", [{ step: "gone", path: "a", value: 1 }, ...made.evidence]),
    ).toHaveLength(1);
    expect(
      problems("RPS27A differs.", [
        { step: "differential", path: "confidence", value: 0.5 },
        ...made.evidence,
      ]),
    ).toHaveLength(1);
    expect(problems("Something differs.", [])).toEqual(["it cites no evidence"]);
    expect(first).toMatchObject({ value: "RPS27A" });
  });

  test("fields of prototypes are no fields", () => {
    expect(fieldAt(ground.results.differential, "constructor/name")).toBeUndefined();
    expect(fieldAt(ground.results.differential, "contrasts/length")).toBe(1);
  });

  test("property: what a template writes of any figures is borne out, and of other figures is not", () => {
    const figure = fc
      .double({ min: -1e6, max: 1e6, noNaN: true })
      .filter((x) => !Number.isInteger(x) && Math.abs(x) > 1e-290);
    const name = fc.stringMatching(/^[A-Z]{2,5}\d{0,3}[A-Z]?$/);
    fc.assert(
      fc.property(
        figure,
        fc.double({ min: 1e-290, max: 1, noNaN: true, maxExcluded: true }),
        name,
        name,
        (logFC, adjusted, protein, other) => {
          fc.pre(protein !== other);
          const own = groundOf({ protein, logFC, adjusted });
          const { text, evidence } = sentenceOf(
            own.results,
          )`${of("protein")} changes by ${of("logFC")}, adjusted p ${of("adjusted")}.`;
          expect(problemsOfText(text, evidence, own)).toEqual([]);
          const twice = sentenceOf(
            groundOf({ protein, logFC: 3 * logFC, adjusted }).results,
          )`${of("protein")} changes by ${of("logFC")}.`;
          fc.pre(Math.abs(3 * logFC - adjusted) > Math.abs(logFC) / 10 && Math.abs(logFC) > 1e-9);
          expect(problemsOfText(twice.text, evidence, own).length).toBeGreaterThan(0);
          const renamed = text.replace(protein, other);
          const known = { ...own, entities: new Set([protein, other]) };
          expect(problemsOfText(renamed, evidence, known).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
