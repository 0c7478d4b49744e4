import { type RowSource, windowsOf } from "../../lm/rows.ts";
import { loadModel } from "../../lm/stored-model.ts";
import type { CheckpointPace } from "../checkpoint-pace.ts";
import type { RunContext } from "../contract.ts";
import type { Corpus } from "./corpus.ts";
import { type FamilyTraining, type Member, trainFamily } from "./family.ts";
import { mixed, taskRows } from "./tasks.ts";
import { type Cast, configOf, type PairInput } from "./voices.ts";

/** A pair to train, from where `begun` says it stands. */
interface PairTraining {
  readonly input: PairInput;
  readonly ctx: RunContext;
  readonly pace: CheckpointPace;
  readonly corpus: Corpus;
  readonly begun: FamilyTraining;
  /** Share of the run's work that the trainings are. */
  readonly share: number;
  /** The whole run's state with this in it: what a checkpoint holds. */
  stateWith(family: FamilyTraining): unknown;
}

/** Trains the models of a run that names none; out of time, a checkpoint is saved. */
export function trainPair({
  input,
  ctx,
  pace,
  corpus,
  begun,
  share,
  stateWith,
}: PairTraining): Promise<FamilyTraining | "out of time"> {
  const { tokenizer, validation } = corpus;
  const { training: plan, trainingLength: length } = input;
  const members = pairMembers(input, corpus);
  return trainFamily({ ctx, pace, members, plan, length, tokenizer, validation, share, stateWith }, begun);
}

/** The models to train for a pair: small and large, and for proxy tuning the small one trained on. */
function pairMembers(input: PairInput, { training, tokenizer }: Corpus): Member[] {
  const { pair, trainingLength: length } = input;
  const { steps } = input.training;
  const text = windowsOf(training, length);
  const kind = input.task === "compare" && input.prompts.from === "task" ? input.prompts.kind : undefined;
  const task = kind === undefined ? undefined : taskRows(kind, tokenizer);
  const rows = task === undefined ? text : mixed(text, task);
  const member = (key: "small" | "large"): Member => {
    const config = configOf(pair[key], tokenizer.vocabularySize, length);
    return { key, config, steps, rows, stream: [key] };
  };
  const proxy = input.task === "generate" ? input.decoder === "proxy" : input.decoders.includes("proxy");
  const [small, large] = [member("small"), member("large")];
  if (!proxy) return [small, large];
  const lastQuarter: RowSource = windowsOf(training.subarray(Math.floor(training.length * 0.75)), length);
  const tuned: Member = {
    ...small,
    key: "small-tuned",
    steps: pair.tuningSteps,
    rows: task ?? lastQuarter,
    stream: ["tuned"],
    from: "small",
  };
  return [small, large, tuned];
}

/** The trained models, out of the store. */
export async function trainedCast({ members }: FamilyTraining, ctx: RunContext): Promise<Cast> {
  const load = async (key: string) => {
    const member = members.find((one) => one.key === key);
    return member === undefined ? undefined : loadModel(await ctx.model(member.model));
  };
  const [small, large, tuned] = [await load("small"), await load("large"), await load("small-tuned")];
  if (small === undefined || large === undefined) throw new Error("the pair was not trained");
  return { small, large, ...(tuned !== undefined && { tuned, untuned: small }) };
}
