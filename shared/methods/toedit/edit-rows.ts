import { createPlaceScorer, createTopScorer, placeBatch } from "../../lm/place-scoring.ts";
import { createRandom, type Random } from "../../lm/random.ts";
import type { EditRule } from "./input.ts";
import type { Prior } from "./prior.ts";
import { type RowSet, rowAt, rowCount } from "./row-set.ts";
import { decide, eligible, type Place, redraw, type StreamOf, topTokensOf, windowStream } from "./rule.ts";

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
  const into = {
    edited: new Int32Array(set.width - 1),
    probabilities: new Float32Array(set.width - 1),
    at: 0,
    from: 0,
  };
  const streams = new Map<number, StreamOf>();
  await drawRows(
    set,
    editing,
    (index, logProbabilities) => decide(rowAt(set, index), logProbabilities, rule, into),
    (index, place, found) => {
      const stream = streams.get(index) ?? windowStream(seed, index, 0, 0);
      streams.set(index, stream);
      const now = redraw(found, rule.sampler, stream());
      candidates++;
      if (now !== found.token) changed++;
      bytes[index * set.width + place + 1] = now;
    },
  );
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
  const places = Array.from({ length: set.width - 1 }, (_, place) => place);
  let changed = 0;
  await drawRows(
    set,
    editing,
    (index) => places.filter((place) => chosen.has(index * places.length + place)),
    (index, place, found) => {
      const now = anotherToken(found, rule, createRandom(seed, "random edit", index, place));
      if (now !== found.token) changed++;
      bytes[index * set.width + place + 1] = now;
    },
  );
  return { rows: { width: set.width, bytes }, candidates: chosen.size, changed };
}

function chosenPlaces(places: number, count: number, random: Random): ReadonlySet<number> {
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, places)) chosen.add(random.integer(places));
  return chosen;
}

/** A draw among the sampler's tokens without the one that stands there; that one where there is no other. */
function anotherToken(place: Place, { sampler }: EditRule, random: Random): number {
  const { tokens, weights } = eligible(place, sampler);
  const others = tokens.flatMap((other, i) =>
    other === place.token ? [] : [{ other, weight: weights[i] ?? 0 }],
  );
  let left = random.uniform() * others.reduce((sum, { weight }) => sum + weight, 0);
  for (const { other, weight } of others) {
    left -= weight;
    if (left < 0) return other;
  }
  return others.at(-1)?.other ?? place.token;
}

/** Scores all rows in their order, in passes of equal shape, and answers what may stand at the places that are chosen. */
async function drawRows(
  set: RowSet,
  { prior: { config, weights }, rule, threads, signal }: Editing,
  choose: (index: number, logProbabilities: Float32Array) => readonly number[],
  take: (index: number, place: number, found: Place) => void,
): Promise<void> {
  const length = set.width - 1;
  const k = topTokensOf(rule.sampler, config.vocabularySize);
  const batch = Math.min(rowCount(set), placeBatch(config.vocabularySize, length));
  const scorer = await createPlaceScorer(config, weights, { length, threads, batch });
  const top = createTopScorer(config, weights, { k, temperature: rule.temperature, threads });
  try {
    for (let from = 0; from < rowCount(set); from += batch) {
      signal.throwIfAborted();
      const count = Math.min(batch, rowCount(set) - from);
      const scores = await scorer.score(Array.from({ length: count }, (_, i) => rowAt(set, from + i)));
      const wanted = scores.flatMap(({ logProbabilities, states }, i) =>
        choose(from + i, logProbabilities).map((place) => ({
          index: from + i,
          place,
          token: rowAt(set, from + i)[place + 1] ?? 0,
          state: states.subarray(place * config.dModel, (place + 1) * config.dModel),
        })),
      );
      for (const [i, found] of (await top.top(wanted)).entries()) {
        const one = wanted[i];
        if (one !== undefined) take(one.index, one.place, { ...found, token: one.token });
      }
    }
  } finally {
    await scorer.release();
    await top.release();
  }
}
