import { createRandom } from "../../../lm/random.ts";
import type { InstructionRow } from "../../rows.ts";
import type { SyntheticSettings } from "../fields.ts";
import { type Family, families } from "./families.ts";

/** Instruction rows of task families, and test rows of some of them; every row has its family's name as its task. */
export interface SyntheticData {
  readonly items: readonly InstructionRow[];
  readonly tests: readonly InstructionRow[];
}

/**
 * Rows of the first `families` families in mixed order, and test rows in equal parts of `targets` families that are
 * drawn from those. The streams of both are the seed's own; a short question may stand in both, as in real data.
 */
export function syntheticData(settings: SyntheticSettings, seed: number): SyntheticData {
  const used = families.slice(0, settings.families);
  const drawn = createRandom(seed, "synthetic", "targets")
    .shuffle([...used])
    .slice(0, settings.targets);
  const rowOf = (part: string) => {
    const random = createRandom(seed, "synthetic", part);
    return ({ name, write }: Family): InstructionRow => ({ ...write(random), task: name });
  };
  const [item, test] = [rowOf("items"), rowOf("tests")];
  const items = used.flatMap((family) => Array.from({ length: settings.perFamily }, () => item(family)));
  const tests = Array.from({ length: settings.tests }, (_, at) => drawn[at % drawn.length]).flatMap(
    (family) => (family === undefined ? [] : [test(family)]),
  );
  return { items: createRandom(seed, "synthetic", "mixed").shuffle(items), tests };
}
