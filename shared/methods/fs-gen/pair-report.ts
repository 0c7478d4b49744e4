import { formatCount, formatNumber } from "../../report/format.ts";
import type { Fact, Figure } from "../../report/page.ts";
import { trainingFigure } from "../report-parts.ts";
import type { TrainedMember } from "./family.ts";
import type { GenerateOutput } from "./output.ts";
import type { PairInput } from "./voices.ts";

/** Training losses of the pair; nothing where its models came from the store. */
export function pairTraining(members: readonly TrainedMember[], input: PairInput): Figure[] {
  if (members.length === 0) return [];
  const runs = members.map(({ key, points }, style) => ({ name: key, style, points }));
  return [trainingFigure({ batch: input.training.batch, length: input.trainingLength, runs })];
}

/** Who the two models are, and how well those that were trained here do. */
export function pairFacts(
  members: readonly TrainedMember[],
  input: PairInput,
  models: GenerateOutput["models"],
): Fact[] {
  const named = (id: string | undefined, parameters: number) =>
    `${id ?? "trained here"}, ${formatCount(parameters)} parameters`;
  return [
    { label: "Small model", value: named(input.small, models.small) },
    { label: "Large model", value: named(input.large, models.large) },
    ...members.map(({ key, loss }) => ({
      label: `Loss of ${key}`,
      value: `${formatNumber(loss)} nats per token`,
    })),
  ];
}
