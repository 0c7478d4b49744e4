import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { byteTokenizer } from "../../../shared/lm/tokenizers/byte.ts";
import { createMatcher } from "../../../shared/methods/implicit-prm/patterns.ts";
import {
  createSplitter,
  type Splitter,
  splitter,
  stepOfTokens,
} from "../../../shared/methods/implicit-prm/steps.ts";

const stepsOf = (text: string, by: Splitter) =>
  createSplitter(by)(text).map(({ start, end }) => text.slice(start, end));

const splitters: readonly Splitter[] = [
  { by: "line" },
  { by: "step" },
  { by: "blank-line" },
  { by: "sentence" },
  { by: "pattern", pattern: "[a-c]" },
];

test("steps end with lines, blank lines and sentences, or begin with their numbers or a match", () => {
  expect(stepsOf("a = 1\nb = 2\n\nc = 3", { by: "line" })).toEqual(["a = 1\n", "b = 2\n\n", "c = 3"]);
  expect(stepsOf("Step 1: add.\nmore\nStep 2: halve.", { by: "step" })).toEqual([
    "Step 1: add.\nmore\n",
    "Step 2: halve.",
  ]);
  expect(stepsOf("So. STEP 12) x", { by: "step" })).toEqual(["So. ", "STEP 12) x"]);
  expect(stepsOf("one\ntwo\n \nthree", { by: "blank-line" })).toEqual(["one\ntwo\n \n", "three"]);
  expect(stepsOf("He has 3.5 kg. She has 2! Both?", { by: "sentence" })).toEqual([
    "He has 3.5 kg. ",
    "She has 2! ",
    "Both?",
  ]);
  expect(stepsOf("Then 2. Then 3.", { by: "pattern", pattern: "Then" })).toEqual(["Then 2. ", "Then 3."]);
  expect(stepsOf("  \nx", { by: "line" })).toEqual(["  \nx"]);
});

test("steps are the whole text in order, and none is blank unless all of it is", () => {
  const texts = fc.array(fc.constantFrom("a", "b. ", " ", "\n", "\n\n", "Step 3:", "é", "😀"), {
    minLength: 1,
  });
  fc.assert(
    fc.property(texts, fc.constantFrom(...splitters), (parts, by) => {
      const text = parts.join("");
      const steps = stepsOf(text, by);
      expect(steps.join("")).toBe(text);
      if (/\S/.test(text)) expect(steps.every((step) => /\S/.test(step))).toBe(true);
      else expect(steps).toHaveLength(1);
    }),
  );
});

test("a token belongs to the step in which it begins", () => {
  const text = "é=1\n😀=2\nx";
  const steps = createSplitter({ by: "line" })(text);
  const ids = byteTokenizer.encode(text);
  const stepOf = stepOfTokens(ids, byteTokenizer.decode, steps);
  const texts = steps.map((_, step) => byteTokenizer.decode(ids.filter((_, at) => stepOf[at] === step)));
  expect(texts).toEqual(["é=1\n", "😀=2\n", "x"]);
});

test("a pattern that takes exponential time is stopped, and names its field", () => {
  const matches = createMatcher("^(a+)+$", "splitter.pattern");
  expect(() => matches(`${"a".repeat(40)}b`)).toThrow(
    /^splitter\.pattern: the regular expression takes more/,
  );
  expect(matches("aaa")).toEqual([{ index: 0, text: "aaa" }]);
});

test("what is no regular expression is refused", () => {
  expect(splitter.safeParse({ by: "pattern", pattern: "(" }).success).toBe(false);
  expect(splitter.safeParse({ by: "pattern", pattern: "x".repeat(201) }).success).toBe(false);
});

const solutions = "../shared/data/reasoning/gsm8k-model-solutions.jsonl";
test.skipIf(!existsSync(solutions))("GSM8K solutions by models: a step a line, and their answers", () => {
  const rows = readFileSync(solutions, "utf8").trim().split("\n").slice(0, 200);
  const answers = createMatcher(String.raw`A: (-?[\d,.]+)`, "answer");
  let answered = 0;
  for (const row of rows) {
    const { "6b_finetuning": one } = JSON.parse(row);
    const { solution } = one as { solution: string };
    const lines = solution.split("\n").filter((line) => /\S/.test(line));
    expect(stepsOf(solution, { by: "line" }).map((step) => step.trim())).toEqual(
      lines.map((line) => line.trim()),
    );
    if (answers(solution).at(-1)?.text === lines.at(-1)?.replace("A: ", "")) answered++;
  }
  expect(answered).toBeGreaterThan(190);
});
