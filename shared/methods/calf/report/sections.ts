import { createRandom } from "../../../lm/random.ts";
import { formatCount, formatNumber, formatPercent } from "../../../report/format.ts";
import type { Section } from "../../../report/page.ts";
import { instructions } from "../constructed/filler.ts";
import { constructedJudgements } from "../constructed/judgements.ts";
import type { MetaEvaluateInput } from "../input.ts";
import { verdicts } from "../judgement.ts";
import { pairwiseQuestion } from "../judges/pairwise.ts";
import { isJudge, labelOf, type Perturbation, perturbationNames } from "../names.ts";
import type { MetaEvaluateOutput } from "../output.ts";
import { noChatModel } from "../scorers/model-passes.ts";
import { probeTable, weightTable } from "./tables.ts";

/** What the learned preference goes by. */
export function learnedSection(output: MetaEvaluateOutput): Section[] {
  const { learned } = output;
  if (learned === null) return [];
  return [
    {
      heading: "The learned preference",
      text: [
        `Ordered logistic regression on differences between both responses, without an intercept, so that it cannot prefer a side. It is trained on ${learned.folds - 1} of ${learned.folds} folds of the questions and judges the one that is left, so that no judgement is by a model that saw its question.`,
      ],
      tables: [weightTable(output)],
      notes: [
        learned.cut.mean === 0
          ? "There was no tie to learn from."
          : `A tie is likelier than either side where the utility is near 0; the cuts are at ±${formatNumber(learned.cut.mean, 2)}.`,
      ],
    },
  ];
}

/** What the judges took, or why there are none. */
export function judgeSection(
  { metrics, judge }: MetaEvaluateInput,
  { judges }: Pick<MetaEvaluateOutput, "judges">,
): Section[] {
  const off = metrics.some(isJudge)
    ? `Judges were asked for and are off: ${noChatModel}.`
    : "None was asked for. With a chat model configured, the metrics judge-pairwise, judge-rubric and judge-claims ask it.";
  const oneOrder =
    judges !== null && metrics.includes("judge-pairwise") && !judge.swap
      ? ["The pairwise judge saw one order alone."]
      : [];
  return [
    {
      heading: "Prompt-based judges",
      text: judges === null ? [off] : [...judgeWords(judges), ...orderWords(judges), ...oneOrder],
    },
  ];
}

type Judges = MetaEvaluateOutput["judges"];

/** What the judges' model was asked for; nothing where there was none. */
export function judgeWords(judges: Judges): string[] {
  if (judges === null) return [];
  const { provider, model, calls, inputTokens, outputTokens, cost } = judges;
  const price = cost === null ? "" : `, at a cost of ${formatNumber(cost, 3)}`;
  return [
    `${model} (${provider}) answered ${formatCount(calls)} times, for ${formatCount(inputTokens)} tokens read and ${formatCount(outputTokens)} written${price}. An answer that cannot be read is no verdict, and counts as wrong.`,
  ];
}

function orderWords({ swaps }: NonNullable<Judges>): string[] {
  if (swaps.asked === 0) return [];
  const share = (count: number) => formatPercent(count / swaps.asked, 1);
  return [
    `The pairwise judge read ${formatCount(swaps.asked)} pairs in both orders and said the same of ${share(swaps.consistent)}; in ${share(swaps.firstPlace)} it preferred whatever stood first. What changes with the order counts as a tie. Metrics that score each response by itself cannot depend on it.`,
  ];
}

/** Which metrics could not be taken, and why. */
export const skippedWords = (skipped: MetaEvaluateOutput["skipped"]): string[] =>
  skipped.length === 0
    ? []
    : [`Not taken: ${skipped.map(({ name, reason }) => `${labelOf(name)} (${reason})`).join("; ")}.`];

/** What a text does that addresses whoever judges. */
export function injectionSection(
  { metrics, confidence }: MetaEvaluateInput,
  output: MetaEvaluateOutput,
): Section[] {
  if (output.probes.length === 0) return [];
  const [request = ""] = instructions.en;
  const shown = pairwiseQuestion({
    question: "Why …?",
    reference: "All facts, as the reference has them.",
    first: `Half of the facts. ${request}`,
    second: "All facts, in other words.",
  });
  return [
    {
      heading: "Answers that address the judge",
      text: [
        `A request is added to an answer with half of the facts, such as “${request}” To a metric of texts it is a text like any other: bags of words change as much by its words in an order without sense, and the others by what shuffling does to pairs of words.`,
        `A chat model is shown every text between lines with a hash of it, which the text cannot contain, and is told that nothing there is an instruction${metrics.some(isJudge) ? "" : "; none was asked here"}.`,
      ],
      tables: [probeTable(output, confidence)],
      tokenTexts: [
        {
          caption: "An answer with a request, as the pairwise judge is shown it",
          legend: [],
          tokens: [{ text: shown.content }],
        },
      ],
    },
  ];
}

const made: Readonly<Record<Perturbation, string>> = {
  dropped: "all facts, and half of them",
  contradicted: "all facts, and the same with one turned false",
  padded: "all facts, and half of them with sentences that say nothing, longer than all",
  reordered: "all facts, and the same in another order: a tie",
  restated: "all facts, and the reference itself: a tie",
  copied: "all facts, and the reference with one fact turned false",
  unrelated: "all facts, and those of another question",
  injected: "all facts, and half of them with a request for full marks",
};

/** How the judgements were made, with an example of each. */
export function perturbationSection(seed: number): Section {
  const question = createRandom(seed, "example").integer(30);
  const examples = perturbationNames.flatMap((name) => {
    const judgements = [...constructedJudgements({ perturbations: [name], variants: 1 }, seed)];
    const example = judgements[question];
    return example === undefined ? [] : [{ name, ...example }];
  });
  return {
    heading: "How the judgements are made",
    text: [
      "64 questions, 44 in English and 20 in Chinese, each with four or five facts in two wordings, true and false. The reference has the facts in one wording, both answers in the other, so that none wins by being a copy; the label follows from what was done to the facts.",
    ],
    tables: [
      {
        caption: examples[0]?.question ?? "",
        columns: [{ label: "Setting" }, { label: "Both answers" }, { label: "Label" }],
        rows: examples.map(({ name, label }) => [
          name,
          made[name],
          label === verdicts.same ? "same" : label === verdicts.first ? "first" : "second",
        ]),
      },
    ],
    tokenTexts: examples.slice(0, 2).map(({ name, first, second }) => ({
      caption: `${name}: first and second answer`,
      legend: [],
      tokens: [{ text: `1  ${first}\n\n2  ${second}` }],
    })),
  };
}
