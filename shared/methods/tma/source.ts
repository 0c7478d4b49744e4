import type { RunContext } from "../contract.ts";
import { type InstructionRow, instructionRow } from "../rows.ts";
import type { RowInput } from "./fields.ts";
import type { Tasks } from "./orders.ts";
import { syntheticData } from "./synthetic/generate.ts";

/** Instruction rows that can be read again and again; a row has its other fields with it. */
export interface RowSource {
  readonly name: string;
  rows(): AsyncIterable<InstructionRow>;
}

/** What is arranged, and for which test items. */
export interface Sources {
  readonly items: RowSource;
  readonly tests: RowSource;
}

export async function openSources(input: RowInput, ctx: RunContext): Promise<Sources> {
  if (input.dataset === undefined || input.test === undefined) {
    const { items, tests } = syntheticData(input.synthetic, ctx.seed);
    const { families, targets } = input.synthetic;
    return {
      items: listed(`${families} generated task families`, items),
      tests: listed(`${targets} of the families`, tests),
    };
  }
  const [items, tests] = await Promise.all([ctx.dataset(input.dataset), ctx.dataset(input.test)]);
  const schema = instructionRow.loose();
  return {
    items: { name: items.name, rows: () => items.rows(schema) },
    tests: { name: tests.name, rows: () => tests.rows(schema) },
  };
}

function listed(name: string, rows: readonly InstructionRow[]): RowSource {
  return {
    name,
    rows: async function* () {
      yield* rows;
    },
  };
}

/** Text of a row that is embedded and compared. */
export function textOf({ instruction, input, output }: InstructionRow, text: RowInput["text"]): string {
  const asked = input === undefined || input === "" ? instruction : `${instruction}\n${input}`;
  return text === "instruction" ? asked : `${asked}\n${output}`;
}

/** What is known of a row set after one pass. */
export interface RowFacts {
  readonly count: number;
  readonly tasks: Tasks;
  /** Characters of each row's texts, for planning files. */
  readonly sizes: Int32Array;
}

/** Reads a row set once; `each` sees every row. */
export async function readFacts(
  { rows }: RowSource,
  { signal, each }: { signal: AbortSignal; each?: (row: InstructionRow) => void },
): Promise<RowFacts> {
  const numbers = new Map<string, number>();
  const [of, sizes]: [number[], number[]] = [[], []];
  for await (const row of rows()) {
    if (of.length % 1024 === 0) signal.throwIfAborted();
    each?.(row);
    const { instruction, input = "", output, task = "" } = row;
    sizes.push(instruction.length + input.length + output.length + task.length);
    if (task !== "" && !numbers.has(task)) numbers.set(task, numbers.size);
    of.push(numbers.get(task) ?? -1);
  }
  const tasks = { names: [...numbers.keys()], of: Int32Array.from(of) };
  return { count: of.length, tasks, sizes: Int32Array.from(sizes) };
}
