import type { Bench } from "./arrange.ts";
import { type Arranging, vectorsOf } from "./arranging.ts";
import { countBigrams } from "./bigrams.ts";
import { coverageOf } from "./coverage.ts";
import { arrangeFindings } from "./findings.ts";
import { itemTable } from "./item-table.ts";
import { type Measures, measuresTo, weightedDistance } from "./measures.ts";
import { budgeted, farFirst, nearTasks, randomOrder, roundRobin, taskClusters } from "./orders.ts";
import type { ArrangeOutput, TaskResult } from "./output.ts";
import { mostRounds } from "./output.ts";
import { createProducts } from "./products.ts";
import { arrangeReport } from "./report.ts";
import type { Rounds } from "./rounds.ts";
import { textOf } from "./source.ts";
import {
  along,
  divergencesOf,
  figuresOf,
  type ItemFigures,
  itemsIn,
  meanOver,
  type NamedOrder,
  orderResults,
} from "./statistics.ts";
import type { UnitVectors } from "./vectors.ts";
import { writeOrders } from "./write-orders.ts";

/** Parts of an order that a plot along it shows. */
const plotParts = 20;
const mostTasks = 1000;

/** Measures, orders, their figures, and the files: all that follows from the rounds. */
export async function conclude(
  bench: Bench,
  { tests: embeddedTests, items: embedded, rounds }: Arranging,
): Promise<ArrangeOutput> {
  const { input, ctx, dimensions, halves, facts, sources } = bench;
  const [items, tests] = [vectorsOf(embedded, dimensions), vectorsOf(embeddedTests, dimensions)];
  ctx.progress(0.8, "measuring similarities");
  const orders = ordersOf(bench, rounds, items, tests);
  const all = orders.flatMap(({ draws }) => draws);
  const { selecting, heldOut, coverage } = await measureAll(bench, { items, tests, orders: all });
  const reported = heldOut ?? selecting;
  const figures = figuresOf(reported, onTargetOf(bench));
  ctx.progress(0.85, "counting bigrams");
  const reference = await testTexts(bench, heldOut === undefined ? halves.selecting : halves.heldOut);
  const text = (row: Parameters<typeof textOf>[0]) => textOf(row, input.text);
  const divergences = await divergencesOf(all, countBigrams(reference), {
    source: sources.items,
    text,
    signal: ctx.signal,
  });
  const results = orderResults(orders, figures, { divergences, coverage });
  const places = placesOf(rounds);
  const { sizes } = facts.items;
  const files = await writeOrders(orders, {
    ctx,
    source: sources.items,
    sizes,
    write: input.write,
    shardBytes: input.shardBytes,
    rounds: places.rounds,
    similarities: places.similarities,
  });
  const known: Omit<ArrangeOutput, "findings"> = {
    task: "arrange",
    items: items.count,
    tests: { selecting: halves.selecting.length, heldOut: halves.heldOut.length },
    reportedOn: heldOut === undefined ? "selecting" : "held-out",
    embedding: { type: input.embedding.type, dimensions },
    roundCount: rounds.sizes.length,
    rounds: rounds.sizes
      .slice(0, mostRounds)
      .map((size, at) => ({ size, meanSimilarity: rounds.means[at] ?? 0 })),
    orders: results,
    optimism: heldOut === undefined ? null : optimismOf(rounds.order, selecting, heldOut),
    tasks: tasksOf(bench, places, figures).slice(0, mostTasks),
    files,
  };
  const output = { ...known, findings: arrangeFindings(known) };
  const table = itemTable({
    ...places,
    tasks: facts.items.tasks,
    selecting,
    heldOut,
    weightedDistance: weightedDistance(selecting),
  });
  await ctx.artifact("items.csv", table, "text/csv; charset=utf-8");
  await leaveReport(bench, { output, orders, figures, rounds });
  return output;
}

async function measureAll(
  { ctx, halves }: Bench,
  {
    items,
    tests,
    orders,
  }: { readonly items: UnitVectors; readonly tests: UnitVectors; readonly orders: readonly Int32Array[] },
) {
  const products = await createProducts(items, tests, ctx);
  try {
    const selecting = await measuresTo(products, items, tests, halves.selecting);
    const heldOut =
      halves.heldOut.length === 0 ? undefined : await measuresTo(products, items, tests, halves.heldOut);
    const chosen = heldOut === undefined ? halves.selecting : halves.heldOut;
    const coverage = await coverageOf(products, orders, { items: items.count, chosen });
    return { selecting, heldOut, coverage };
  } finally {
    await products.release();
  }
}

function ordersOf(
  { input, ctx, facts, halves }: Bench,
  rounds: Rounds,
  items: UnitVectors,
  tests: UnitVectors,
): NamedOrder[] {
  const { tasks } = facts.items;
  const one = (name: NamedOrder["name"], order: Int32Array): NamedOrder => ({ name, draws: [order] });
  const draws = Array.from({ length: input.randomDraws }, (_, draw) =>
    randomOrder(items.count, ctx.seed, draw),
  );
  const orders = [
    one("near", rounds.order),
    one("far", farFirst(rounds)),
    { name: "random" as const, draws },
  ];
  if (tasks.names.length > 1) {
    const coarse = nearTasks(tasks, items, tests, halves.selecting);
    orders.push(one("round-robin", roundRobin(tasks)), one("clusters", taskClusters(tasks, ctx.seed)));
    orders.push(one("near-tasks", coarse), one("far-tasks", coarse.toReversed()));
  }
  if (input.budget !== undefined) {
    const { near, far } = budgeted(rounds, input.budget);
    orders.push(one("near-budget", near), one("far-budget", far));
  }
  return orders;
}

/** For each item, whether its task is one that the test set has rows of; undefined without tasks on both sides. */
function onTargetOf({ facts: { items, tests } }: Bench): Uint8Array | undefined {
  const wanted = new Set(tests.tasks.names);
  const isTarget = items.tasks.names.map((name) => wanted.has(name));
  if (!isTarget.includes(true)) return undefined;
  return Uint8Array.from(items.tasks.of, (task) => (isTarget[task] === true ? 1 : 0));
}

async function testTexts({ sources, input }: Bench, wanted: Int32Array): Promise<string[]> {
  const chosen = new Set(wanted);
  const texts: string[] = [];
  let index = 0;
  for await (const row of sources.tests.rows()) if (chosen.has(index++)) texts.push(textOf(row, input.text));
  return texts;
}

/** By item: its round and place, from 1, and the similarity that it was taken at. */
function placesOf({ order, sizes, similarities }: Rounds) {
  const [rounds, places] = [new Int32Array(order.length), new Int32Array(order.length)];
  const byItem = new Float32Array(order.length);
  let place = 0;
  for (const [at, size] of sizes.entries()) {
    for (const item of order.subarray(place, place + size)) {
      rounds[item] = at + 1;
      byItem[item] = similarities[place] ?? 0;
      places[item] = ++place;
    }
  }
  return { rounds, places, similarities: byItem };
}

/** What of the first tenth's gain in nearest cosine over the mean of all is lost from the selecting to the other half. */
function optimismOf(order: Int32Array, selecting: Measures, heldOut: Measures): number | null {
  const first = order.subarray(0, itemsIn(order, 0.1));
  const [chosen, other] = [selecting, heldOut].map(
    ({ cosine: { maximum } }) => meanOver(maximum, first) - meanOver(maximum, order),
  );
  return chosen === undefined || other === undefined || chosen <= 0 ? null : 1 - other / chosen;
}

function tasksOf(
  { facts: { items, tests } }: Bench,
  { rounds, places }: Pick<ReturnType<typeof placesOf>, "rounds" | "places">,
  { nearest }: ItemFigures,
): TaskResult[] {
  const { names, of } = items.tasks;
  const wanted = new Set(tests.tasks.names);
  const tenth = itemsIn(of, 0.1);
  const sums = names.map(() => ({ items: 0, rounds: 0, nearest: 0, early: 0 }));
  for (const [item, task] of of.entries()) {
    const sum = sums[task];
    if (sum === undefined) continue;
    sum.items++;
    sum.rounds += rounds[item] ?? 0;
    sum.nearest += nearest[item] ?? 0;
    if ((places[item] ?? 0) <= tenth) sum.early++;
  }
  return names
    .map((name, at): TaskResult => {
      const {
        items: count,
        rounds: total,
        nearest: cosine,
        early,
      } = sums[at] ?? { items: 1, rounds: 0, nearest: 0, early: 0 };
      return {
        name,
        items: count,
        isTarget: wanted.has(name),
        meanRound: total / count,
        nearest: cosine / count,
        inFirstTenth: early / tenth,
      };
    })
    .sort((a, b) => a.meanRound - b.meanRound);
}

async function leaveReport(
  { ctx, input, sources }: Bench,
  {
    output,
    orders,
    figures,
    rounds,
  }: { output: ArrangeOutput; orders: readonly NamedOrder[]; figures: ItemFigures; rounds: Rounds },
): Promise<void> {
  const curve = (values: ArrayLike<number>) =>
    orders.map(({ name, draws: [order = new Int32Array()] }) => ({
      name,
      points: along(order, values, plotParts),
    }));
  const report = arrangeReport({
    run: { runId: ctx.runId, seed: ctx.seed },
    input,
    output,
    rounds: { sizes: rounds.sizes, means: rounds.means },
    nearestAlong: curve(figures.nearest),
    targetAlong: figures.onTarget === undefined ? [] : curve(figures.onTarget),
    names: { items: sources.items.name, tests: sources.tests.name },
  });
  for (const { name, body, type } of report) await ctx.artifact(name, body, type);
}
