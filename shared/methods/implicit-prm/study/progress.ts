import { rowsPerExample } from "../../../lm/fine-tuning/outcome-loss.ts";
import { addends } from "../arithmetic.ts";
import type { StudyInput } from "../input.ts";
import { paceOf } from "../tuned.ts";
import type { Part } from "../work.ts";

/** About how long a row takes that is written, or scored, beside one that is trained on. */
const [written, scored] = [2, 0.4];

/** Where on the bar each part of seed `index` lies, by how long it takes about. */
export function partsOf(input: StudyInput, index: number): (name: string) => Part {
  const weights = partWeights(input);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const at = (weight: number) => (index + weight / total) / input.seeds;
  let before = 0;
  const bars = new Map(
    [...weights].map(([name, weight]): [string, Part["bar"]] => {
      const from = before;
      before += weight;
      return [name, [at(from), at(before)]];
    }),
  );
  return (name) => ({ name, bar: bars.get(name) ?? [at(before), at(before)] });
}

/** The parts in their order. */
function partWeights({ data, losses, paces, training, shepherd, more }: StudyInput): Map<string, number> {
  const responses = data.problems * data.responses;
  const measured = data.developmentProblems * data.responses + data.heldOutProblems * data.candidates;
  const { batch } = training;
  const trained = (steps: number, rows: number) => steps * batch * rows + scored * measured;
  const tried = responses * (shepherd.full ? 1 : 1 / 3);
  const entries: (readonly [string, number])[] = [
    ["policy", data.policy.steps * data.policy.batch],
    ["rollouts", written * (responses + measured)],
    ["reference", scored * measured],
    ["reference of training", scored * responses],
    ...losses.flatMap((loss) => [
      ...(loss === "kto" ? ([["kto mismatched", scored * responses]] as const) : []),
      [loss, trained(paceOf(loss, paces[loss]).steps, rowsPerExample(loss))] as const,
    ]),
    ...(more === undefined
      ? []
      : ([
          ["more rollouts", written * more.problems * data.responses],
          ["reference of more", scored * more.problems * data.responses],
          ["ce-large", trained(more.steps, 1)],
        ] as const)),
    ...(["orm", "verifier", "exact"] as const).map(
      (name) => [name, trained(paceOf(name, paces[name]).steps, 1)] as const,
    ),
    ["rollouts from steps", written * tried * (addends - 1) * shepherd.rollouts],
    ["shepherd", trained(paceOf("shepherd", paces.shepherd).steps / 3, 1)],
    ...(shepherd.full
      ? ([["shepherd-full", trained(paceOf("shepherd", paces.shepherd).steps, 1)]] as const)
      : []),
  ];
  return new Map(entries);
}
