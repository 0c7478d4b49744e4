import { createRandom } from "../../lm/random.ts";
import { fitMargin } from "./agreement/tie-margin.ts";
import { baselinesOf } from "./baselines.ts";
import type { Breathe } from "./breathe.ts";
import { type Committee, committeesOf, vote } from "./committee.ts";
import type { Judged } from "./evaluate.ts";
import type { Facts } from "./facts.ts";
import type { MetaEvaluateInput } from "./input.ts";
import { verdictOf } from "./judgement.ts";
import { type CrossFitted, crossFit } from "./learned/cross-fitting.ts";
import { kindOf, type MetricName } from "./names.ts";
import type { PassState } from "./passes.ts";
import type { Skipped } from "./scorers/model-passes.ts";
import { surfaceFeatures } from "./scorers/surface.ts";

/** Verdicts of all that is held against people, and what they rest on. */
export interface Panel {
  readonly judged: readonly Judged[];
  readonly committees: readonly Committee[];
  readonly learned: { readonly features: readonly string[]; readonly fitted: CrossFitted } | undefined;
  readonly skipped: readonly Skipped[];
  /** Judgements that figures are taken over, and those that margins were fitted on. */
  readonly rows: Int32Array;
  readonly development: Int32Array;
}

/** Turns the differences of scores into verdicts. */
export async function panelOf(
  input: MetaEvaluateInput,
  facts: Facts,
  available: readonly MetricName[],
  { columns }: Pick<PassState, "columns">,
  { seed, breathe }: { readonly seed: number; readonly breathe: Breathe },
): Promise<Panel> {
  const { rows, development } = splitRows(input, facts, seed);
  const scored = available.flatMap((name): Judged[] => {
    const differences = columns[name];
    if (differences === undefined) return [];
    // A judge that sees both responses says itself when they are the same.
    const fits = input.tieMargin === "fitted" && name !== "judge-pairwise";
    const margin = fits ? fitMargin(facts.labels, differences, development) : 0;
    const verdicts = Uint8Array.from(differences, (difference) => verdictOf(difference, margin));
    return [{ name, kind: kindOf(name), differences, margin, verdicts }];
  });
  const tooFew = facts.questionCount < 2 * input.folds;
  const wanted = available.includes("learned");
  const learned =
    wanted && !tooFew ? await learn(input, facts, scored, columns, { seed, breathe }) : undefined;
  const members = [...scored, ...(learned === undefined ? [] : [learned.judged])];
  const committees = committeesOf(input, available);
  return {
    judged: [
      ...baselinesOf(facts, rows, columns, seed),
      ...members,
      ...committees.map(({ name, members: names }): Judged => {
        const votes = members.filter((member) => names.some((own) => own === member.name));
        const ballots = votes.map(({ verdicts }) => verdicts);
        return { name, kind: "committee", margin: 0, ...vote(ballots, facts.count) };
      }),
    ],
    committees,
    learned: learned && { features: learned.features, fitted: learned.fitted },
    skipped:
      wanted && tooFew
        ? [
            {
              name: "learned",
              reason: `${facts.questionCount} questions are too few for ${input.folds} folds`,
            },
          ]
        : [],
    ...{ rows, development },
  };
}

/** The questions that tie margins are fitted on, drawn by the seed, and the others. */
function splitRows(
  { tieMargin, developmentShare }: MetaEvaluateInput,
  { judged, questions, questionCount }: Facts,
  seed: number,
): { rows: Int32Array; development: Int32Array } {
  if (tieMargin === "none") return { rows: judged, development: new Int32Array() };
  const mixed = createRandom(seed, "development").shuffle(
    Int32Array.from({ length: questionCount }, (_, question) => question),
  );
  const chosen = new Set(mixed.subarray(0, Math.max(1, Math.round(developmentShare * questionCount))));
  const isChosen = (row: number) => chosen.has(questions[row] ?? -1);
  const split = { rows: judged.filter((row) => !isChosen(row)), development: judged.filter(isChosen) };
  if (split.rows.length > 0 && split.development.length > 0) return split;
  throw new RangeError(`developmentShare: ${questionCount} questions cannot be split at ${developmentShare}`);
}

/** The learned preference, from the surface of the responses and the differences of all other metrics. */
async function learn(
  { folds }: MetaEvaluateInput,
  facts: Facts,
  scored: readonly Judged[],
  columns: PassState["columns"],
  drawing: { readonly seed: number; readonly breathe: Breathe },
) {
  const sources = [
    ...surfaceFeatures.flatMap((name) => {
      const values = columns[name];
      return values === undefined ? [] : [{ name: name as string, values }];
    }),
    ...scored.flatMap(({ name, differences }) =>
      differences === undefined ? [] : [{ name, values: differences }],
    ),
  ];
  const count = sources.length;
  const values = new Float64Array(facts.count * count);
  for (const [feature, source] of sources.entries()) {
    // What gave no score says nothing for either side.
    for (const [row, value] of source.values.entries()) values[row * count + feature] = value || 0;
  }
  const labelled = { ...facts, rows: [...facts.judged] };
  const fitted = await crossFit({ values, count }, labelled, { folds, ...drawing });
  const judged: Judged = {
    name: "learned",
    kind: kindOf("learned"),
    margin: 0,
    verdicts: fitted.verdicts,
    differences: fitted.utilities,
  };
  return { judged, fitted, features: sources.map(({ name }) => name) };
}
