import type { Labels } from "../../methods/contract.ts";
import type { Backend } from "../backend.ts";
import { queryAll } from "../table.ts";
import type { MetricPage, MetricSeries } from "./record.ts";
import { segmentRange, sequenceOf } from "./segments.ts";
import type { StoredRun } from "./stored.ts";

/** Largest body of a segment, in bytes; DynamoDB takes items of 400 KB. */
const maxSegmentBytes = 256 * 1024;
const maxNameLength = 128;
const maxLabels = 16;

export interface MetricBuffer {
  add(name: string, step: number, value: number, labels: Labels): void;
  /** About how many bytes are waiting. */
  bytes(): number;
  /** Takes everything out, as bodies of segments. */
  drain(): string[];
}

/** Gathers the points of a slice until they are written. */
export function metricBuffer(): MetricBuffer {
  let series = new Map<string, MetricSeries>();
  let bytes = 0;
  return {
    add(name, step, value, labels) {
      const key = seriesKey(name, labels);
      let one = series.get(key);
      if (one === undefined) {
        checkSeries(name, labels);
        one = { name, labels: { ...labels }, points: [] };
        series.set(key, one);
        bytes += Buffer.byteLength(key);
      }
      if (!Number.isFinite(step))
        throw new RangeError(`metric ${name}: the step ${step} is not a finite number`);
      const point: MetricSeries["points"][number] = [step, Number.isFinite(value) ? value : null];
      one.points.push(point);
      bytes += pointBytes(point);
    },
    bytes: () => bytes,
    drain() {
      const bodies = toBodies([...series.values()]);
      series = new Map();
      bytes = 0;
      return bodies;
    },
  };
}

/**
 * One page of a run's points, in the order in which they were written: those behind the segment `after`, of
 * one name or of all. A page is about 1 MB at most.
 */
export async function readMetrics(
  { table }: Backend,
  run: StoredRun,
  after: number,
  name?: string,
): Promise<MetricPage> {
  if (after >= run.metricsHead) return { items: [], position: after, more: false };
  const range = segmentRange(run, "METRICS", after + 1, run.metricsHead);
  const { items } = await table.query({ ...range, limit: 200 });
  const folded = folding(name);
  for (const item of items) folded.add(parseBody(item.body));
  const position = items.length > 0 ? Math.max(...items.map(sequenceOf)) : run.metricsHead;
  return { items: folded.series(), position, more: position < run.metricsHead };
}

/**
 * All curves of a run, each thinned out to at most `points` evenly spread points with its first and last.
 * Memory is bounded: a curve is thinned whenever it holds many times more.
 */
export async function thinMetrics(
  { table }: Backend,
  run: StoredRun,
  points: number,
  name?: string,
): Promise<MetricPage> {
  const position = run.metricsHead;
  const folded = folding(name, Math.max(16 * points, 20_000));
  if (position > 0) {
    const range = segmentRange(run, "METRICS", 1, position);
    for await (const item of queryAll(table, range)) folded.add(parseBody(item.body));
  }
  const items = folded.series().map((one) => ({ ...one, points: spread(one.points, points) }));
  return { items, position, more: false };
}

// We alone write the bodies of segments.
const parseBody = (body: unknown) => JSON.parse(String(body)) as MetricSeries[];

/** Folds pieces of curves into curves: per name and labels, the last value of each step, by step. */
function folding(name: string | undefined, mostPoints = Number.POSITIVE_INFINITY) {
  const curves = new Map<
    string,
    { labels: Record<string, string>; name: string; values: Map<number, number | null> }
  >();
  return {
    add(pieces: readonly MetricSeries[]) {
      for (const piece of pieces) {
        if (name !== undefined && piece.name !== name) continue;
        const key = seriesKey(piece.name, piece.labels);
        const curve = curves.get(key) ?? { name: piece.name, labels: piece.labels, values: new Map() };
        curves.set(key, curve);
        for (const [step, value] of piece.points) curve.values.set(step, value);
        if (curve.values.size > mostPoints)
          curve.values = new Map(spread(byStep(curve.values), mostPoints / 2));
      }
    },
    series: (): MetricSeries[] =>
      [...curves.values()].map(({ values, ...curve }) => ({ ...curve, points: byStep(values) })),
  };
}

const byStep = (values: ReadonlyMap<number, number | null>) => [...values].sort(([a], [b]) => a - b);

function spread<T>(points: readonly T[], most: number): T[] {
  if (points.length <= most) return [...points];
  if (most < 2) return points.slice(-1);
  const stride = (points.length - 1) / (Math.floor(most) - 1);
  return Array.from({ length: Math.floor(most) }, (_, i) => points[Math.round(i * stride)]).filter(
    (point) => point !== undefined,
  );
}

const seriesKey = (name: string, labels: Labels) =>
  JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);

function checkSeries(name: string, labels: Labels) {
  const words = [name, ...Object.entries(labels).flat()];
  if (name === "" || words.some((word) => word.length > maxNameLength)) {
    throw new RangeError(`metric ${name}: names and labels have at most ${maxNameLength} characters`);
  }
  if (Object.keys(labels).length > maxLabels) {
    throw new RangeError(`metric ${name}: at most ${maxLabels} labels`);
  }
}

const pointBytes = ([step, value]: readonly [number, number | null]) =>
  String(step).length + String(value).length + 4;

function toBodies(series: readonly MetricSeries[]): string[] {
  const bodies: string[] = [];
  let open: MetricSeries[] = [];
  let size = 0;
  const close = () => {
    if (open.length > 0) bodies.push(JSON.stringify(open));
    open = [];
    size = 0;
  };
  for (const { name, labels, points } of series) {
    const head = Buffer.byteLength(JSON.stringify({ name, labels })) + 16;
    let piece: MetricSeries | undefined;
    for (const point of points) {
      if (size + head + pointBytes(point) > maxSegmentBytes) {
        close();
        piece = undefined;
      }
      if (piece === undefined) {
        piece = { name, labels, points: [] };
        open.push(piece);
        size += head;
      }
      piece.points.push(point);
      size += pointBytes(point);
    }
  }
  close();
  return bodies;
}
