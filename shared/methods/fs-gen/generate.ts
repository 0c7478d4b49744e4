import * as z from "zod";
import { createRandom } from "../../lm/random.ts";
import { chunksOf } from "../../lm/rows.ts";
import { encodeFromStart } from "../../lm/special-tokens.ts";
import { type LanguageModel, parametersOf } from "../../lm/stored-model.ts";
import { textAfter } from "../../lm/tokenizers/text-after.ts";
import { checkpointPace } from "../checkpoint-pace.ts";
import type { Paused, RunContext } from "../contract.ts";
import { calibrate, learnedOf } from "./calibration.ts";
import type { TracedToken, Voices } from "./collaborate.ts";
import { type Corpus, readCorpus } from "./corpus.ts";
import { type FamilyTraining, training, untrained } from "./family.ts";
import { generateReport } from "./generate-report.ts";
import type { GenerateInput } from "./input.ts";
import type { GenerateOutput, Traced } from "./output.ts";
import { trainedCast, trainPair } from "./pair.ts";
import { type Rounding, roundingOf } from "./rounding.ts";
import { isLearned, isScored, type Routing } from "./routers.ts";
import { decodingOf, fusionOf, samplingOf } from "./settings.ts";
import { share } from "./tally.ts";
import { type Cast, contextOf, namedCast, openStage } from "./voices.ts";
import { countOf, hasEnded, textOf, write } from "./written.ts";

const probability = z.number();
const tracedToken = z.object({
  token: z.int(),
  by: z.enum(["small", "both", "large"]),
  consulted: z.boolean(),
  accepted: z.boolean().optional(),
  rejected: z.int().optional(),
  small: probability,
  fused: probability.optional(),
  differs: z.boolean(),
  differsFromUntuned: z.boolean().optional(),
  calls: z.int(),
});

/** Where a text stands: the models that are trained, and the stretches that are written. */
const generating = z.object({
  family: training,
  trace: z.array(tracedToken),
  seconds: z.number(),
});
type Generating = z.infer<typeof generating>;

/** Most tokens that are written in one go. */
const longestStretch = 256;
const trainingShare = 0.8;

/** Continues a prompt with two models under one decoder and router. */
export async function generate(input: GenerateInput, ctx: RunContext): Promise<GenerateOutput | Paused> {
  const pace = checkpointPace(ctx);
  const named = await namedCast(input, ctx);
  const needsText = named === undefined || isLearned(input.router);
  const corpus = needsText ? await corpusOf(input, ctx, named) : undefined;
  let state: Generating = (await ctx.checkpoint.load(generating)) ?? {
    family: untrained,
    trace: [],
    seconds: 0,
  };
  if (named === undefined && corpus !== undefined) {
    const stateWith = (family: FamilyTraining) => ({ ...state, family });
    const { family: begun } = state;
    const family = await trainPair({ input, ctx, pace, corpus, begun, share: trainingShare, stateWith });
    if (family === "out of time") return ctx.pause();
    state = { ...state, family };
  }
  const cast = named ?? (await trainedCast(state.family, ctx));
  const prompt = encodeFromStart(cast.small, input.prompt);
  if (prompt.length === 0) throw new RangeError("prompt: has no token");
  const window = contextOf(cast);
  const { precision } = input;
  const stage = await openStage(cast, { window, threads: ctx.threads, precision });
  try {
    const voices = stage.of(input.decoder);
    const routing = await routingOf(input, ctx, voices, corpus);
    while (state.trace.length < input.maxTokens && !hasEnded(state.trace, cast.small)) {
      ctx.signal.throwIfAborted();
      if (ctx.outOfTime()) {
        await pace.save(state);
        return ctx.pause();
      }
      state = await writeOn({ input, ctx, voices, routing, window, model: cast.small }, prompt, state);
      const now = state;
      await pace.offer(() => now);
    }
    const text = [...prompt, ...state.trace.map(({ token }) => token)];
    const sizes = { window, threads: ctx.threads };
    const rounding = precision === "int8" ? await roundingOf(cast.large, text, sizes) : null;
    return await conclude(input, ctx, { cast, corpus, rounding, before: prompt.at(-1) }, state);
  } finally {
    await stage.release();
  }
}

function corpusOf(input: GenerateInput, ctx: RunContext, named: Cast | undefined): Promise<Corpus> {
  return readCorpus(input, ctx, {
    calibrationTokens: input.calibrationTokens,
    evaluationTokens: 4096,
    longest: input.trainingLength,
    tokenizer: named?.small.tokenizer,
  });
}

async function routingOf(
  input: GenerateInput,
  ctx: RunContext,
  voices: Voices,
  corpus: Corpus | undefined,
): Promise<Routing> {
  const { router, rate, threshold, decoder } = input;
  if (!isScored(router)) return { router, rate };
  if (!isLearned(router) || corpus === undefined) return { router, threshold };
  ctx.progress(trainingShare, "learning where the large model changes a token");
  const texts = [...chunksOf(corpus.calibration, input.trainingLength)].map((tokens) => ({
    tokens,
    from: 1,
  }));
  const known = await calibrate(voices, texts, fusionOf(input, decoder), ctx.seed);
  return { router, threshold, learned: learnedOf(router, known) };
}

interface Writing {
  readonly input: GenerateInput;
  readonly ctx: RunContext;
  readonly voices: Voices;
  readonly routing: Routing;
  /** Tokens that all models hold at the most. */
  readonly window: number;
  readonly model: LanguageModel;
}

/**
 * The next stretch of the text. Each reads anew what fits of the text before it, so that a text may be longer than
 * the models' context, and a run that was cut goes on from exactly what an uncut one has.
 */
async function writeOn(writing: Writing, prompt: ArrayLike<number>, state: Generating): Promise<Generating> {
  const { input, ctx, voices, routing, window, model } = writing;
  const { maxTokens, decoder } = input;
  const { trace, seconds } = state;
  const done = trace.length / maxTokens;
  ctx.progress(trainingShare + (1 - trainingShare) * done, `token ${trace.length} of ${maxTokens}`);
  const stretch = Math.min(longestStretch, Math.ceil(window / 2));
  const text = [...Array.from(prompt), ...trace.map(({ token }) => token)];
  const collaboration = {
    ...samplingOf(input),
    decoding: decodingOf(input, decoder),
    routing,
    maxTokens: Math.min(stretch, maxTokens - trace.length),
    seed: createRandom(ctx.seed, "text", trace.length).next(),
  };
  const written = await write(voices, text.slice(-(window - stretch)), collaboration, model);
  const calls = trace.at(-1)?.calls ?? 0;
  const more = written.trace.map((one) => ({ ...one, calls: one.calls + calls }));
  return { ...state, trace: [...trace, ...more], seconds: seconds + written.seconds };
}

interface Written {
  readonly cast: Cast;
  readonly corpus: Corpus | undefined;
  readonly rounding: Rounding | null;
  /** The prompt's last token. */
  readonly before: number | undefined;
}

async function conclude(
  input: GenerateInput,
  ctx: RunContext,
  { cast: { small, large, tuned }, corpus, rounding, before }: Written,
  { trace, seconds, family }: Generating,
): Promise<GenerateOutput> {
  const { tokenizer } = small;
  const counts = countOf({ trace, seconds });
  const own = input.decoder === "proxy" && tuned !== undefined ? tuned : small;
  const output: GenerateOutput = {
    task: "generate",
    text: textOf(trace, small, before),
    trace: trace.map((one, i) => show(one, trace[i - 1]?.token ?? before, tokenizer)),
    cof: share(counts.differs, counts.tokens),
    cofUntuned: input.decoder === "proxy" ? share(counts.differsFromUntuned, counts.tokens) : null,
    consulted: share(counts.consulted, counts.tokens),
    tokensPerLargeCall: counts.calls === 0 ? null : counts.tokens / counts.calls,
    seconds,
    models: { small: parametersOf(own.config), large: parametersOf(large.config) },
    rounding,
    saved: family.members.map(({ model }) => model),
  };
  const run = { runId: ctx.runId, seed: ctx.seed };
  const files = generateReport({ run, input, output, members: family.members, text: corpus?.name });
  for (const { name, body, type } of files) await ctx.artifact(name, body, type);
  return output;
}

function show(one: TracedToken, before: number | undefined, tokenizer: LanguageModel["tokenizer"]): Traced {
  const pieceOf = (token: number) => textAfter(tokenizer, before, [token]);
  return {
    token: one.token,
    piece: pieceOf(one.token),
    by: one.by,
    consulted: one.consulted,
    accepted: one.accepted ?? null,
    rejected: one.rejected === undefined ? null : pieceOf(one.rejected),
    small: one.small,
    large: one.fused ?? null,
  };
}
