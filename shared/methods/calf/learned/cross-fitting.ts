import { createRandom } from "../../../lm/random.ts";
import type { Breathe } from "../breathe.ts";
import {
  type Features,
  fitPreferences,
  type PreferenceModel,
  probabilities,
  utilityOf,
} from "./preference-model.ts";

/** Verdicts on judgements whose questions the model that gives them was not trained on. */
export interface CrossFitted {
  readonly verdicts: Uint8Array;
  /** The utility of the first response over the second. */
  readonly utilities: Float64Array;
  readonly models: readonly PreferenceModel[];
}

/**
 * Parts the questions into folds by the seed, and judges each fold's by a model that is trained on the others'. `rows`
 * are trained on and judged.
 */
export async function crossFit(
  features: Features,
  { labels, questions, questionCount, rows }: Labelled,
  { folds, seed, breathe }: { readonly folds: number; readonly seed: number; readonly breathe: Breathe },
): Promise<CrossFitted> {
  const mixed = createRandom(seed, "folds").shuffle(
    Int32Array.from({ length: questionCount }, (_, at) => at),
  );
  const foldOf = new Uint8Array(questionCount);
  for (const [place, question] of mixed.entries()) foldOf[question] = place % folds;
  const fold = (row: number) => foldOf[questions[row] ?? 0];
  const verdicts = new Uint8Array(labels.length);
  const utilities = new Float64Array(labels.length);
  const models: PreferenceModel[] = [];
  for (let own = 0; own < folds; own++) {
    await breathe();
    const others = rows.filter((row) => fold(row) !== own);
    const model = fitPreferences(features, labels, others);
    for (const row of rows) {
      if (fold(row) !== own) continue;
      const utility = utilityOf(model, features, row);
      utilities[row] = utility;
      verdicts[row] = likeliest(probabilities(utility, model.cut));
    }
    models.push(model);
  }
  return { verdicts, utilities, models };
}

export interface Labelled {
  readonly labels: Uint8Array;
  readonly questions: Int32Array;
  readonly questionCount: number;
  readonly rows: readonly number[];
}

function likeliest(all: readonly number[]): number {
  // Neither side is preferred where both are as likely.
  if (all[0] === all[1]) return 2;
  return all.indexOf(Math.max(...all));
}
