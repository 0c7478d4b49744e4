import * as z from "zod";
import { createDecoder } from "../../lm/decoding/create.ts";
import type { Decoder } from "../../lm/decoding/decoder.ts";
import { chunksOf, type Tokens, windowsOf } from "../../lm/rows.ts";
import { loadModel } from "../../lm/stored-model.ts";
import { type CheckpointPace, checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { type Corpus, evenly, readCorpus } from "./corpus.ts";
import { type Member, type TrainedMember, trainFamily, training, untrained } from "./family.ts";
import { fittedFrequencies } from "./fitted.ts";
import type { StudyInput } from "./input.ts";
import { differencesAlong, greedyTexts, look, lookAt } from "./looks.ts";
import type { StudyOutput } from "./output.ts";
import { studyReport } from "./study-report.ts";
import { studyOutput } from "./summarise.ts";
import { configOf } from "./voices.ts";

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** Another model's differences along the greedy texts of one, by prompt. */
const along = z.object({ small: z.string(), large: z.string(), texts: z.array(bytes) });
export type Along = z.infer<typeof along>;

/** Where a study stands: models trained, looks taken, greedy texts followed by the models that are no larger. */
const studying = z.object({
  family: training,
  looks: z.array(look),
  /** Models whose greedy texts were followed. */
  followed: z.int(),
  along: z.array(along),
});
export type Studying = z.infer<typeof studying>;

interface Bench {
  readonly input: StudyInput;
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly corpus: Corpus;
  readonly rows: readonly Tokens[];
  readonly prompts: readonly Tokens[];
}

const trainingShare = 0.75;

/** Trains a family, and asks how often its larger models change what its smaller ones say; or fits given frequencies. */
export async function study(input: StudyInput, ctx: RunContext): Promise<StudyOutput | Paused> {
  if (input.frequencies !== undefined || input.published !== undefined) return fittedFrequencies(input, ctx);
  const bench = await prepare(input, ctx);
  let state: Studying = (await ctx.checkpoint.load(studying)) ?? {
    family: untrained,
    looks: [],
    followed: 0,
    along: [],
  };
  const family = await trainFamily(
    {
      ctx,
      pace: bench.pace,
      members: membersOf(input, bench.corpus),
      plan: input.training,
      length: input.trainingLength,
      tokenizer: bench.corpus.tokenizer,
      validation: bench.corpus.validation,
      share: trainingShare,
      stateWith: (family) => ({ ...state, family }),
    },
    state.family,
  );
  if (family === "out of time") return ctx.pause();
  state = { ...state, family };
  const measured = await measure(bench, state);
  return measured === "out of time" ? ctx.pause() : conclude(bench, measured);
}

async function prepare(input: StudyInput, ctx: RunContext): Promise<Bench> {
  const { trainingLength: length, promptTokens, evaluationTokens } = input;
  const corpus = await readCorpus(input, ctx, {
    calibrationTokens: length,
    evaluationTokens,
    longest: Math.max(length, promptTokens),
  });
  const { validation } = corpus;
  return {
    input,
    ctx,
    pace: checkpointPace(ctx),
    corpus,
    rows: [...chunksOf(validation, length)],
    prompts: evenly(validation, input.prompts, promptTokens),
  };
}

/** Each size with each seed, all seeds of a size together. */
function membersOf({ sizes, seeds, training, trainingLength: length }: StudyInput, corpus: Corpus): Member[] {
  const rows = windowsOf(corpus.training, length);
  return sizes.flatMap((size, at) =>
    Array.from({ length: seeds }, (_, seed): Member => {
      const config = configOf(size, corpus.tokenizer.vocabularySize, length);
      const key = `d${size.dModel}-l${size.layers}-${at + 1}-seed${seed}`;
      return { key, config, steps: training.steps, rows, stream: ["study", at, seed] };
    }),
  );
}

/** Looks with every model at the same places, and follows each one's greedy texts; from where `begun` says it stands. */
async function measure(bench: Bench, begun: Studying): Promise<Studying | "out of time"> {
  const { ctx, pace } = bench;
  const { length } = begun.family.members;
  const pool = openPool(bench);
  let state = begun;
  try {
    while (state.followed < length) {
      ctx.signal.throwIfAborted();
      if (ctx.outOfTime()) {
        await pace.save(state);
        return "out of time";
      }
      const done = (state.looks.length + state.followed) / (2 * length);
      ctx.progress(trainingShare + (1 - trainingShare) * done, "holding the models together");
      state = await (state.looks.length < length ? lookOn : follow)(bench, pool, state);
      const now = state;
      await pace.offer(() => now);
    }
    return state;
  } finally {
    await pool.release();
  }
}

/** Decoders of the family's models, opened when first asked for. */
interface Pool {
  of(member: TrainedMember): Promise<Decoder>;
  release(): Promise<void>;
}

function openPool({ input, ctx }: Bench): Pool {
  const opened = new Map<string, Decoder>();
  const window = Math.max(input.trainingLength, input.promptTokens + input.maxTokens);
  return {
    async of({ key, model }) {
      const known = opened.get(key);
      if (known !== undefined) return known;
      const decoder = await createDecoder(await loadModel(await ctx.model(model)), {
        window,
        threads: ctx.threads,
      });
      opened.set(key, decoder);
      return decoder;
    },
    release: async () => {
      for (const decoder of opened.values()) await decoder.release();
    },
  };
}

async function lookOn({ rows }: Bench, pool: Pool, state: Studying): Promise<Studying> {
  const found = await lookAt(await pool.of(memberAt(state, state.looks.length)), rows);
  return { ...state, looks: [...state.looks, found] };
}

/** The greedy texts of one model, and where each other that is no larger would have said another token. */
async function follow({ prompts, input }: Bench, pool: Pool, state: Studying): Promise<Studying> {
  const large = memberAt(state, state.followed);
  const texts = await greedyTexts(await pool.of(large), prompts, input.maxTokens);
  const found: Along[] = [];
  for (const small of state.family.members) {
    if (small === large || small.parameters > large.parameters) continue;
    const differing = await differencesAlong(await pool.of(small), prompts, texts);
    found.push({ small: small.key, large: large.key, texts: differing });
  }
  return { ...state, along: [...state.along, ...found], followed: state.followed + 1 };
}

function memberAt({ family }: Studying, at: number): TrainedMember {
  const member = family.members[at];
  if (member === undefined) throw new RangeError(`no model ${at}`);
  return member;
}

async function conclude({ input, ctx, corpus }: Bench, state: Studying): Promise<StudyOutput> {
  const { output, details } = studyOutput(input, ctx.seed, state);
  const run = { runId: ctx.runId, seed: ctx.seed };
  const { members } = state.family;
  const files = studyReport({ run, input, output, details, members, text: corpus.name });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}
