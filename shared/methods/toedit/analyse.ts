import * as z from "zod";
import { type CheckpointPace, checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { readText } from "../text.ts";
import { underway } from "../train.ts";
import { analyseFindings } from "./analyse-findings.ts";
import { analyseReport } from "./analyse-report.ts";
import { distancesOf, distributionOf } from "./distances.ts";
import { halvesOf } from "./halves.ts";
import type { AnalyseInput } from "./input.ts";
import { type Bucketing, bucketing, bucketsOf, wordsOf } from "./ngrams.ts";
import type { AnalyseOutput } from "./output.ts";
import { documentPerplexities, summaryOf } from "./perplexity.ts";
import { openPrior, type Prior, type PriorState } from "./prior.ts";
import { gumbel, importanceOf, type Kept, keepLargest, logRatio } from "./selection.ts";
import { weightValues } from "./small-model.ts";
import { type Corpus, corpusOf, textCorpus } from "./source.ts";

const kept = z.array(z.object({ key: z.number(), index: z.int(), value: z.string() }));
const counts = z.instanceof(Float64Array);
const counted = z.object({ documents: z.int(), counts, sample: kept });
type Counted = z.infer<typeof counted>;

/** Passes over the corpora, one after the other: count the real, count the synthetic, select, score. */
const analysing = z.object({
  prior: z.object({ training: underway.optional(), weights: weightValues.optional() }),
  pass: z.int(),
  /** Number of the first item of the pass that is not done, and of its first document. */
  next: z.int(),
  document: z.int(),
  real: counted,
  synthetic: counted,
  selected: kept,
  atRandom: kept,
});
type Analysing = Omit<z.infer<typeof analysing>, "prior"> & { readonly prior: PriorState };

interface Bench {
  readonly input: AnalyseInput;
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly real: Corpus;
  readonly synthetic: Corpus;
  readonly buckets: Bucketing;
  readonly prior: Prior;
}

const priorShare = 0.4;
/** Characters of a document that its perplexity is taken of. */
const scoredCharacters = 8192;
/** Items between two looks at the clock. */
const stride = 32;

/** Holds a synthetic corpus against a real one: n-gram buckets, perplexities, and importance resampling. */
export async function analyse(input: AnalyseInput, ctx: RunContext): Promise<AnalyseOutput | Paused> {
  const pace = checkpointPace(ctx);
  const real = await realCorpus(input, ctx);
  const synthetic = corpusOf(await ctx.dataset(input.synthetic), input);
  const none = (): Counted => ({ documents: 0, counts: new Float64Array(input.buckets), sample: [] });
  let state: Analysing = (await ctx.checkpoint.load(analysing)) ?? {
    prior: {},
    pass: 0,
    next: 0,
    document: 0,
    real: none(),
    synthetic: none(),
    selected: [],
    atRandom: [],
  };
  const opening = {
    ctx,
    pace,
    options: input,
    // The prior must not have seen the text whose perplexity is taken.
    trainingText: (text: string) =>
      input.real === undefined && input.prior.dataset === undefined ? halvesOf(text)[0] : text,
    share: priorShare,
    stateWith: (prior: PriorState) => ({ ...state, prior }),
  };
  const opened = await openPrior(opening, state.prior);
  if (opened === "out of time") return ctx.pause();
  state = { ...state, prior: opened.state };
  const bench = { input, ctx, pace, real, synthetic, buckets: bucketing(input.buckets), prior: opened.prior };
  for (const pass of [countReal, countSynthetic, selectDocuments].slice(state.pass)) {
    const after = await pass(bench, state);
    if (after === "out of time") return ctx.pause();
    state = { ...after, pass: after.pass + 1, next: 0, document: 0 };
    await pace.save(state);
  }
  return conclude(bench, state);
}

async function realCorpus(input: AnalyseInput, ctx: RunContext): Promise<Corpus> {
  if (input.real !== undefined) return corpusOf(await ctx.dataset(input.real), input);
  const { name, text } = await readText(ctx, { characters: input.prior.characters });
  return textCorpus(`${name}, second half`, halvesOf(text)[1], input.splitAt);
}

/** One document of a pass: its number among the pass's documents, its text and its n-grams' buckets. */
interface Read {
  readonly index: number;
  readonly text: string;
  readonly words: number;
  readonly buckets: readonly number[];
}

/** Reads a corpus document by document, from where the state stands; `stateNow` is what a checkpoint holds. */
async function readAll(
  { ctx, pace, buckets }: Bench,
  corpus: Corpus,
  state: Analysing,
  take: (document: Read) => void,
  stateNow: (place: { next: number; document: number }) => Analysing,
): Promise<"out of time" | "done"> {
  let document = state.document;
  for await (const item of corpus.items()) {
    if (item.index < state.next) continue;
    if (item.index % stride === 0) {
      ctx.signal.throwIfAborted();
      const now = () => stateNow({ next: item.index, document });
      if (ctx.outOfTime()) {
        await pace.save(now());
        return "out of time";
      }
      await pace.offer(now);
      ctx.progress(
        priorShare + (1 - priorShare) * (state.pass / 4),
        `reading ${corpus.name}: ${item.index} rows or documents`,
      );
    }
    for (const text of item.texts) {
      const words = wordsOf(text);
      if (words.length > 0)
        take({ index: document, text, words: words.length, buckets: bucketsOf(words, buckets) });
      document++;
    }
  }
  return "done";
}

const countReal = (bench: Bench, state: Analysing) => countCorpus(bench, state, "real");
const countSynthetic = (bench: Bench, state: Analysing) => countCorpus(bench, state, "synthetic");

async function countCorpus(
  bench: Bench,
  state: Analysing,
  which: "real" | "synthetic",
): Promise<Analysing | "out of time"> {
  const { input, ctx } = bench;
  const sums = state[which].counts.slice();
  let { documents } = state[which];
  const sample = keepLargest(input.perplexityDocuments, state[which].sample);
  const now = (place: { next: number; document: number }): Analysing => ({
    ...state,
    ...place,
    [which]: { documents, counts: sums, sample: sample.kept() },
  });
  const take = ({ index, text, buckets }: Read) => {
    for (const bucket of buckets) sums[bucket] = (sums[bucket] ?? 0) + 1;
    documents++;
    sample.offer(gumbel(ctx.seed, `${which} sample`, index), index, () => text.slice(0, scoredCharacters));
  };
  const end = await readAll(bench, bench[which], state, take, now);
  if (end === "out of time") return end;
  if (documents === 0) throw new RangeError(`${which}: ${bench[which].name} has no document with a word`);
  return now({ next: 0, document: 0 });
}

/** Importance resampling, and as many documents at random, over those that are long enough. */
async function selectDocuments(bench: Bench, state: Analysing): Promise<Analysing | "out of time"> {
  const { input, ctx } = bench;
  const ratio = logRatio(state.real.counts, state.synthetic.counts);
  const selected = keepLargest(input.select, state.selected);
  const atRandom = keepLargest(input.select, state.atRandom);
  const now = (place: { next: number; document: number }): Analysing => ({
    ...state,
    ...place,
    selected: selected.kept(),
    atRandom: atRandom.kept(),
  });
  const take = ({ index, text, words, buckets }: Read) => {
    if (words < input.minWords) return;
    const whole = () => text;
    selected.offer(importanceOf(buckets, ratio) + gumbel(ctx.seed, "selection", index), index, whole);
    atRandom.offer(gumbel(ctx.seed, "at random", index), index, whole);
  };
  const end = await readAll(bench, bench.synthetic, state, take, now);
  return end === "out of time" ? end : now({ next: 0, document: 0 });
}

async function conclude(bench: Bench, state: Analysing): Promise<AnalyseOutput> {
  const { input, ctx, prior, real, synthetic, buckets } = bench;
  ctx.progress(0.9, "taking perplexities");
  const scored = async ({ sample }: Counted): Promise<number[]> =>
    documentPerplexities(
      prior,
      sample.map(({ value }) => value),
      ctx,
    );
  const perplexities = { real: await scored(state.real), synthetic: await scored(state.synthetic) };
  const side = (name: string, { counts: sums, documents }: Counted, values: readonly number[]) => ({
    name,
    distribution: distributionOf(sums, documents),
    perplexity: summaryOf(values),
  });
  const selected = state.selected.map(({ value }) => value);
  const chosen = (documents: readonly string[]) => {
    const sums = countsOf(documents, buckets);
    return {
      documents: documents.length,
      ngrams: totalOf(sums),
      distances: distancesOf(state.real.counts, sums),
    };
  };
  const figures = {
    prior: prior.name,
    real: side(real.name, state.real, perplexities.real),
    synthetic: {
      ...side(synthetic.name, state.synthetic, perplexities.synthetic),
      distances: distancesOf(state.real.counts, state.synthetic.counts),
    },
    selected: chosen(selected),
    atRandom: chosen(asManyNgrams(state.atRandom, totalOf(countsOf(selected, buckets)), buckets)),
  };
  const output: AnalyseOutput = { task: "analyse", ...figures, findings: analyseFindings(figures) };
  const lines = state.selected.map(
    ({ value, index }) => `${JSON.stringify({ text: value, document: index })}\n`,
  );
  await ctx.artifact("selected.jsonl", lines.join(""), "application/jsonl");
  const run = { runId: ctx.runId, seed: ctx.seed };
  for (const { name, body, type } of analyseReport({
    run,
    input,
    output,
    perplexities,
    counts: { real: state.real.counts, synthetic: state.synthetic.counts },
  })) {
    await ctx.artifact(name, body, type);
  }
  return output;
}

function countsOf(documents: readonly string[], buckets: Bucketing): Float64Array {
  const sums = new Float64Array(buckets.buckets);
  for (const text of documents) {
    for (const bucket of bucketsOf(wordsOf(text), buckets)) sums[bucket] = (sums[bucket] ?? 0) + 1;
  }
  return sums;
}

const totalOf = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0);

/** Random documents, in a random order, until they have as many n-grams: a distance depends on how many there are. */
function asManyNgrams(documents: readonly Kept<string>[], ngrams: number, buckets: Bucketing): string[] {
  const taken: string[] = [];
  let total = 0;
  for (const { value } of documents.toSorted((a, b) => b.key - a.key)) {
    if (total >= ngrams) break;
    taken.push(value);
    total += bucketsOf(wordsOf(value), buckets).length;
  }
  return taken;
}
