import * as z from "zod";
import type { Measure } from "../passes.ts";
import type { Answer } from "../scorers/answer.ts";
import { type Asked, ask, type JudgeOptions, type JudgeQuestion, tallied } from "./ask.ts";
import { fenced, systemPrompt } from "./prompt.ts";

const claims = z.strictObject({
  claims: z.array(z.string()).min(1).max(30).describe("Each one fact, in words that stand alone"),
});
const findings = z.strictObject({
  findings: z.array(
    z.strictObject({
      claim: z.int().min(1).describe("Number of the claim"),
      finding: z.enum(["stated", "contradicted", "absent"]),
    }),
  ),
});

const readSystem = systemPrompt("List the facts that a reference answer states, one claim each.");
const checkSystem = systemPrompt(
  "Say of each numbered claim whether the answer states it, in whatever words, contradicts it, or leaves it out.",
);

/** What the judge is asked for first: the claims of the references. */
export function claimsQuestion({ question, references }: Answer): JudgeQuestion<z.infer<typeof claims>> {
  const content = fenced([
    ["Question", question],
    ...references.map((reference) => ["Reference answer", reference] as const),
  ]);
  return { system: readSystem, content, schema: claims, schemaName: "claims" };
}

/** What it is asked then: which of them the answer states. */
export function findingsQuestion(
  { question, answer }: Answer,
  listed: readonly string[],
): JudgeQuestion<z.infer<typeof findings>> {
  const content = fenced([
    ["Question", question],
    ["Claims", listed.map((claim, at) => `${at + 1}. ${claim}`).join("\n")],
    ["Answer", answer],
  ]);
  return { system: checkSystem, content, schema: findings, schemaName: "findings" };
}

/**
 * Claims of the reference that an answer states, less those that it contradicts, as a share of all. The claims are read
 * once for all answers of a batch to the same question, so that both responses of a pair are held to the same list.
 */
export function claimsMeasure(options: JudgeOptions): Measure<Answer> {
  return {
    columns: ["judge-claims"],
    batch: 8,
    async measure(answers) {
      const lists = new Map<string, Promise<Asked<z.infer<typeof claims>>>>();
      const listOf = (answer: Answer) => {
        const key = JSON.stringify([answer.question, answer.references]);
        const known = lists.get(key) ?? ask(claimsQuestion(answer), options);
        lists.set(key, known);
        return known;
      };
      const checked = await Promise.all(
        answers.map(async (answer) => {
          const listed = (await listOf(answer)).value?.claims;
          return listed === undefined
            ? undefined
            : { listed, asked: await ask(findingsQuestion(answer, listed), options) };
        }),
      );
      const values = Float64Array.from(checked, (one) =>
        one?.asked.value === undefined ? Number.NaN : shareOf(one.listed.length, one.asked.value.findings),
      );
      const asked = [...(await Promise.all(lists.values())), ...checked.flatMap((one) => one?.asked ?? [])];
      return { values, tally: tallied(asked) };
    },
  };
}

/** A claim that is not named is absent; of one that is named twice the last finding counts. */
function shareOf(count: number, found: z.infer<typeof findings>["findings"]): number {
  const byClaim = new Map(
    found.filter(({ claim }) => claim <= count).map(({ claim, finding }) => [claim, finding]),
  );
  let sum = 0;
  for (const finding of byClaim.values())
    sum += finding === "stated" ? 1 : finding === "contradicted" ? -1 : 0;
  return sum / count;
}
