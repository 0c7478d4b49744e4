import type { OutcomeLossName } from "../../lm/fine-tuning/outcome-loss.ts";

export const choiceNames = [
  "first",
  "majority",
  "min",
  "sum",
  "weighted-min",
  "weighted-sum",
  "oracle",
] as const;
/** Ways to choose one of several candidates. `first` is no choice, `oracle` the best that any could be. */
export type ChoiceName = (typeof choiceNames)[number];

export const choiceLabels: Record<ChoiceName, string> = {
  first: "No choice",
  majority: "Majority",
  min: "Smallest step",
  sum: "Whole reward",
  "weighted-min": "Votes by smallest step",
  "weighted-sum": "Votes by whole reward",
  oracle: "Oracle",
};

/** As in `outcomeLoss`. */
export const lossNames = ["ce", "dpo", "kto", "nca"] as const satisfies readonly OutcomeLossName[];

export const lossLabels: Record<OutcomeLossName, string> = { ce: "CE", dpo: "DPO", kto: "KTO", nca: "NCA" };
