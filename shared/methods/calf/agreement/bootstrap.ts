import { createRandom } from "../../../lm/random.ts";
import { quantileOfSorted } from "../../../statistics/quantile.ts";
import type { Breathe } from "../breathe.ts";

/** Judgements with what was right of each metric, in columns. */
export interface JudgedColumns {
  /** Number of each judgement's question, from 0. */
  readonly questions: Int32Array;
  /** Number of each judgement's setting, from 0. */
  readonly settings: Uint16Array;
  readonly settingCount: number;
  /** 1 where the verdict is the label, by metric. */
  readonly right: readonly Uint8Array[];
}

/**
 * Accuracies over draws of the questions with replacement, all judgements of a question together. Every metric and
 * setting sees the same draws, so that differences between them are paired.
 */
export interface Resampled {
  readonly draws: number;
  /** The accuracy of a metric in a draw, NaN where the draw has no judgement of the setting; -1 is all settings. */
  accuracy(draw: number, setting: number, metric: number): number;
}

export interface Drawing {
  readonly draws: number;
  readonly seed: number;
  readonly breathe: Breathe;
}

/** Draws between two breaths. */
const stride = 16;

/** Draws of the questions. Time is draws x questions x metrics, memory draws x settings x metrics. */
export async function resample(
  columns: JudgedColumns,
  { draws, seed, breathe }: Drawing,
): Promise<Resampled> {
  const cells = cellsOf(columns);
  const metrics = columns.right.length;
  // The first group is all settings together.
  const groups = columns.settingCount + 1;
  const [counts, rights] = [new Float64Array(draws * groups), new Float64Array(draws * groups * metrics)];
  const times = new Int32Array(cells.first.length - 1);
  for (let draw = 0; draw < draws; draw++) {
    if (draw % stride === 0) await breathe();
    drawQuestions(times, seed, draw);
    addCells(
      cells,
      times,
      counts.subarray(draw * groups, (draw + 1) * groups),
      rights.subarray(draw * groups * metrics, (draw + 1) * groups * metrics),
    );
  }
  return {
    draws,
    accuracy(draw, setting, metric) {
      const place = draw * groups + setting + 1;
      return (rights[place * metrics + metric] ?? 0) / (counts[place] ?? 0);
    },
  };
}

/** Adds the cells of every question as often as it was drawn, by setting and in all. */
function addCells(cells: Cells, times: Int32Array, counts: Float64Array, rights: Float64Array): void {
  const metrics = rights.length / counts.length;
  for (let question = 0; question < times.length; question++) {
    const weight = times[question] ?? 0;
    if (weight === 0) continue;
    for (let cell = cells.first[question] ?? 0; cell < (cells.first[question + 1] ?? 0); cell++) {
      const group = 1 + (cells.settings[cell] ?? 0);
      counts[group] = (counts[group] ?? 0) + weight * (cells.counts[cell] ?? 0);
      const [from, to] = [cell * metrics, group * metrics];
      for (let metric = 0; metric < metrics; metric++) {
        rights[to + metric] = (rights[to + metric] ?? 0) + weight * (cells.rights[from + metric] ?? 0);
      }
    }
  }
  for (let group = 1; group < counts.length; group++) {
    counts[0] = (counts[0] ?? 0) + (counts[group] ?? 0);
    for (let metric = 0; metric < metrics; metric++) {
      rights[metric] = (rights[metric] ?? 0) + (rights[group * metrics + metric] ?? 0);
    }
  }
}

/** How often each question comes up in as many draws as there are questions: the same for everything of a run. */
export function drawQuestions(times: Int32Array, seed: number, draw: number): void {
  const random = createRandom(seed, "questions drawn", draw);
  times.fill(0);
  for (let drawn = 0; drawn < times.length; drawn++) {
    const question = Math.floor((random.next() / 2 ** 32) * times.length);
    times[question] = (times[question] ?? 0) + 1;
  }
}

/** Judgements of one question and setting added up, those of a question one after the other. */
interface Cells {
  /** Place of each question's first cell, and the number of cells behind them. */
  readonly first: Int32Array;
  readonly settings: Uint16Array;
  readonly counts: Int32Array;
  /** [cells, metrics] */
  readonly rights: Int32Array;
}

function cellsOf({ questions, settings, settingCount, right }: JudgedColumns): Cells {
  const keys = Float64Array.from(
    questions,
    (question, row) => question * settingCount + (settings[row] ?? 0),
  );
  const distinct = Float64Array.from(new Set(keys)).sort();
  const cellOf = new Map(Array.from(distinct, (key, cell) => [key, cell]));
  const metrics = right.length;
  const cells = {
    settings: Uint16Array.from(distinct, (key) => key % settingCount),
    counts: new Int32Array(distinct.length),
    rights: new Int32Array(distinct.length * metrics),
  };
  for (const [row, key] of keys.entries()) {
    const cell = cellOf.get(key) ?? 0;
    cells.counts[cell] = (cells.counts[cell] ?? 0) + 1;
    for (const [metric, column] of right.entries()) {
      const place = cell * metrics + metric;
      cells.rights[place] = (cells.rights[place] ?? 0) + (column[row] ?? 0);
    }
  }
  const owners = Array.from(distinct, (key) => Math.floor(key / settingCount));
  const first = owners.flatMap((owner, cell) => (owner === owners[cell - 1] ? [] : [cell]));
  return { ...cells, first: Int32Array.from([...first, distinct.length]) };
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The percentile interval of a figure over the draws, those that are NaN left out. */
export function intervalOf(draws: number, figure: (draw: number) => number, confidence: number): Interval {
  const values = Float64Array.from({ length: draws }, (_, draw) => figure(draw))
    .filter((value) => !Number.isNaN(value))
    .sort();
  const tail = (1 - confidence) / 2;
  return { low: quantileOfSorted(values, tail), high: quantileOfSorted(values, 1 - tail) };
}

export interface RankInterval extends Interval {
  readonly rank: number;
}

/** The place of each score, 1 the highest, equals sharing the better place, and over the draws that have it. */
export function ranksOf(
  scores: readonly number[],
  { draws, confidence }: { readonly draws: number; readonly confidence: number },
  drawn: (draw: number, at: number) => number,
): RankInterval[] {
  const places = (of: readonly number[]) =>
    of.map((own) =>
      Number.isNaN(own) ? own : 1 + of.reduce((above, other) => above + (other > own ? 1 : 0), 0),
    );
  const inDraws = Array.from({ length: draws }, (_, draw) =>
    places(scores.map((_score, metric) => drawn(draw, metric))),
  );
  return places(scores).map((rank, metric) => ({
    rank,
    ...intervalOf(draws, (draw) => inDraws[draw]?.[metric] ?? Number.NaN, confidence),
  }));
}

/** Means of values drawn with replacement, those of questions that are one value each. */
export function resampleMeans(
  values: Float64Array,
  { draws, seed }: { readonly draws: number; readonly seed: number },
): Float64Array {
  const times = new Int32Array(values.length);
  return Float64Array.from({ length: draws }, (_, draw) => {
    drawQuestions(times, seed, draw);
    let sum = 0;
    for (const [at, weight] of times.entries()) sum += weight * (values[at] ?? 0);
    return sum / values.length;
  });
}
