import type { RunContext } from "../contract.ts";
import { type JudgementRow, judgementRow } from "../rows.ts";
import { constructedJudgements } from "./constructed/judgements.ts";
import type { MetaEvaluateInput } from "./input.ts";
import { type Judgement, verdicts } from "./judgement.ts";

/** Judgements that can be read again and again, as their source has them. */
export interface JudgementSource {
  readonly name: string;
  read(): AsyncIterable<Judgement>;
}

/** The judgements of a data set, or those that the project constructs. */
export async function openJudgements(
  { dataset, constructed }: Pick<MetaEvaluateInput, "dataset" | "constructed">,
  ctx: Pick<RunContext, "dataset" | "seed">,
): Promise<JudgementSource> {
  if (dataset === undefined) {
    const made = [...constructedJudgements(constructed, ctx.seed)].map((one, index) => ({ ...one, index }));
    return {
      name: "constructed from facts",
      read: async function* () {
        yield* made;
      },
    };
  }
  const content = await ctx.dataset(dataset);
  return {
    name: content.name,
    read: async function* () {
      let index = 0;
      for await (const row of content.rows(judgementRow)) {
        for (const pair of pairsOf(row)) yield { ...pair, index: index++ };
      }
    },
  };
}

/** A row of more than two responses is one pair for each that the preferred one is held against. */
function pairsOf({
  question,
  context = "",
  reference,
  responses,
  label,
  setting = "",
}: JudgementRow): Omit<Judgement, "index">[] {
  const chosen = label === "same" ? 0 : label;
  const asked = questionWith(context, question);
  return responses.flatMap((response, other) => {
    if (other === chosen) return [];
    // The responses keep their order.
    const isFirst = chosen < other;
    const [first = "", second = ""] = isFirst ? [responses[chosen], response] : [response, responses[chosen]];
    const better = isFirst ? verdicts.first : verdicts.second;
    return [
      {
        question: asked,
        reference: blank(reference),
        ...{ first, second, setting },
        label: label === "same" ? verdicts.same : better,
      },
    ];
  });
}

/** What is asked, with the material that it is asked of. */
export const questionWith = (context: string, question: string): string =>
  context.trim() === "" ? question : `${context}\n\n${question}`;

/** A text of white space alone is none. */
const blank = (text: string | undefined) => (text === undefined || text.trim() === "" ? undefined : text);
