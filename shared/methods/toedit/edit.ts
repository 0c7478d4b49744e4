import * as z from "zod";
import { type CheckpointPace, checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { readText } from "../text.ts";
import { underway } from "../train.ts";
import { type Block, blocksOf } from "./block.ts";
import { editReport } from "./edit-report.ts";
import { createEditor, type Edited, type Editor } from "./editor.ts";
import { halvesOf } from "./halves.ts";
import type { EditInput } from "./input.ts";
import type { EditOutput } from "./output.ts";
import { openPrior, type Prior, type PriorState } from "./prior.ts";
import { rewritten } from "./rewrite.ts";
import { addSample, sampled } from "./sample.ts";
import { addItems, closeShards, noShards, type ShardOptions, type ShardState, shardSize } from "./shards.ts";
import { weightValues } from "./small-model.ts";
import { type Corpus, corpusOf, textCorpus } from "./source.ts";
import { storedBytes, storedFloats, storedTokens } from "./stored-arrays.ts";
import { bins, nothing, type Tally, tally, withBlock } from "./tally.ts";

const shardFile = z.object({ name: z.string(), bytes: z.int(), items: z.int() });

/** Where an edit stands: the prior, the items that are done, and the block that is under way. */
const editing = z.object({
  prior: z.object({ training: underway.optional(), weights: weightValues.optional() }),
  /** Number of the first item that is not done. */
  next: z.int(),
  tally,
  inexact: z.int(),
  shards: z.object({ files: z.array(shardFile), open: storedBytes, openItems: z.int() }),
  sample: sampled,
  block: z
    .object({
      passes: z.int(),
      edited: storedTokens,
      probabilities: storedFloats,
    })
    .optional(),
});
type Editing = Omit<z.infer<typeof editing>, "prior" | "shards"> & {
  readonly prior: PriorState;
  readonly shards: ShardState;
};

interface Bench {
  readonly input: EditInput;
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly corpus: Corpus;
  readonly prior: Prior;
  readonly shards: ShardOptions;
}

/** Share of the progress that training a prior takes. */
const priorShare = 0.3;

/** Edits a corpus item by item: in little memory at any size, and to the same bytes wherever it was cut. */
export async function edit(input: EditInput, ctx: RunContext): Promise<EditOutput | Paused> {
  const pace = checkpointPace(ctx);
  const corpus = await corpusToEdit(input, ctx);
  let state: Editing = (await ctx.checkpoint.load(editing)) ?? {
    prior: {},
    next: 0,
    tally: nothing,
    inexact: 0,
    shards: noShards,
    sample: [],
  };
  const opened = await openPrior(
    {
      ctx,
      pace,
      options: input,
      trainingText: (text) =>
        input.dataset === undefined && input.prior.dataset === undefined ? halvesOf(text)[0] : text,
      share: priorShare,
      stateWith: (prior) => ({ ...state, prior }),
    },
    state.prior,
  );
  if (opened === "out of time") return ctx.pause();
  state = { ...state, prior: opened.state };
  const bench = { input, ctx, pace, corpus, prior: opened.prior, shards: shardOptions(input, ctx, corpus) };
  const done = await editAll(bench, state);
  return done === "out of time" ? ctx.pause() : conclude(bench, done);
}

async function corpusToEdit(input: EditInput, ctx: RunContext): Promise<Corpus> {
  if (input.dataset !== undefined) return corpusOf(await ctx.dataset(input.dataset), input);
  if (input.fields !== undefined) throw new RangeError("fields: a plain text has none");
  const { name, text } = await readText(ctx, { characters: input.prior.characters });
  return textCorpus(`${name}, second half`, halvesOf(text)[1], input.splitAt);
}

function shardOptions({ shard, shardBytes }: EditInput, ctx: RunContext, corpus: Corpus): ShardOptions {
  const part = shard.of === 1 ? "" : `-${shard.index}-of-${shard.of}`;
  return {
    ctx,
    bytes: shardSize(shardBytes, corpus.bytes / shard.of),
    type: corpus.type,
    nameOf: (number) => `edited${part}-${String(number).padStart(5, "0")}.${corpus.extension}`,
  };
}

async function editAll(bench: Bench, begun: Editing): Promise<Editing | "out of time"> {
  const { input, ctx, corpus, prior } = bench;
  const editor = createEditor({ prior, rule: input, seed: ctx.seed, threads: ctx.threads });
  let state = begun;
  try {
    for await (const block of blocksOf(corpus.items(), prior.tokenizer, input.shard, state.next)) {
      const edited = await editBlock(bench, editor, block, state);
      if (edited === "out of time") return edited;
      state = await withEdited(bench, block, edited, state);
    }
    return state;
  } finally {
    await editor.release();
  }
}

/** Does the passes of a block that are left. */
async function editBlock(
  { ctx, pace, corpus, input }: Bench,
  editor: Editor,
  block: Block,
  state: Editing,
): Promise<Edited | "out of time"> {
  const into: Edited = state.block ?? editor.untouched(block);
  const passes = editor.passes(block);
  for (let pass = state.block?.passes ?? 0; pass < passes.length; pass++) {
    ctx.signal.throwIfAborted();
    const now = (): Editing => ({ ...state, block: { ...into, passes: pass } });
    if (ctx.outOfTime()) {
      await pace.save(now());
      return "out of time";
    }
    await pace.offer(now);
    const next = passes[pass];
    if (next !== undefined) await editor.perform(next, into);
    ctx.progress(progressOf(input, corpus, state), `${wordsOf(state.tally)} edited`);
  }
  return into;
}

function progressOf({ model, shard }: EditInput, corpus: Corpus, { shards }: Editing): number {
  const before = model === undefined ? priorShare : 0;
  const written = shards.open.length + shards.files.reduce((sum, { bytes }) => sum + bytes, 0);
  return before + (1 - before) * Math.min(1, (written * shard.of) / Math.max(1, corpus.bytes));
}

const wordsOf = ({ tokens, items }: Tally) => `${tokens} tokens of ${items} rows or documents`;

/** The state with a block that is edited: counted, and written to the files. */
async function withEdited(
  { input, ctx, prior, shards, pace }: Bench,
  block: Block,
  edited: Edited,
  state: Editing,
) {
  const { texts, inexact } = rewritten(block, edited, prior.tokenizer);
  const counted = withBlock(state.tally, block, edited, input);
  const after: Editing = {
    prior: state.prior,
    next: block.next,
    tally: counted,
    inexact: state.inexact + inexact,
    shards: await addItems(state.shards, texts, shards),
    sample: addSample(state.sample, block, edited),
  };
  if (after.shards.files.length > state.shards.files.length) {
    ctx.metric("candidate_rate", counted.tokens, counted.candidates / counted.tokens);
    ctx.metric("changed_rate", counted.tokens, counted.changed / counted.tokens);
  }
  await pace.offer(() => after);
  return after;
}

async function conclude(
  bench: Bench,
  { tally: counted, inexact, shards, sample }: Editing,
): Promise<EditOutput> {
  const { ctx, input, prior, corpus } = bench;
  if (counted.items === 0) {
    throw new RangeError(
      `dataset: ${corpus.name} has no row or document in shard ${input.shard.index} of ${input.shard.of}`,
    );
  }
  const files = await closeShards(shards, bench.shards);
  const share = (count: number) => count / Math.max(1, counted.tokens);
  const output: EditOutput = {
    task: "edit",
    tokens: counted.tokens,
    candidateRate: share(counted.candidates),
    changedRate: share(counted.changed),
    droppedRate: share(counted.dropped),
    items: counted.items,
    documents: counted.documents,
    inexact,
    prior: {
      name: prior.name,
      window: prior.window,
      perplexity: counted.places === 0 ? null : Math.exp(-counted.logProbability / counted.places),
    },
    histogram: counted.histogram.map((tokens, bin) => ({ from: bin / bins, to: (bin + 1) / bins, tokens })),
    files: [...files],
  };
  const run = { runId: ctx.runId, seed: ctx.seed };
  for (const { name, body, type } of editReport({
    run,
    input,
    output,
    corpus: corpus.name,
    sample,
    tokenizer: prior.tokenizer,
  })) {
    await ctx.artifact(name, body, type);
  }
  return output;
}
