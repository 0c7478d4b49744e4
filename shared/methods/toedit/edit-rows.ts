import { createRandom, type Random } from "../../lm/random.ts";
import { createPlaceScorer, type PlaceScore, placeBatch } from "../../lm/scoring.ts";
import type { EditRule } from "./input.ts";
import type { Prior } from "./prior.ts";
import { type RowSet, rowAt, rowCount } from "./row-set.ts";
import { editRow, eligible, isCandidate, placeAt, topTokensOf, windowStream } from "./rule.ts";

export interface EditedRows {
  readonly rows: RowSet;
  readonly candidates: number;
  readonly changed: number;
}

interface Editing {
  readonly prior: Pick<Prior, "config" | "weights">;
  readonly rule: EditRule;
  readonly seed: number;
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** Edits every row as a document of its own. */
export async function editRows(set: RowSet, editing: Editing): Promise<EditedRows> {
  const { rule, seed } = editing;
  const bytes = set.bytes.slice();
  let [candidates, changed] = [0, 0];
  const edited = new Int32Array(set.width - 1);
  const probabilities = new Float32Array(set.width - 1);
  await scoreRows(set, editing, (index, score, k) => {
    const row = rowAt(set, index);
    editRow(row, score, k, rule, windowStream(seed, index, 0, 0), { edited, probabilities, at: 0, from: 0 });
    for (const [place, token] of edited.entries()) {
      if (isCandidate(probabilities[place] ?? Number.NaN, rule)) candidates++;
      if (token !== row[place + 1]) changed++;
      bytes[index * set.width + place + 1] = token;
    }
  });
  return { rows: { width: set.width, bytes }, candidates, changed };
}

/**
 * The control: `changes` tokens at places drawn uniformly, each replaced by another one that the same prior and
 * sampler give there. As many places change as asked for, if the sampler knows another token at each.
 */
export async function editAtRandom(set: RowSet, changes: number, editing: Editing): Promise<EditedRows> {
  const { rule, seed } = editing;
  const bytes = set.bytes.slice();
  const chosen = chosenPlaces(rowCount(set) * (set.width - 1), changes, createRandom(seed, "random places"));
  let changed = 0;
  await scoreRows(set, editing, (index, score, k) => {
    const random = createRandom(seed, "random edit", index);
    for (let place = 0; place < set.width - 1; place++) {
      if (!chosen.has(index * (set.width - 1) + place)) continue;
      const at = index * set.width + place + 1;
      const now = anotherToken(score, place, bytes[at] ?? 0, k, rule, random);
      if (now !== bytes[at]) changed++;
      bytes[at] = now;
    }
  });
  return { rows: { width: set.width, bytes }, candidates: chosen.size, changed };
}

function chosenPlaces(places: number, count: number, random: Random): ReadonlySet<number> {
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, places)) chosen.add(random.integer(places));
  return chosen;
}

/** A draw among the sampler's tokens without the one that stands there; that one where there is no other. */
function anotherToken(
  score: PlaceScore,
  place: number,
  token: number,
  k: number,
  rule: EditRule,
  random: Random,
): number {
  const { tokens, weights } = eligible(placeAt(score, place, token, k), rule.sampler);
  const others = tokens.flatMap((other, i) => (other === token ? [] : [{ other, weight: weights[i] ?? 0 }]));
  let left = random.uniform() * others.reduce((sum, { weight }) => sum + weight, 0);
  for (const { other, weight } of others) {
    left -= weight;
    if (left < 0) return other;
  }
  return others.at(-1)?.other ?? token;
}

/** Scores all rows in their order, in passes of equal shape. */
async function scoreRows(
  set: RowSet,
  { prior: { config, weights }, rule, threads, signal }: Editing,
  take: (index: number, score: PlaceScore, k: number) => void,
): Promise<void> {
  const length = set.width - 1;
  const k = topTokensOf(rule.sampler, config.vocabularySize);
  const batch = Math.min(rowCount(set), placeBatch(config.vocabularySize, length));
  const options = { length, threads, k, temperature: rule.temperature, batch };
  const scorer = await createPlaceScorer(config, weights, options);
  try {
    for (let from = 0; from < rowCount(set); from += batch) {
      signal.throwIfAborted();
      const indexes = Array.from({ length: Math.min(batch, rowCount(set) - from) }, (_, i) => from + i);
      const scores = await scorer.score(indexes.map((index) => rowAt(set, index)));
      for (const [i, score] of scores.entries()) take(from + i, score, k);
    }
  } finally {
    await scorer.release();
  }
}
