import * as z from "zod";
import { createRandom } from "../../lm/random.ts";
import type { Tokens } from "../../lm/rows.ts";
import { meanLoss, type Scorer } from "../../lm/scoring.ts";
import { answerLength, answerPlaces, passkeyPrompt } from "./passkey.ts";

const depthHits = z.object({ depth: z.number(), trials: z.int(), right: z.int(), symbols: z.int() });
export type DepthHits = z.infer<typeof depthHits>;

/** One trained model of one seed, looked at through one variant at one length. */
export const trial = z.object({
  variant: z.string(),
  seed: z.int(),
  length: z.int(),
  loss: z.number(),
  passkey: z.array(depthHits),
});
export type Trial = z.infer<typeof trial>;

export interface Evaluation {
  readonly validation: Tokens;
  readonly trials: number;
  readonly depths: number;
  /** Seed of the passkey prompts: every variant is asked the same ones. */
  readonly seed: number;
}

/** Loss on the validation text cut at the scorer's length, and passkeys found, by depth. */
export async function evaluate(
  scorer: Scorer,
  { validation, trials, depths, seed }: Evaluation,
): Promise<Pick<Trial, "loss" | "passkey">> {
  const loss = await meanLoss(scorer, validation);
  const passkey: DepthHits[] = [];
  for (let at = 0; at < depths && trials > 0; at++) {
    const depth = depths === 1 ? 0.5 : at / (depths - 1);
    const count = Math.floor(trials / depths) + (at < trials % depths ? 1 : 0);
    passkey.push({ depth, trials: count, ...(await ask(scorer, { depth, count, seed })) });
  }
  return { loss, passkey };
}

/** How many keys, and how many single symbols, the model's most probable tokens give. */
async function ask(
  scorer: Scorer,
  { depth, count, seed }: { depth: number; count: number; seed: number },
): Promise<{ right: number; symbols: number }> {
  const random = createRandom(seed, "passkey prompts", scorer.length, depth);
  const prompts = Array.from(
    { length: count },
    () => passkeyPrompt(random, { length: scorer.length + 1, depth }).tokens,
  );
  let [right, symbols, next] = [0, 0, 0];
  for await (const { predictions } of scorer.score(prompts)) {
    const prompt = prompts[next++];
    const hits = answerPlaces.filter((place) => predictions.at(place) === prompt?.at(place)).length;
    symbols += hits;
    right += Number(hits === answerLength);
  }
  return { right, symbols };
}
