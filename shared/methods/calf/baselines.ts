import { createRandom } from "../../lm/random.ts";
import type { Judged } from "./evaluate.ts";
import type { Facts } from "./facts.ts";
import { verdictOf } from "./judgement.ts";
import type { BaselineName } from "./names.ts";

/**
 * What agreement costs nothing: the label that is most frequent, of all or of the setting that is looked at; one of the
 * labels that occur, drawn by the seed; and the longer of both responses, in characters and in tokens.
 */
export function baselinesOf(
  facts: Pick<Facts, "count" | "labels" | "settings" | "settingNames">,
  rows: ArrayLike<number>,
  columns: Readonly<Record<string, Float64Array>>,
  seed: number,
): Judged[] {
  const { count, labels, settings } = facts;
  const bySetting = facts.settingNames.map((_, setting) =>
    mostFrequent(
      Array.from(rows).filter((row) => settings[row] === setting),
      labels,
    ),
  );
  const occurring = [0, 1, 2].filter((label) => Array.from(rows).some((row) => labels[row] === label));
  const random = createRandom(seed, "random verdicts");
  const baseline = { kind: "baseline", margin: 0 } as const;
  const longer = (name: BaselineName): Judged => {
    const differences = columns[name] ?? new Float64Array(count);
    const verdicts = Uint8Array.from(differences, (difference) => verdictOf(difference));
    return { ...baseline, name, verdicts, differences };
  };
  return [
    {
      ...baseline,
      name: "majority-label",
      verdicts: new Uint8Array(count).fill(mostFrequent(Array.from(rows), labels)),
      inSetting: Uint8Array.from(settings, (setting) => bySetting[setting] ?? 0),
    },
    {
      ...baseline,
      name: "random",
      verdicts: Uint8Array.from({ length: count }, () => occurring[random.integer(occurring.length)] ?? 0),
    },
    longer("longer"),
    longer("longer-tokens"),
  ];
}

/** The first of equals. */
function mostFrequent(rows: readonly number[], labels: Uint8Array): number {
  const counts = [0, 1, 2].map((label) => rows.filter((row) => labels[row] === label).length);
  return counts.indexOf(Math.max(...counts));
}
