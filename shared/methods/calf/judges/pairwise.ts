import * as z from "zod";
import type { Judgement } from "../judgement.ts";
import { type Measure, noTally, type Tally } from "../passes.ts";
import { type Asked, ask, type JudgeOptions, type JudgeQuestion, tallied } from "./ask.ts";
import { fenced, systemPrompt } from "./prompt.ts";

/** The analysis comes first: what is written before the verdict is what the verdict rests on. */
const answer = z.strictObject({
  analysis: z
    .string()
    .describe("At most 80 words: which facts of the reference each answer has, lacks or contradicts"),
  verdict: z.enum(["1", "2", "same"]).describe("The better answer, or same where neither is better"),
});
type Verdict = z.infer<typeof answer>["verdict"];

const system = systemPrompt(
  "Compare two answers to one question. First write a short analysis, then the verdict: 1, 2 or same.",
);

type Pair = Pick<Judgement, "question" | "reference" | "first" | "second">;

/** What the judge is shown of two responses, in this order. */
export function pairwiseQuestion({
  question,
  reference,
  first,
  second,
}: Pair): JudgeQuestion<z.infer<typeof answer>> {
  const content = fenced([
    ["Question", question],
    ["Reference answer", reference],
    ["Answer 1", first],
    ["Answer 2", second],
  ]);
  return { system, content, schema: answer, schemaName: "verdict" };
}

/**
 * A judge that sees both responses: 1 where it prefers the first, -1 the second, 0 for neither, NaN where its answer
 * cannot be read. With `swap` it is shown both orders, and prefers a response where it does so in both; what changes
 * with the order is no preference (Zheng et al., arXiv 2306.05685).
 */
export function pairwiseMeasure(options: JudgeOptions & { readonly swap: boolean }): Measure<Judgement> {
  return {
    columns: ["judge-pairwise"],
    batch: 4,
    async measure(judgements) {
      const judged = await Promise.all(judgements.map((judgement) => judge(judgement, options)));
      return { values: Float64Array.from(judged, ({ value }) => value), tally: tallied(judged) };
    },
  };
}

async function judge(pair: Judgement, options: JudgeOptions & { readonly swap: boolean }) {
  const { first, second } = pair;
  const orders = options.swap ? [pair, { ...pair, first: second, second: first }] : [pair];
  const asked = await Promise.all(orders.map((order) => ask(pairwiseQuestion(order), options)));
  const [given, swapped] = asked.map(({ value }) => value?.verdict);
  const tally = tallied(asked);
  if (!options.swap) return { value: sideOf(given), tally };
  const turned = turn(swapped);
  return {
    value: agreed(sideOf(given), sideOf(turned)),
    tally: { ...tally, swaps: swapsOf(asked, given, turned) },
  };
}

function sideOf(verdict: Verdict | undefined): number {
  if (verdict === undefined) return Number.NaN;
  return verdict === "same" ? 0 : verdict === "1" ? 1 : -1;
}

const turn = (verdict: Verdict | undefined): Verdict | undefined =>
  verdict === "1" ? "2" : verdict === "2" ? "1" : verdict;

function agreed(given: number, swapped: number): number {
  if (Number.isNaN(given) || Number.isNaN(swapped)) return Number.NaN;
  return given === swapped ? given : 0;
}

function swapsOf(
  asked: readonly Asked<unknown>[],
  given: Verdict | undefined,
  turned: Verdict | undefined,
): Tally["swaps"] {
  if (asked.some(({ value }) => value === undefined)) return noTally().swaps;
  const firstPlace = given === "1" && turned === "2";
  return { asked: 1, consistent: Number(given === turned), firstPlace: Number(firstPlace) };
}
