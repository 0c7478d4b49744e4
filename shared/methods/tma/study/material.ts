import { type Example, lengthOf } from "../../../lm/fine-tuning/example.ts";
import { createRandom } from "../../../lm/random.ts";
import type { RunContext } from "../../contract.ts";
import { taskOrders } from "../fields.ts";
import { itemsByTask, type Tasks } from "../orders.ts";
import { type RowSets, readRowSets, type SeeRow } from "../row-sets.ts";
import { textOf } from "../source.ts";
import type { Frequencies } from "../tfidf.ts";
import { type AnsweredText, type Base, encodeAnswered, openBase } from "./base.ts";
import { fewestSteps, type StudyInput } from "./input.ts";
import type { StudyOutput } from "./output.ts";

/** Rows of one of the two sets that a model can be trained on or judged by. */
interface Usable {
  /** Their numbers in the set. */
  readonly rows: Int32Array;
  readonly examples: readonly Example[];
}

/** What the trainings of a study share, the same in every slice. */
export interface Material {
  readonly rowSets: RowSets;
  readonly base: Base;
  /** What every epoch goes over. */
  readonly pool: Usable & { readonly tasks: Tasks };
  readonly tests: Usable;
  /** Kept from training; empty where rows name no tasks. */
  readonly offTarget: readonly Example[];
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
  const { maxTokens, training } = input;
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
  const [items, tests] = [usableOf(base, texts.items, maxTokens), usableOf(base, texts.tests, maxTokens)];
  if (tests.rows.length < 2) {
    const some = `${tests.rows.length} of ${texts.tests.length} test rows`;
    throw new RangeError(
      `maxTokens: ${some} have an answer and fit into ${maxTokens} tokens; at least 2 are needed`,
    );
  }
  const { tasks } = rowSets.facts.items;
  const targets = new Set(
    Array.from(tests.rows).flatMap((row) => taskOf(rowSets.facts.tests.tasks, row) ?? []),
  );
  const parts = partsOf(input, items.rows, ctx.seed, { tasks, targets });
  const at = (rows: Int32Array) => Array.from(rows, (row) => items.byRow.get(row) ?? noExample);
  const pool = {
    rows: parts.pool,
    examples: at(parts.pool),
    tasks: {
      names: tasks.names,
      of: Int32Array.from(parts.pool, (row) => tasks.of[row] ?? -1),
    },
  };
  checkTasks(input, pool.tasks);
  const known = new Set(Array.from(parts.pool, (row) => wordsOf(texts.items[row])));
  const seen = Array.from(tests.rows).filter((row) => known.has(wordsOf(texts.tests[row])));
  return {
    rowSets,
    base,
    pool,
    tests,
    offTarget: at(parts.offTarget),
    length: pool.examples.reduce((most, example) => Math.max(most, lengthOf(example)), 0),
    steps: pool.rows.length / training.batch,
    leftOut: {
      tooLong: items.tooLong + tests.tooLong,
      blank: items.blank + tests.blank,
      surplus: parts.surplus,
    },
    seenInTraining: seen.length / tests.rows.length,
  };
}

const taskOf = ({ names, of }: Tasks, row: number): string | undefined => names[of[row] ?? -1];
const noExample: Example = { prompt: [], response: [] };
const wordsOf = (text: AnsweredText | undefined) => JSON.stringify([text?.prompt, text?.answer]);

/** Rows with an answer that fit. */
function usableOf(base: Base, texts: readonly AnsweredText[], maxTokens: number) {
  const { position } = base.config;
  const limit = position.type === "learned" ? Math.min(maxTokens, position.length) : maxTokens;
  const byRow = new Map<number, Example>();
  let [tooLong, blank] = [0, 0];
  for (const [row, text] of texts.entries()) {
    if (!/\S/.test(text.answer)) {
      blank++;
      continue;
    }
    const example = encodeAnswered(base, text);
    if (example.prompt.length > 0 && lengthOf(example) <= limit) byRow.set(row, example);
    else tooLong++;
  }
  return { rows: Int32Array.from(byRow.keys()), examples: [...byRow.values()], byRow, tooLong, blank };
}

/** Of the rows that train at most this share is kept for the off-target loss. */
const mostOffTarget = 0.25;

/**
 * Rows for the off-target loss, of tasks that are no target, and whole batches of all others: what is left over is
 * drawn at random, and the same for all orders. Both by rising number.
 */
function partsOf(
  { offTarget: wanted, training: { batch } }: StudyInput,
  rows: Int32Array,
  seed: number,
  { tasks, targets }: { readonly tasks: Tasks; readonly targets: ReadonlySet<string> },
) {
  const isOff = (row: number) => {
    const name = taskOf(tasks, row);
    return name !== undefined && targets.size > 0 && !targets.has(name);
  };
  const off = createRandom(seed, "off-target").shuffle(rows.filter(isOff));
  const offTarget = off.subarray(0, Math.min(wanted, Math.floor(mostOffTarget * off.length))).toSorted();
  const kept = new Set(offTarget);
  const others = createRandom(seed, "surplus").shuffle(rows.filter((row) => !kept.has(row)));
  const steps = Math.floor(others.length / batch);
  if (steps < fewestSteps) {
    throw new RangeError(
      `training.batch: ${others.length} rows make ${steps} steps of ${batch}; at least ${fewestSteps} are needed`,
    );
  }
  const pool = others.subarray(0, steps * batch).toSorted();
  return { offTarget, pool, surplus: others.length - pool.length };
}

function checkTasks({ orders = [] }: StudyInput, tasks: Tasks): void {
  const byTask = orders.find((name) => taskOrders.some((order) => order === name));
  if (byTask !== undefined && itemsByTask(tasks).length < 2) {
    throw new RangeError(
      `orders: ${byTask} goes by tasks, and the rows that are trained on name fewer than two`,
    );
  }
}
