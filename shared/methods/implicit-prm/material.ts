import { type LanguageModel, loadModel } from "../../lm/stored-model.ts";
import { byteTokenizer } from "../../lm/tokenizers/byte.ts";
import type { RunContext } from "../contract.ts";
import { answerOf } from "./arithmetic.ts";
import type { ArithmeticInput, PreferencesInput } from "./input.ts";
import { type Responses, readResponses, rolloutResponses } from "./responses.ts";
import { drawProblems, policyConfig, rolloutsOf, trainPolicy } from "./rollouts.ts";
import { continued, type Part, trained, type Work, weightsAt } from "./work.ts";

/** What a reward model is trained from. */
export interface Material {
  readonly base: LanguageModel;
  readonly read: Responses;
  /** What the responses are, for a reader. */
  readonly name: string;
}

/** Trains the policy and lets it answer all problems. */
export async function arithmeticMaterial(
  work: Work,
  data: ArithmeticInput,
  bars: { readonly policy: Part["bar"]; readonly rollouts: Part["bar"] },
): Promise<Material> {
  const { seed, ctx } = work;
  const config = policyConfig(data);
  const policy = await trained(work, { name: "policy", bar: bars.policy }, data.policy.steps, (from) =>
    trainPolicy(config, data, { seed, threads: ctx.threads }, from),
  );
  const base = { config, weights: weightsAt(config, policy), tokenizer: byteTokenizer };
  const problems = drawProblems(data, seed);
  const count = rolloutsOf(data);
  const texts = problems.flatMap((problem, at) => new Array<string>(count(at)).fill(problem));
  const solutions = await continued(work, { name: "rollouts", bar: bars.rollouts }, texts, base);
  const read = rolloutResponses(problems, solutions, count, answerOf, base);
  return { base, read, name: "Running sums" };
}

/** The model and the responses that a caller names. */
export async function preferencesMaterial(ctx: RunContext, data: PreferencesInput): Promise<Material> {
  const base = await loadModel(await ctx.model(data.model));
  const content = await ctx.dataset(data.dataset);
  const read = await readResponses(content, base, { ...data, field: "data.dataset", least: 5 });
  return { base, read, name: content.name };
}
