import { type Example, encodeExample, lengthOf } from "../../../lm/fine-tuning/example.ts";
import type { RunContext } from "../../contract.ts";
import { taskOrders } from "../fields.ts";
import { itemsByTask, type Tasks } from "../orders.ts";
import { type RowSets, readRowSets, type SeeRow } from "../row-sets.ts";
import { textOf } from "../source.ts";
import type { Frequencies } from "../tfidf.ts";
import { type AnsweredText, type Base, openBase } from "./base.ts";
import type { StudyInput } from "./input.ts";
import type { StudyOutput } from "./output.ts";
import { partRows } from "./part-rows.ts";

/** A row that a model can be trained on or judged by. */
export interface StudyRow extends Example {
  /** Its number in its set. */
  readonly index: number;
  readonly text: AnsweredText;
  readonly task: string | undefined;
}

/** What the trainings of a study share, the same in every slice. */
export interface Material {
  readonly rowSets: RowSets;
  readonly base: Base;
  /** What every epoch goes over, in whole batches. */
  readonly pool: readonly StudyRow[];
  /** Of the pool. */
  readonly tasks: Tasks;
  readonly tests: readonly StudyRow[];
  /** Kept from training; empty where rows name no tasks. */
  readonly offTarget: readonly StudyRow[];
  /** Tokens of a row of a batch. */
  readonly length: number;
  /** Of an epoch. */
  readonly steps: number;
  readonly leftOut: StudyOutput["leftOut"];
  /** Share of the test items that stand in the pool word for word. */
  readonly seenInTraining: number;
}

/** Reads both sets. Throws a RangeError that names the field where too little of them can be used. */
export async function readMaterial(
  input: StudyInput,
  ctx: RunContext,
  counted: Frequencies | undefined,
): Promise<Material> {
  const texts: Record<"items" | "tests", AnsweredText[]> = { items: [], tests: [] };
  const see =
    (set: keyof typeof texts): SeeRow =>
    (row) =>
      texts[set].push({ prompt: `${textOf(row, "instruction")}${input.separator}`, answer: row.output });
  const rowSets = await readRowSets(input, ctx, {
    counted,
    see: { items: see("items"), tests: see("tests") },
  });
  const base = await openBase(input, texts.items, ctx);
  const usable = (set: keyof typeof texts) =>
    usableRows(base, texts[set], rowSets.facts[set].tasks, input.maxTokens);
  const [items, tests] = [usable("items"), usable("tests")];
  checkTests(input, tests.rows.length, texts.tests.length);
  const targets = new Set(tests.rows.flatMap(({ task }) => task ?? []));
  const { pool, offTarget, surplus } = partRows(input, items.rows, targets, ctx.seed);
  const tasks = tasksIn(pool);
  checkTasks(input, tasks);
  const known = new Set(pool.map(wordsOf));
  const seen = tests.rows.filter((row) => known.has(wordsOf(row)));
  const both = (part: "tooLong" | "blank") => items[part] + tests[part];
  return {
    ...{ rowSets, base, pool, tasks, offTarget, tests: tests.rows },
    length: pool.reduce((most, row) => Math.max(most, lengthOf(row)), 0),
    steps: pool.length / input.training.batch,
    leftOut: { tooLong: both("tooLong"), blank: both("blank"), surplus },
    seenInTraining: seen.length / tests.rows.length,
  };
}

const wordsOf = ({ text: { prompt, answer } }: StudyRow) => JSON.stringify([prompt, answer]);

/** Rows with an answer that fit, by rising number. */
function usableRows(
  base: Base,
  texts: readonly AnsweredText[],
  { names, of }: Tasks,
  maxTokens: number,
): { readonly rows: StudyRow[]; readonly tooLong: number; readonly blank: number } {
  const { position } = base.config;
  const limit = position.type === "learned" ? Math.min(maxTokens, position.length) : maxTokens;
  const rows: StudyRow[] = [];
  let [tooLong, blank] = [0, 0];
  for (const [index, text] of texts.entries()) {
    if (!/\S/.test(text.answer)) {
      blank++;
      continue;
    }
    const example = encodeExample(base, text.prompt, text.answer, { ends: true });
    if (lengthOf(example) <= limit) rows.push({ ...example, index, text, task: names[of[index] ?? -1] });
    else tooLong++;
  }
  return { rows, tooLong, blank };
}

function tasksIn(rows: readonly StudyRow[]): Tasks {
  const names = [...new Set(rows.flatMap(({ task }) => task ?? []))];
  const numbers = new Map(names.map((name, number) => [name, number]));
  return { names, of: Int32Array.from(rows, ({ task }) => numbers.get(task ?? "") ?? -1) };
}

function checkTests({ maxTokens }: StudyInput, usable: number, all: number): void {
  if (usable >= 2) return;
  throw new RangeError(
    `maxTokens: ${usable} of ${all} test rows have an answer and fit into ${maxTokens} tokens; at least 2 are needed`,
  );
}

function checkTasks({ orders = [] }: StudyInput, tasks: Tasks): void {
  const byTask = orders.find((name) => taskOrders.some((order) => order === name));
  if (byTask === undefined || itemsByTask(tasks).length > 1) return;
  throw new RangeError(
    `orders: ${byTask} goes by tasks, and the rows that are trained on name fewer than two`,
  );
}
