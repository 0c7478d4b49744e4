import { type Agreement, agreementOf } from "./agreement/agreement.ts";
import { type Drawing, intervalOf, type RankInterval, ranksOf, resample } from "./agreement/bootstrap.ts";
import { rankCorrelation } from "./agreement/rank-correlation.ts";
import type { Breathe } from "./breathe.ts";
import type { Facts } from "./facts.ts";
import type { Coefficient, MetricKind } from "./names.ts";

/** A metric's verdicts on all judgements. */
export interface Judged {
  readonly name: string;
  readonly kind: MetricKind;
  readonly verdicts: Uint8Array;
  /** Its verdicts where one setting is looked at, when they are others. */
  readonly inSetting?: Uint8Array;
  /** Differences of scores, first minus second; absent where there are none. */
  readonly differences?: Float64Array;
  readonly margin: number;
}

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** A metric in a setting; -1 is all of them. */
export interface Evaluated extends Bounds {
  readonly metric: Judged;
  readonly setting: number;
  readonly agreement: Agreement;
  /** Undefined for baselines. */
  readonly overBaseline: ({ readonly baseline: string; readonly by: number } & Bounds) | undefined;
}

export interface EvaluateOptions extends Drawing {
  readonly confidence: number;
}

type Columns = Pick<Facts, "labels" | "questions" | "settings" | "settingNames">;

/** Holds every metric against people's labels over `rows`, overall and in each setting, and against the best baseline. */
export async function evaluate(
  facts: Columns,
  metrics: readonly Judged[],
  rows: Int32Array,
  { confidence, ...drawing }: EvaluateOptions,
): Promise<{ readonly evaluated: Evaluated[]; readonly ranks: { metric: Judged; rank: RankInterval }[] }> {
  const { draws } = drawing;
  const drawn = await resampleOf(facts, metrics, rows, drawing);
  const groups = groupsOf(facts, rows);
  const evaluated = groups.flatMap(({ setting, members }) => {
    const agreements = metrics.map((metric) =>
      agreementOf(facts.labels, verdictsIn(metric, setting), members),
    );
    const accuracies = agreements.map(({ accuracy }) => accuracy);
    const best = bestBaseline(metrics, accuracies);
    return metrics.flatMap((metric, at): Evaluated[] => {
      const agreement = agreements[at];
      if (agreement === undefined) return [];
      const bounds = intervalOf(draws, (draw) => drawn(draw, setting, at), confidence);
      const over = (baseline: number) => ({
        baseline: metrics[baseline]?.name ?? "",
        by: agreement.accuracy - (accuracies[baseline] ?? 0),
        ...intervalOf(draws, (draw) => drawn(draw, setting, at) - drawn(draw, setting, baseline), confidence),
      });
      const overBaseline = metric.kind === "baseline" || best === undefined ? undefined : over(best);
      return [{ metric, setting, agreement, ...bounds, overBaseline }];
    });
  });
  return { evaluated, ranks: ranking(metrics, evaluated, drawn, { draws, confidence }) };
}

type DrawnAccuracy = (draw: number, setting: number, metric: number) => number;

async function resampleOf(
  { labels, questions, settings, settingNames }: Columns,
  metrics: readonly Judged[],
  rows: Int32Array,
  drawing: Drawing,
): Promise<DrawnAccuracy> {
  const rightOf = (verdicts: Uint8Array) =>
    Uint8Array.from(rows, (row) => Number(verdicts[row] === labels[row]));
  // Those that judge otherwise within a setting have a second column.
  const seconds = metrics.flatMap(({ inSetting }, metric) => (inSetting === undefined ? [] : [metric]));
  const drawn = await resample(
    {
      questions: renumbered(rows, questions),
      settings: Uint16Array.from(rows, (row) => settings[row] ?? 0),
      settingCount: settingNames.length,
      right: [
        ...metrics.map(({ verdicts }) => rightOf(verdicts)),
        ...seconds.map((metric) => rightOf(metrics[metric]?.inSetting ?? new Uint8Array())),
      ],
    },
    drawing,
  );
  return (draw, setting, metric) => {
    const second = seconds.indexOf(metric);
    return drawn.accuracy(draw, setting, setting === -1 || second === -1 ? metric : metrics.length + second);
  };
}

/** Numbers of the rows' questions without gaps. */
function renumbered(rows: Int32Array, questions: Int32Array): Int32Array {
  const numbers = new Map<number, number>();
  return rows.map((row) => {
    const question = questions[row] ?? 0;
    const number = numbers.get(question) ?? numbers.size;
    numbers.set(question, number);
    return number;
  });
}

/** All rows, and those of each setting where there are several. */
export function groupsOf(
  { settings, settingNames }: Pick<Facts, "settings" | "settingNames">,
  rows: Int32Array,
): { readonly setting: number; readonly members: Int32Array }[] {
  const bySetting = settingNames
    .map((_, setting) => ({ setting, members: rows.filter((row) => settings[row] === setting) }))
    .filter(({ members }) => members.length > 0);
  return [{ setting: -1, members: rows }, ...(bySetting.length > 1 ? bySetting : [])];
}

const verdictsIn = ({ verdicts, inSetting }: Judged, setting: number) =>
  setting === -1 ? verdicts : (inSetting ?? verdicts);

function bestBaseline(metrics: readonly Judged[], accuracies: readonly number[]): number | undefined {
  const baselines = metrics.flatMap(({ kind }, at) => (kind === "baseline" ? [at] : []));
  return baselines.sort((a, b) => (accuracies[b] ?? 0) - (accuracies[a] ?? 0))[0];
}

function ranking(
  metrics: readonly Judged[],
  evaluated: readonly Evaluated[],
  drawn: DrawnAccuracy,
  options: { readonly draws: number; readonly confidence: number },
) {
  const places = metrics.flatMap(({ kind }, at) => (kind === "baseline" ? [] : [at]));
  const accuracy = (at: number) =>
    evaluated.find(({ metric, setting }) => metric === metrics[at] && setting === -1)?.agreement.accuracy ??
    0;
  const ranks = ranksOf(places.map(accuracy), options, (draw, place) => drawn(draw, -1, places[place] ?? 0));
  return ranks
    .flatMap((rank, at) => {
      const metric = metrics[places[at] ?? -1];
      return metric === undefined ? [] : [{ metric, rank }];
    })
    .sort((a, b) => a.rank.rank - b.rank.rank);
}

/** Judgements that a correlation is taken over at most; more are thinned evenly. */
const mostCorrelated = 20_000;

/** Rank correlations of the differences of every two metrics that have some. */
export async function correlations(
  metrics: readonly Judged[],
  rows: Int32Array,
  { coefficient, breathe }: { readonly coefficient: Coefficient; readonly breathe: Breathe },
) {
  const step = Math.max(1, Math.ceil(rows.length / mostCorrelated));
  const taken = rows.filter((_, at) => at % step === 0);
  const columns = metrics.flatMap(({ name, differences }) =>
    differences === undefined
      ? []
      : [{ name, values: Float64Array.from(taken, (row) => differences[row] ?? Number.NaN) }],
  );
  const values = columns.map(() => columns.map(() => 1));
  for (const [i, one] of columns.entries()) {
    await breathe();
    for (const [j, other] of columns.entries()) {
      if (j >= i) break;
      const value = rankCorrelation(coefficient, one.values, other.values);
      for (const [a, b] of [[i, j] as const, [j, i] as const]) {
        const line = values[a];
        if (line !== undefined) line[b] = value;
      }
    }
  }
  return { names: columns.map(({ name }) => name), values };
}
