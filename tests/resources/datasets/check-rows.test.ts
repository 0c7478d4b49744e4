import { existsSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instructionRow, judgementRow, preferenceRow } from "../../../shared/methods/rows.ts";
import { checkRows } from "../../../shared/resources/datasets/check-rows.ts";
import type { Checked } from "../../../shared/resources/datasets/checked.ts";
import { readRows } from "../../../shared/resources/datasets/reading/rows.ts";
import type { RowKind } from "../../../shared/resources/datasets/rows/kinds.ts";
import { checkContent } from "./check-file.ts";
import { chunks, sizes } from "./chunks.ts";

const check = (kind: RowKind, text: string | Uint8Array, cuts: readonly number[] = [7, 1, 3]) =>
  checkRows(kind, chunks(text, cuts));
const lines = (...rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const read = (kind: RowKind, text: string | Uint8Array, cuts: readonly number[] = [7, 1, 3]) =>
  Array.fromAsync(readRows(kind, chunks(text, cuts)));

/** What a check found, but for how the content is written. */
function factsOf(checked: Checked) {
  if ("errors" in checked) return checked;
  const { format: _, ...facts } = checked.profile;
  return facts;
}

const instruction = fc.record(
  {
    instruction: fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => /\S/.test(text)),
    input: fc.string({ unit: "grapheme" }),
    output: fc.string({ unit: "grapheme" }),
    task: fc.constantFrom("sum", 'quo"ted', "brace } in {"),
    id: fc.integer(),
  },
  { requiredKeys: ["instruction", "output"] },
);

describe("rows", () => {
  test("are the same, and found the same, however they are written and come in", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(instruction, { minLength: 1, maxLength: 12 }), sizes, async (rows, cuts) => {
        const written = [
          lines(...rows),
          lines(...rows).replaceAll("\n", "\r\n"),
          `\ufeff${lines(...rows).trimEnd()}`,
          JSON.stringify(rows, null, 2),
          `\n \t${JSON.stringify(rows)}`,
          gzipSync(lines(...rows)),
        ];
        const checked = await Promise.all(written.map((text) => check("instructions", text, cuts)));
        const [facts] = checked.map(factsOf);
        expect(facts).toMatchObject({ kind: "instructions", rows: rows.length });
        for (const [i, one] of checked.entries()) {
          expect(factsOf(one)).toEqual(facts);
          expect(await read("instructions", written[i] ?? "", cuts)).toEqual(rows);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("say how they were written", async () => {
    const text = lines({ prompt: "p", completion: "c" });
    const formatOf = async (content: string | Uint8Array) => {
      const checked = await check("instructions", content);
      return "profile" in checked ? checked.profile.format : checked;
    };
    expect(await formatOf(text)).toEqual({
      compression: "none",
      layout: "jsonl",
      bytes: text.length,
      bom: false,
      newlines: "lf",
    });
    expect(await formatOf(gzipSync(`\ufeff[\r\n${text.trim()}\r\n]`))).toEqual({
      compression: "gzip",
      layout: "json-array",
      bytes: text.length + 8,
      bom: true,
      newlines: "crlf",
    });
  });

  test("are counted by field, length, task and language", async () => {
    const answer = "Die Summe von eins und zwei ist drei, wie jedes Kind in der Schule lernt.";
    const rows = Array.from({ length: 40 }, (_, i) => ({
      instruction: "Addiere bitte die beiden Zahlen eins und zwei.",
      output: answer.slice(0, 40 + (i % 30)),
      task: i % 4 === 0 ? "sum" : "add",
      note: i === 3 ? "once" : null,
    }));
    expect(await check("instructions", lines(...rows), [65_536])).toMatchObject({
      profile: {
        rows: 40,
        taskCount: 2,
        tasks: [
          { value: "add", count: 30 },
          { value: "sum", count: 10 },
        ],
        languages: [{ value: "de", count: 40 }],
        columns: [
          { name: "instruction", present: 40, lengths: { min: 46, mean: 46, median: 46, p95: 46, max: 46 } },
          { name: "output", present: 40, lengths: { min: 40, max: 69 } },
          { name: "task", present: 40 },
          { name: "note", present: 1 },
        ],
      },
      preview: { columns: ["instruction", "output", "task", "note"], rows: { length: 10 } },
    });
  });

  test("a bad one does not hide the next, and a hundred are enough", async () => {
    const bad = `${"{\n".repeat(150)}${lines({ instruction: "a", output: "b" })}`;
    const checked = await check("instructions", bad, [65_536]);
    expect("errors" in checked && checked.errors.map(({ line }) => line)).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 1),
    );
  });
});

describe("tables with a header", () => {
  const cell = (text: string) => (/[",\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const table = (delimiter: string, rows: readonly (readonly string[])[]) =>
    rows.map((row) => `${row.map(cell).join(delimiter)}\n`).join("");

  test("give the rows that JSON Lines give, wherever their chunks are cut", async () => {
    const filled = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => /\S/.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(filled, filled, filled), { minLength: 1, maxLength: 8 }),
        fc.constantFrom("\t", ",", ";"),
        sizes,
        async (rows, delimiter, cuts) => {
          const clean = rows.map((row) => row.map((text) => text.replaceAll(/[\0\r;]/g, "-")));
          const header = ["question", "answer_a", "answer_b", "winner"];
          const cells = clean.map((row) => [...row, "b"]);
          const asTable = table(delimiter, [header, ...cells]);
          const asLines = lines(
            ...clean.map(([question, answer_a, answer_b]) => ({ question, answer_a, answer_b, winner: "b" })),
          );
          const [checked, wanted] = [
            await check("judgements", asTable, cuts),
            await check("judgements", asLines),
          ];
          expect(factsOf(checked)).toEqual(factsOf(wanted));
          expect(await read("judgements", asTable, cuts)).toEqual(await read("judgements", asLines));
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each<[RowKind, string, object]>([
    [
      "judgements",
      "\tquestion_text\tpreferred_response\trejected_response\n0\tWhy?\tyes\tno\n",
      { question: "Why?", responses: ["yes", "no"], label: 0 },
    ],
    ["instructions", "\ufeffprompt;completion\r\np;c\r\n", { instruction: "p", output: "c" }],
    [
      "preferences",
      'prompt,response,is_correct\n"a, b",r,true\n',
      { prompt: "a, b", pair: false, responses: [{ text: "r", label: true }] },
    ],
  ])("%s: %j", async (kind, text, row) => {
    expect(await check(kind, text)).toHaveProperty("profile.rows", 1);
    expect(await read(kind, text)).toEqual([expect.objectContaining(row)]);
  });

  test("say how they are written, and need rows below their header", async () => {
    const text = "question,answer_a,answer_b,label\r\nq,a,b,tie\r\n";
    expect(await check("judgements", text)).toMatchObject({
      profile: {
        format: { layout: "csv", newlines: "crlf", bytes: text.length },
        labels: [{ value: "same" }],
      },
    });
    expect(await check("judgements", text.split("\r")[0] ?? "")).toEqual({
      errors: [{ message: "the file holds no rows" }],
    });
  });
});

describe("what others call their fields", () => {
  test.each<[RowKind, object, object]>([
    ["instructions", { prompt: "p", completion: "c" }, { instruction: "p", output: "c" }],
    ["instructions", { question: "q", answer: "a", input: null }, { instruction: "q", output: "a" }],
    [
      "preferences",
      { prompt: "p", chosen: "c", rejected: "r" },
      {
        prompt: "p",
        pair: true,
        responses: [
          { text: "c", label: 1 },
          { text: "r", label: 0 },
        ],
      },
    ],
    [
      "preferences",
      {
        conversations: [{ from: "human", value: "p" }],
        chosen: { from: "gpt", value: "c" },
        rejected: { from: "gpt", value: "r" },
      },
      {
        prompt: "p",
        pair: true,
        responses: [
          { text: "c", label: 1 },
          { text: "r", label: 0 },
        ],
      },
    ],
    [
      "preferences",
      {
        prompt: "p",
        chosen: [
          { role: "user", content: "p" },
          { role: "assistant", content: "c" },
        ],
        rejected: [
          { role: "user", content: "p" },
          { role: "assistant", content: "r" },
        ],
      },
      {
        prompt: "p",
        pair: true,
        responses: [
          { text: "c", label: 1 },
          { text: "r", label: 0 },
        ],
      },
    ],
    [
      "preferences",
      {
        messages: [
          { role: "user", content: "one" },
          { role: "assistant", content: "two" },
          { role: "user", content: "three" },
          { role: "assistant", content: "four" },
        ],
        label: true,
      },
      {
        prompt: "user: one\n\nassistant: two\n\nuser: three",
        pair: false,
        responses: [{ text: "four", label: 1 }],
      },
    ],
    [
      "preferences",
      { question: "q", responses: [{ solution: "s", is_correct: false, model: "m" }] },
      { prompt: "q", pair: false, responses: [{ text: "s", label: 0, source: "m" }] },
    ],
    [
      "judgements",
      {
        question: "q",
        response_a: "a",
        response_b: "b",
        label: "response_b",
        compare_type: "human_vs_model",
      },
      { question: "q", responses: ["a", "b"], label: 1, setting: "human_vs_model" },
    ],
    [
      "judgements",
      { question: "q", responses: [{ text: "a" }, "b", "c"], label: "tie", reference: "r" },
      { question: "q", responses: ["a", "b", "c"], label: "same", reference: "r" },
    ],
  ])("%s: %j", async (kind, given, known) => {
    expect(await check(kind, lines(given))).toHaveProperty("profile.rows", 1);
    const schema = { instructions: instructionRow, preferences: preferenceRow, judgements: judgementRow }[
      kind
    ];
    const [row] = await read(kind, lines(given));
    expect(schema.parse(row)).toEqual(known);
  });
});

const data = join(import.meta.dirname, "../../../../shared/data");

describe.skipIf(!existsSync(data))("real files (skipped where ../shared/data is absent)", () => {
  test.each<[RowKind, string, object]>([
    ["instructions", "instructions/alpaca-en-demo.json", { rows: 999 }],
    ["instructions", "reasoning/gsm8k-test.jsonl", { rows: 1319 }],
    ["preferences", "instructions/dpo-en-demo.json", { rows: 300, pairs: 300, responses: 600 }],
    ["preferences", "instructions/kto-en-demo.json", { rows: 300, labels: [{ count: 150 }, { count: 150 }] }],
    ["judgements", "lfqa/lfqa-e-zh.json", { rows: 1193, references: 1193 }],
    ["judgements", "lfqa/haluquestqa-preference.csv", { rows: 698, format: { layout: "tsv" } }],
  ])("%s: %s", async (kind, file, facts) => {
    expect(await checkContent(join(data, file), kind)).toMatchObject({ profile: facts });
  });
});
