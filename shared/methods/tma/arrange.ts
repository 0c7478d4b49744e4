import { createRandom } from "../../lm/random.ts";
import { type CheckpointPace, checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { type Arranging, arranging, nothingYet, vectorsOf } from "./arranging.ts";
import { conclude } from "./conclude.ts";
import { embedAll } from "./embed.ts";
import { openVectors, type VectorSource } from "./embedding.ts";
import type { ArrangeInput } from "./input.ts";
import type { ArrangeOutput } from "./output.ts";
import { createProducts } from "./products.ts";
import { mostItems } from "./ranking.ts";
import { arrangeRounds } from "./rounds.ts";
import { openSources, type RowFacts, readFacts, type Sources, textOf } from "./source.ts";
import { addText, type Frequencies, ngramCounter, noFrequencies } from "./tfidf.ts";
import { rowsAt } from "./vectors.ts";

/** Vectors of all rows that a run holds at most; while a checkpoint is saved they are there two or three times. */
const mostVectorBytes = 768 * 2 ** 20;

/** What an arrangement works with, the same in every slice. */
export interface Bench {
  readonly input: ArrangeInput;
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly sources: Sources;
  readonly facts: { readonly items: RowFacts; readonly tests: RowFacts };
  readonly dimensions: number;
  readonly halves: Halves;
}

/** Rows of the test set, by rising number: those that select, and those that are only reported on. */
export interface Halves {
  readonly selecting: Int32Array;
  readonly heldOut: Int32Array;
}

/** Arranges instruction data for a test set. */
export async function arrange(input: ArrangeInput, ctx: RunContext): Promise<ArrangeOutput | Paused> {
  const begun = await ctx.checkpoint.load(arranging);
  const { bench, vectors, state } = await prepare(input, ctx, begun);
  const embedded = await embedAll(state, vectors, bench);
  if (embedded === "out of time") return ctx.pause();
  const arranged = await makeRounds(bench, embedded);
  if (arranged === "out of time") return ctx.pause();
  return conclude(bench, arranged);
}

async function prepare(
  input: ArrangeInput,
  ctx: RunContext,
  begun: Arranging | undefined,
): Promise<{ bench: Bench; vectors: VectorSource; state: Arranging }> {
  ctx.progress(0, "reading the rows");
  const sources = await openSources(input, ctx);
  const counting = begun === undefined && input.embedding.type === "tfidf" ? counterOf(input) : undefined;
  const options = { signal: ctx.signal, ...(counting !== undefined && { each: counting.add }) };
  const facts = {
    items: await readFacts(sources.items, options),
    tests: await readFacts(sources.tests, options),
  };
  const halves = halve(facts.tests.count, input.heldOut, ctx.seed);
  checkFit(input, facts);
  const frequencies = begun?.frequencies ?? counting?.frequencies() ?? noFrequencies();
  const vectors = await openVectors(input, { ctx, sources, frequencies });
  const { dimensions } = vectors;
  const sizes = { items: facts.items.count, tests: facts.tests.count, dimensions };
  const bytes = 4 * dimensions * (sizes.items + sizes.tests);
  if (bytes > mostVectorBytes) {
    throw new RangeError(
      `embedding: ${sizes.items + sizes.tests} vectors of ${dimensions} numbers take ${Math.ceil(bytes / 2 ** 20)} MiB, and ${mostVectorBytes / 2 ** 20} fit; take fewer dimensions, or fewer rows`,
    );
  }
  const bench = { input, ctx, pace: checkpointPace(ctx), sources, facts, dimensions, halves };
  return { bench, vectors, state: begun ?? nothingYet(sizes, frequencies) };
}

/** Counts the n-grams of every row that is read. */
function counterOf(input: ArrangeInput) {
  if (input.embedding.type !== "tfidf") throw new Error("only TF-IDF counts");
  const count = ngramCounter(input.embedding);
  const { counts } = noFrequencies();
  let texts = 0;
  return {
    add(row: Parameters<typeof textOf>[0]) {
      addText({ counts }, count(textOf(row, input.text)));
      texts++;
    },
    frequencies: (): Frequencies => ({ texts, counts }),
  };
}

/**
 * Test rows drawn at random to be held out, and the others. Throws RangeError where `share` would leave one of the two
 * without any.
 */
export function halve(tests: number, share: number, seed: number): Halves {
  const wanted = Math.round(share * tests);
  if (tests - wanted < 1 || (share > 0 && wanted < 1)) {
    throw new RangeError(`heldOut: a test set of ${tests} cannot be split at ${share}`);
  }
  const mixed = createRandom(seed, "halves").shuffle(Int32Array.from({ length: tests }, (_, row) => row));
  return { selecting: mixed.slice(wanted).sort(), heldOut: mixed.slice(0, wanted).sort() };
}

function checkFit({ budget, write }: ArrangeInput, { items }: Bench["facts"]): void {
  if (items.count < 1) throw new RangeError("dataset: has no rows");
  if (items.count > mostItems) {
    throw new RangeError(`dataset: has ${items.count} rows, and at most ${mostItems} are arranged`);
  }
  if (budget !== undefined && budget.nearest + budget.farthest > items.count) {
    const sum = `${budget.nearest} nearest and ${budget.farthest} farthest`;
    throw new RangeError(`budget: ${sum} items overlap in a data set of ${items.count}`);
  }
  const byTask = write.find((name) => ["round-robin", "clusters", "near-tasks", "far-tasks"].includes(name));
  if (byTask !== undefined && items.tasks.names.length < 2) {
    throw new RangeError(`write: the order ${byTask} goes by tasks, and the rows name fewer than two`);
  }
}

async function makeRounds(bench: Bench, begun: Arranging): Promise<Arranging | "out of time"> {
  const { ctx, pace, dimensions, halves } = bench;
  const { threads, signal } = ctx;
  const items = vectorsOf(begun.items, dimensions);
  if (begun.rounds.placed === items.count) return begun;
  const selecting = rowsAt(vectorsOf(begun.tests, dimensions), halves.selecting);
  const products = await createProducts(items, selecting, { threads, signal });
  try {
    const rounds = await arrangeRounds(products, {
      tests: selecting.count,
      begun: begun.rounds,
      signal,
      async after(now) {
        const state = { ...begun, rounds: now };
        const number = now.sizes.length;
        ctx.progress(
          0.4 + (0.4 * now.placed) / items.count,
          `${number} rounds, ${now.placed} of ${items.count} items`,
        );
        ctx.metric("similarity", number, now.means.at(-1) ?? 0);
        ctx.metric("size", number, now.sizes.at(-1) ?? 0);
        if (ctx.outOfTime()) {
          await pace.save(state);
          return false;
        }
        await pace.offer(() => state);
        return true;
      },
    });
    return rounds.placed < items.count ? "out of time" : { ...begun, rounds };
  } finally {
    await products.release();
  }
}
