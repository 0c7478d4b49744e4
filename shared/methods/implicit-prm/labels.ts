import type { OutcomeLossName } from "../../lm/fine-tuning/outcome-loss.ts";
import type { ChoiceName } from "./voting.ts";

export const choiceLabels: Record<ChoiceName, string> = {
  first: "No choice",
  majority: "Majority",
  min: "Smallest step",
  sum: "Whole reward",
  "weighted-min": "Votes by smallest step",
  "weighted-sum": "Votes by whole reward",
  oracle: "Oracle",
};

export const lossLabels: Record<OutcomeLossName, string> = { ce: "CE", dpo: "DPO", kto: "KTO", nca: "NCA" };
