import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { instructionSet, jsonLines } from "./contents.ts";

/** T0's templates, real data beside the repository. */
export const t0Folder = join(import.meta.dirname, "../../../../shared/data/instructions/t0");

/** Templates whose first rows are the test set; the others of their rows may train. */
const targets = [
  "ag_news_which_section_choices",
  "commonsense_qa_question_answering",
  "gigaword_TLDR",
  "paws_labeled_final_PAWS_ANLI_GPT3_no_label",
  "rotten_tomatoes_Reviewer_Opinion_bad_good_choices",
  "social_i_qa_Show_choices_and_generate_answer",
];
const testsOfEach = 30;

const row = z.object({ prompt: z.string(), completion: z.string() });

/** T0's rows, each with its template as its task, as a data set to train on and one to test on. */
export function t0Sets() {
  const templates = readdirSync(t0Folder)
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => ({ task: name.replace(".jsonl", ""), text: readFileSync(join(t0Folder, name), "utf8") }));
  const rows = templates.map(({ task, text }) => ({
    task,
    rows: text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => row.parse(JSON.parse(line)))
      .map(({ prompt, completion }) => ({
        prompt,
        completion: completion.replace("<|endoftext|>", ""),
        task,
      })),
  }));
  const part = (from: (task: string) => number, to?: (task: string) => number) =>
    jsonLines(rows.flatMap((one) => one.rows.slice(from(one.task), to?.(one.task))));
  const held = (task: string) => (targets.includes(task) ? testsOfEach : 0);
  return new Map([
    ["t0", instructionSet("t0", part(held))],
    [
      "t0-tests",
      instructionSet(
        "t0-tests",
        part(() => 0, held),
      ),
    ],
  ]);
}
