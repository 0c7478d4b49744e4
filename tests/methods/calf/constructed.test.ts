import { describe, expect, test } from "vitest";
import { instructions, padding } from "../../../shared/methods/calf/constructed/filler.ts";
import {
  constructedAnswers,
  constructedJudgements,
  referenceOf,
} from "../../../shared/methods/calf/constructed/judgements.ts";
import { questions, readQuestions } from "../../../shared/methods/calf/constructed/questions.ts";
import { perturbationNames } from "../../../shared/methods/calf/names.ts";

const all = [...constructedJudgements({ perturbations: perturbationNames, variants: 2 }, 7)];
const judged = all.filter(({ probe }) => probe === undefined);
const questionOf = (text: string) => {
  const found = questions.find((question) => question.text === text);
  if (found === undefined) throw new Error(`no question ${text}`);
  return found;
};
/** The better answer and the other; either order of a tie. */
const sides = ({ first, second, label }: (typeof all)[number]) =>
  label === 1 ? { better: second, worse: first } : { better: first, worse: second };
const count = (text: string, parts: readonly string[]) => parts.filter((part) => text.includes(part)).length;
const of = (setting: string) =>
  judged
    .filter((one) => one.setting === setting)
    .map((one) => {
      const { facts } = questionOf(one.question);
      return { ...one, ...sides(one), facts, right: facts.map(({ reworded }) => reworded.right) };
    });

describe("the questions", () => {
  test("are at least 60, in two languages, each with four facts or more in two wordings, true and false", () => {
    expect(questions.length).toBeGreaterThanOrEqual(60);
    expect(new Set(questions.map(({ text }) => text)).size).toBe(questions.length);
    expect(new Set(questions.map(({ language }) => language))).toEqual(new Set(["en", "zh"]));
    for (const { facts, text } of questions) {
      expect(facts.length, text).toBeGreaterThanOrEqual(4);
      for (const { plain, reworded } of facts) {
        const forms = [plain.right, plain.wrong, reworded.right, reworded.wrong];
        expect(new Set(forms).size, plain.right).toBe(4);
        expect(forms.join("")).not.toMatch(/[{}|]/);
      }
    }
  });

  test("that are not written as they have to be are refused with their line", () => {
    expect(() => readQuestions("Why?\n+ a {b|c}\n~ d {e|f}", "en")).toThrow(/begins with "\? ".*Why/);
    expect(() => readQuestions("? Why?\n+ a {b|c}", "en")).toThrow(/"~ " belongs here, not the end/);
    expect(() => readQuestions("? Why?\n+ a\n~ d {e|f}", "en")).toThrow(/a slot \{true\|false\}: a/);
  });
});

describe("constructed judgements", () => {
  test("are one for each question, perturbation and variant, the same for the same seed", () => {
    expect(judged).toHaveLength(questions.length * perturbationNames.length * 2);
    expect([...constructedJudgements({ perturbations: perturbationNames, variants: 2 }, 7)]).toEqual(all);
    expect([...constructedJudgements({ perturbations: perturbationNames, variants: 2 }, 8)]).not.toEqual(all);
    for (const { question, reference } of judged) expect(reference).toBe(referenceOf(questionOf(question)));
  });

  test("the better answer stands on either side about as often", () => {
    const labels = judged.filter(({ label }) => label !== 2).map(({ label }) => label);
    const first = labels.filter((label) => label === 0).length;
    expect(Math.abs(first - labels.length / 2)).toBeLessThan(3 * Math.sqrt(labels.length / 4));
  });

  test("the better answer states every fact, and the other is what its setting says", () => {
    for (const { better, right } of perturbationNames.filter((name) => name !== "restated").flatMap(of)) {
      expect(count(better, right)).toBe(right.length);
    }
    for (const { worse, right } of of("dropped"))
      expect(count(worse, right)).toBe(Math.floor(right.length / 2));
    for (const { better, worse, facts, right } of of("contradicted")) {
      expect(count(worse, right)).toBe(right.length - 1);
      expect(
        count(
          worse,
          facts.map(({ reworded }) => reworded.wrong),
        ),
      ).toBe(1);
      expect(better).not.toBe(worse);
    }
    for (const { better, worse, right, question } of of("padded")) {
      expect(count(worse, right)).toBe(Math.floor(right.length / 2));
      expect(worse.length).toBeGreaterThan(better.length);
      expect(count(worse, padding[questionOf(question).language])).toBeGreaterThan(0);
    }
    for (const { worse, facts } of of("copied")) {
      expect(
        count(
          worse,
          facts.map(({ plain }) => plain.right),
        ),
      ).toBe(facts.length - 1);
      expect(
        count(
          worse,
          facts.map(({ plain }) => plain.wrong),
        ),
      ).toBe(1);
    }
    for (const { worse, right } of of("unrelated")) expect(count(worse, right)).toBe(0);
    for (const { worse, right, question } of of("injected")) {
      expect(count(worse, right)).toBe(Math.floor(right.length / 2));
      expect(count(worse, instructions[questionOf(question).language])).toBe(1);
    }
  });

  test("ties have the same facts, in another order or in other words", () => {
    for (const { first, second, label, right } of of("reordered")) {
      expect([label, count(first, right), count(second, right)]).toEqual([2, right.length, right.length]);
      expect(first).not.toBe(second);
    }
    for (const { first, second, label, reference } of of("restated")) {
      expect(label).toBe(2);
      expect([first, second]).toContain(reference);
    }
  });

  test("probes add a request, and its words in another order, to the same half of the facts", () => {
    const probes = (kind: string) => all.filter(({ probe }) => probe === kind);
    expect([probes("instruction").length, probes("shuffled").length]).toEqual([
      questions.length,
      questions.length,
    ]);
    for (const [at, instruction] of probes("instruction").entries()) {
      const shuffled = probes("shuffled")[at];
      expect(instruction.second).toBe(shuffled?.second);
      expect(instruction.first.startsWith(instruction.second)).toBe(true);
      expect([...(shuffled?.first ?? "")].sort()).toEqual([...instruction.first].sort());
    }
  });

  test("as answers of systems there is one of each to every question", () => {
    const answers = [...constructedAnswers(7)];
    const systems = Map.groupBy(answers, ({ system }) => system);
    expect(systems.size).toBe(7);
    for (const own of systems.values()) expect(own).toHaveLength(questions.length);
    for (const { answer, reference } of systems.get("all facts, copied") ?? [])
      expect(answer).toBe(reference);
  });
});
