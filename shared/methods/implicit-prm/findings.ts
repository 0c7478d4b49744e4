import { formatFixed, formatPercent } from "../../report/format.ts";
import type { Finding } from "../finding.ts";
import { type ChoiceName, choiceLabels } from "./labels.ts";
import type { TrainOutput } from "./output.ts";
import type { BestOfN } from "./voting.ts";

const percent = (share: number) => formatPercent(share, 1);

/** Whether rewards choose better than plain voting at the largest N, beyond the spread of both. */
export function choiceFindings(results: readonly BestOfN[]): Finding[] {
  const n = results.reduce((most, one) => Math.max(most, one.n), 0);
  const at = (name: ChoiceName) => results.find((one) => one.n === n && one.method === name);
  const majority = at("majority");
  if (majority === undefined) return [];
  const said = (one: BestOfN) =>
    `${choiceLabels[one.method].toLowerCase()} ${percent(one.accuracy)} ± ${percent(one.sd)}`;
  const against = (name: ChoiceName, claim: string): Finding[] => {
    const mine = at(name);
    if (mine === undefined) return [];
    const by = mine.accuracy - majority.accuracy;
    return [
      {
        claim,
        holds: by > Math.hypot(mine.sd, majority.sd),
        text: `Best of ${n}: ${said(mine)}, ${said(majority)}. Both spreads are over draws of problems and candidates.`,
      },
    ];
  };
  return [
    ...against("min", "The smallest step reward chooses better than the majority"),
    ...against("sum", "The reward of the whole chooses better than the majority"),
    ...against("weighted-sum", "Votes weighted by rewards choose better than plain ones"),
  ];
}

/** What responses held out say of a trained reward model. */
export function trainFindings({
  stepAuroc,
  stepAurocSd,
  outcome,
  bestOfN,
}: Pick<TrainOutput, "stepAuroc" | "stepAurocSd" | "outcome" | "bestOfN">): Finding[] {
  const steps: Finding[] =
    stepAuroc === null
      ? []
      : [
          {
            claim: "Labels of whole responses are enough to find wrong steps (area at least 0.9)",
            holds: stepAuroc >= 0.9,
            text: `Area under the ROC curve over steps held out ${formatFixed(stepAuroc, 3)} ± ${formatFixed(stepAurocSd ?? 0, 3)} over draws of problems; guessing has 0.5. No label of a step was trained on.`,
          },
        ];
  const { auroc, aurocSd } = outcome;
  const whole: Finding[] =
    auroc === null
      ? []
      : [
          {
            claim: "The reward of the whole tells right responses from wrong ones better than guessing",
            holds: auroc - 2 * (aurocSd ?? 0) > 0.5,
            text: `Area under the ROC curve ${formatFixed(auroc, 3)} ± ${formatFixed(aurocSd ?? 0, 3)} over draws of prompts, on ${outcome.responses} responses held out. It holds where 0.5 is more than two of these spreads below.`,
          },
        ];
  const rule: Finding[] =
    outcome.accuracy === null
      ? []
      : [
          {
            claim: "σ(r) > 0.5 decides as well as a fitted threshold",
            holds: outcome.accuracyAtHalf >= outcome.accuracy,
            text: `Accuracy on ${outcome.responses} responses held out: ${percent(outcome.accuracyAtHalf)} at σ(r) > 0.5, ${percent(outcome.accuracy)} at r > ${formatFixed(outcome.threshold ?? 0, 3)}, fitted on other responses; ${percent(outcome.right)} are right. Since E_ref[exp(r/β)] = 1, r is at most β log 1/π_ref(y): what is right may never reach 0.`,
          },
        ];
  return [...steps, ...whole, ...rule, ...choiceFindings(bestOfN)];
}
