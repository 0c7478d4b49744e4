import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import type { StatisticsSum } from "../../metrics/corpus.ts";
import type { CheckpointPace } from "../checkpoint-pace.ts";
import type { RunContext } from "../contract.ts";

/** What chat models were asked for, and how two orders of the same responses came out. */
export const tally = z.object({
  calls: z.int(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  /** Null where the prices are not known. */
  cost: z.number().nullable(),
  /** Pairs that were shown in both orders, those with one verdict, and those in which the first place won twice. */
  swaps: z.object({ asked: z.int(), consistent: z.int(), firstPlace: z.int() }),
});
export type Tally = z.infer<typeof tally>;

export const noTally = (): Tally => ({
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cost: 0,
  swaps: { asked: 0, consistent: 0, firstPlace: 0 },
});

export function addTallies(a: Tally, b: Tally): Tally {
  return {
    calls: a.calls + b.calls,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cost: a.cost === null || b.cost === null ? null : a.cost + b.cost,
    swaps: {
      asked: a.swaps.asked + b.swaps.asked,
      consistent: a.swaps.consistent + b.swaps.consistent,
      firstPlace: a.swaps.firstPlace + b.swaps.firstPlace,
    },
  };
}

/** Numbers of items, one for each of some columns. */
export interface Measure<Item> {
  readonly columns: readonly string[];
  /** Items between two looks at the clock; they go together however often a run is cut. */
  readonly batch: number;
  /** [items, columns], NaN where there is no number. */
  measure(items: readonly Item[]): Promise<{ readonly values: Float64Array; readonly tally?: Tally }>;
  release?(): Promise<void>;
}

/** A measure that is opened when its turn comes. */
export interface Pass<Item> {
  readonly name: string;
  open(): Promise<Measure<Item>>;
}

const floats = z.custom<Float64Array>((value) => value instanceof Float64Array);

/** Where the passes stand: how many are over, how far the next one is, and what they wrote. */
export const passState = z.object({
  pass: z.int(),
  next: z.int(),
  columns: z.record(z.string(), floats),
  tallies: z.record(z.string(), tally),
  /** Sums of statistics, for corpus scores: by metric and system. */
  sums: z.record(
    z.string(),
    z.custom<StatisticsSum>((value) => typeof value === "object" && value !== null),
  ),
});
export type PassState = z.infer<typeof passState>;

export const noPasses = (): PassState => ({ pass: 0, next: 0, columns: {}, tallies: {}, sums: {} });

export interface PassLoop<Item> {
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly count: number;
  /** All items, in order. */
  read(): AsyncIterable<Item>;
}

/** Makes every pass over the items, from where the state stands; the state is written on. */
export async function makePasses<Item>(
  passes: readonly Pass<Item>[],
  begun: PassState,
  loop: PassLoop<Item>,
): Promise<PassState | "out of time"> {
  let state = begun;
  for (const pass of passes.slice(begun.pass)) {
    const ended = await makePass(pass, state, loop, passes.length);
    if (ended === "out of time") return ended;
    state = { ...ended, pass: ended.pass + 1, next: 0 };
    await loop.pace.offer(() => state);
  }
  // What comes of the passes may take a while.
  await loop.pace.save(state);
  return loop.ctx.outOfTime() ? "out of time" : state;
}

async function makePass<Item>(
  { name, open }: Pass<Item>,
  begun: PassState,
  { ctx, pace, count, read }: PassLoop<Item>,
  of: number,
): Promise<PassState | "out of time"> {
  const measure = await open();
  let state = begun;
  for (const column of measure.columns) state.columns[column] ??= new Float64Array(count).fill(Number.NaN);
  try {
    for await (const batch of batchesOf(read(), state.next, measure.batch)) {
      ctx.signal.throwIfAborted();
      if (ctx.outOfTime()) {
        await pace.save(state);
        return "out of time";
      }
      const { values, tally: added } = await measure.measure(batch);
      write(state, values, measure.columns, state.next);
      const before = state.tallies[name] ?? noTally();
      state = {
        ...state,
        next: state.next + batch.length,
        ...(added !== undefined && { tallies: { ...state.tallies, [name]: addTallies(before, added) } }),
      };
      ctx.progress((0.9 * (state.pass + state.next / count)) / of, `${name}: ${state.next} of ${count}`);
      const current = state;
      await pace.offer(() => current);
      await setImmediate();
    }
  } finally {
    await measure.release?.();
  }
  return state;
}

function write({ columns }: PassState, values: Float64Array, names: readonly string[], from: number): void {
  for (const [at, name] of names.entries()) {
    const column = columns[name];
    for (let item = 0; item * names.length < values.length; item++) {
      if (column !== undefined) column[from + item] = values[item * names.length + at] ?? Number.NaN;
    }
  }
}

async function* batchesOf<Item>(items: AsyncIterable<Item>, from: number, size: number) {
  let [at, batch]: [number, Item[]] = [0, []];
  for await (const item of items) {
    if (at++ < from) continue;
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
