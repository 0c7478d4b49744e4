import { formatFixed, formatPercent } from "../../report/format.ts";
import type { Finding } from "../finding.ts";
import { mixtureArm } from "./collapse-summary.ts";
import type { CollapseInput } from "./input.ts";
import type { ArmResult, RecursionResult } from "./output.ts";
import { armLabel } from "./plan.ts";
import { theoryFindings } from "./theory-parts.ts";

/** Bits per byte for a reader. */
export const bits = (value: number): string => formatFixed(value, 3);

/** Whether a difference within seeds is larger than its spread; with one seed, whether it is there at all. */
const beyond = ({ mean, sd }: { readonly mean: number; readonly sd: number }): boolean =>
  mean > 0 && mean > sd;

/** What a study shows, computed from its figures; differences are those within a seed. */
export function collapseFindings(
  input: CollapseInput,
  arms: readonly ArmResult[],
  recursions: readonly RecursionResult[],
): Finding[] {
  const line = (name: string) =>
    arms.filter(({ arm }) => arm === name).sort((a, b) => a.generation - b.generation);
  const mixtures = line(mixtureArm);
  const [replace, accumulate] = [line("Replace"), line("Accumulate")];
  return [
    ...recursiveFinding(replace),
    ...mixtureFinding(mixtures),
    ...lowerFinding(accumulate, replace, "Accumulating real and written text loses less than replacing it"),
    ...input.edits.flatMap((_, rule) => {
      const edit = line(armLabel({ arm: "edit", rule }, input.edits));
      const control = line(armLabel({ arm: "control", rule }, input.edits));
      const name = edit[0]?.arm ?? "";
      return [
        ...lowerFinding(edit, replace, `${name}: editing loses less than replacing`),
        ...editFinding(edit),
        ...lowerFinding(edit, control, `${name}: editing loses less than as many changes at random places`),
      ];
    }),
    ...theoryFindings(recursions),
  ];
}

const above = ({ aboveReal, seeds }: ArmResult): string =>
  `${aboveReal.mean >= 0 ? "+" : "−"}${bits(Math.abs(aboveReal.mean))}${seeds > 1 ? ` ± ${bits(aboveReal.sd)}` : ""}`;

function recursiveFinding(replace: readonly ArmResult[]): Finding[] {
  const [first, last] = [replace[0], replace.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const grows = replace.every(
    (arm, i) => i === 0 || arm.aboveReal.mean > (replace[i - 1]?.aboveReal.mean ?? Number.NaN),
  );
  return [
    {
      claim: "Models that are trained on the text of the one before them collapse: each generation is worse",
      holds:
        grows && beyond(first.aboveReal) && last.aboveReal.mean - last.aboveReal.sd > first.aboveReal.mean,
      text: `Bits per byte above real rows, generation by generation: ${replace.map(above).join(", ")}.`,
    },
  ];
}

function mixtureFinding(mixtures: readonly ArmResult[]): Finding[] {
  const last = mixtures.at(-1);
  if (mixtures.length < 2 || last === undefined) return [];
  const sorted = mixtures.toSorted((a, b) => (a.synthetic ?? 0) - (b.synthetic ?? 0));
  const grows = sorted.every(
    (arm, i) => i === 0 || arm.aboveReal.mean > (sorted[i - 1]?.aboveReal.mean ?? Number.NaN),
  );
  return [
    {
      claim: "The more synthetic text in the mixture, the higher the loss on real text",
      holds: grows && beyond(last.aboveReal),
      text: `${sorted.map((arm) => `${formatPercent(arm.synthetic ?? Number.NaN)}: ${bits(arm.bitsPerByte.mean)}`).join(", ")} bits per byte.`,
    },
  ];
}

/** Whether the first line's last generation is below the second's by more than both spreads. */
function lowerFinding(mine: readonly ArmResult[], theirs: readonly ArmResult[], claim: string): Finding[] {
  const [a, b] = [mine.at(-1), theirs.at(-1)];
  if (a === undefined || b === undefined) return [];
  const by = b.aboveReal.mean - a.aboveReal.mean;
  return [
    {
      claim,
      holds: by > 0 && by > Math.hypot(a.aboveReal.sd, b.aboveReal.sd),
      text: `After ${a.generation} generation${a.generation === 1 ? "" : "s"} ${above(a)} against ${above(b)} bits per byte above real rows.`,
    },
  ];
}

function editFinding(edit: readonly ArmResult[]): Finding[] {
  const [first] = edit;
  if (first === undefined) return [];
  return [
    {
      claim: `${first.arm}: a model on edited text is better than one on the real text`,
      holds: first.aboveReal.mean < 0 && Math.abs(first.aboveReal.mean) > first.aboveReal.sd,
      text: `${edit.map(above).join(", ")} bits per byte above real rows, generation by generation; ${formatPercent(first.candidateRate ?? Number.NaN, 2)} candidates and ${formatPercent(first.changedRate ?? Number.NaN, 3)} changed in the first.`,
    },
  ];
}
