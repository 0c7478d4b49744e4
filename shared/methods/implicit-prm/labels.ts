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

/** What is trained with a scalar head in place of that over the vocabulary, by the labels that it is trained on. */
export const headNames = ["orm", "verifier", "exact", "shepherd"] as const;
export type HeadName = (typeof headNames)[number];
export type TrainedName = OutcomeLossName | HeadName;

/** Whatever gives the steps of a response a number each; a study holds them beside each other. */
export const judgeNames = [
  ...lossNames,
  "ce-large",
  "policy-ce",
  "policy-dpo",
  "reference",
  "orm",
  "verifier",
  "shepherd",
  "shepherd-full",
  "exact",
] as const;
export type JudgeName = (typeof judgeNames)[number];

export const judgeLabels: Record<JudgeName, string> = {
  ce: "Implicit, CE",
  dpo: "Implicit, DPO",
  kto: "Implicit, KTO",
  nca: "Implicit, NCA",
  "ce-large": "Implicit, CE, more rollouts",
  "policy-ce": "log π alone (CE)",
  "policy-dpo": "log π alone (DPO)",
  reference: "log π_ref alone",
  orm: "Outcome model",
  verifier: "Outcome model at every step",
  shepherd: "Math-Shepherd, equal compute",
  "shepherd-full": "Math-Shepherd, all rollouts",
  exact: "Labels of steps (ceiling)",
};
