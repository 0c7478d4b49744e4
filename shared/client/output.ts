import { decimalsOf, type Figure, formatFigure } from "./figures.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";

/** Names and values, one a line. */
export interface FactsBlock {
  readonly kind: "facts";
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** Sentences under what each is about, with a mark where it says whether that holds. */
export interface NotesBlock {
  readonly kind: "notes";
  readonly title: string;
  readonly notes: readonly Note[];
}

export interface Note {
  readonly claim?: string;
  readonly text: string;
  readonly holds?: boolean;
}

/** A table as text cells; figures stand at the right of their column, texts at the left. */
export interface TableBlock {
  readonly kind: "table";
  readonly title?: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** By column: whether it holds figures. */
  readonly figures: readonly boolean[];
}

export type Block = FactsBlock | NotesBlock | TableBlock;

const mostRows = 40;
/** A curve stands in one line of a table; with more points than this, its points stand in lines of their own. */
const mostPoints = 16;

type Row = { readonly label: string; readonly points: readonly JsonObject[] };

/** `tokensPerSecond` as a person writes it: `tokens per second`. */
export const inWords = (name: string): string =>
  name.replaceAll(
    /([a-z\d])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
const asTitle = (name: string) => inWords(name).replace(/^./, (letter) => letter.toUpperCase());

const isScalar = (value: Json | undefined) => value === null || typeof value !== "object";
const isFigure = (value: Json | undefined): value is number | null =>
  value === null || typeof value === "number";
const figureOf = (value: Json | undefined): Figure => (typeof value === "number" ? value : undefined);
const isRecords = (value: Json | undefined): value is JsonObject[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject);

/** A curve: points of the same few figures, the first of which grows, such as `{ length, mean, sd }`. */
function isCurve(value: Json | undefined): value is JsonObject[] {
  if (!isRecords(value) || value.length > mostPoints) return false;
  const [x, ...measures] = Object.keys(value[0] ?? {});
  if (x === undefined || measures.length === 0) return false;
  const alike = value.every((point) => Object.keys(point).join() === [x, ...measures].join());
  if (!alike || !value.every((point) => Object.values(point).every(isFigure))) return false;
  return value.every((point, index) => index === 0 || Number(point[x]) > Number(value[index - 1]?.[x]));
}

function shortText(value: Json | undefined): string {
  if (value === undefined || value === null) return "–";
  if (typeof value === "number") return formatFigure(value, decimalsOf([value]));
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (!Array.isArray(value))
    return Object.entries(value)
      .map(([name, inner]) => `${inWords(name)} ${shortText(inner)}`)
      .join(", ");
  if (value.length <= 8) return value.map(shortText).join(", ");
  return `${value.slice(0, 3).map(shortText).join(", ")} … ${shortText(value.at(-1))} (${value.length})`;
}

/** One line a row, one column a place of the curve; the first measure, with its spread where it has one. */
function curveTable(title: string, corner: string, rows: readonly Row[]): TableBlock {
  const [x = "", measure = ""] = Object.keys(rows[0]?.points[0] ?? {});
  const places = [...new Set(rows.flatMap(({ points }) => points.map((point) => Number(point[x]))))].sort(
    (a, b) => a - b,
  );
  const points = rows.flatMap((row) => row.points);
  const decimals = decimalsOf(points.map((point) => figureOf(point[measure])));
  const spread = measure === "sd" ? false : points.some((point) => (figureOf(point.sd) ?? 0) > 0);
  const cell = (point: JsonObject | undefined) => {
    const value = formatFigure(figureOf(point?.[measure]), decimals);
    return spread && point !== undefined ? `${value} ± ${formatFigure(figureOf(point.sd), decimals)}` : value;
  };
  const placeDecimals = decimalsOf(places);
  const what = measure === "mean" ? "" : ` (${inWords(measure)})`;
  return {
    kind: "table",
    title: `${asTitle(title)}${what} by ${inWords(x)}`,
    head: [corner, ...places.map((place) => formatFigure(place, placeDecimals))],
    rows: rows.map(({ label, points: curve }) => [
      label,
      ...places.map((place) => cell(curve.find((point) => Number(point[x]) === place))),
    ]),
    figures: [false, ...places.map(() => true)],
  };
}

function recordsTable(title: string, records: readonly JsonObject[], columns: readonly string[]): TableBlock {
  const figures = columns.map((column) => records.every((record) => isFigure(record[column] ?? null)));
  const decimals = columns.map((column) => decimalsOf(records.map((record) => figureOf(record[column]))));
  const shown = records.slice(0, mostRows);
  const more = records.length - shown.length;
  return {
    kind: "table",
    title: more > 0 ? `${asTitle(title)} (the first ${mostRows} of ${records.length})` : asTitle(title),
    head: columns.map(inWords),
    rows: shown.map((record) =>
      columns.map((column, index) =>
        figures[index]
          ? formatFigure(figureOf(record[column]), decimals[index] ?? 0)
          : shortText(record[column]),
      ),
    ),
    figures,
  };
}

function notesBlock(title: string, records: readonly JsonObject[]): NotesBlock {
  return {
    kind: "notes",
    title: asTitle(title),
    notes: records.map(({ claim, text, holds }) => ({
      ...(typeof claim === "string" ? { claim: claim } : {}),
      text: shortText(text),
      ...(typeof holds === "boolean" ? { holds } : {}),
    })),
  };
}

/** Records with curves in them: the plain fields as one table, then one table for each curve. */
function recordsBlocks(title: string, records: readonly JsonObject[]): Block[] {
  if (records.every((record) => typeof record.text === "string")) return [notesBlock(title, records)];
  const columns = [...new Set(records.flatMap(Object.keys))];
  const curves = columns.filter((column) => {
    const values = records
      .map((record) => record[column])
      .filter((value) => !Array.isArray(value) || value.length > 0);
    return values.length > 0 && values.every((value) => isCurve(value));
  });
  const flat = columns.filter(
    (column) => !curves.includes(column) && !records.some((record) => isRecords(record[column])),
  );
  const corner =
    columns.find((column) => records.every((record) => typeof record[column] === "string")) ?? "";
  const label = (record: JsonObject, index: number) =>
    corner === "" ? `${index + 1}` : String(record[corner]);
  return [
    ...(flat.length > 0 ? [recordsTable(title, records, flat)] : []),
    ...curves.map((curve) => {
      const rows = records.map((record, index) => {
        const points = record[curve];
        return { label: label(record, index), points: isCurve(points) ? points : [] };
      });
      return curveTable(
        curve,
        inWords(corner),
        rows.filter(({ points }) => points.length > 0),
      );
    }),
  ];
}

const shapeOf = (curve: readonly JsonObject[]) => Object.keys(curve[0] ?? {}).join();

/** Curves that stand side by side in the output, such as `before` and `after`, as lines of one table. */
function sideBySide(output: JsonObject): { blocks: Block[]; taken: Set<string> } {
  const curves = Object.entries(output).flatMap(([name, value]) => (isCurve(value) ? [{ name, value }] : []));
  const blocks = Object.values(Object.groupBy(curves, ({ value }) => shapeOf(value))).flatMap(
    (group = []) => {
      const [first] = group;
      if (first === undefined) return [];
      const measure = Object.keys(first.value[0] ?? {})[1] ?? "";
      const title = group.length === 1 ? first.name : measure;
      const table = curveTable(
        title,
        "",
        group.map(({ name, value }) => ({ label: inWords(name), points: value })),
      );
      return [
        group.length === 1
          ? table
          : { ...table, title: table.title?.replace(` (${inWords(measure)})`, "") ?? title },
      ];
    },
  );
  return { blocks, taken: new Set(curves.map(({ name }) => name)) };
}

/**
 * What a run gave, ready to be drawn: plain values as facts, lists of records as tables, curves inside
 * them as tables of their own with one column for each place, sentences as notes. It follows the shape of
 * the output alone and so serves every method.
 */
export function outputBlocks(output: Json): Block[] {
  if (!isObject(output)) return [{ kind: "facts", facts: [["output", shortText(output)]] }];
  const facts = Object.entries(output).filter(
    ([, value]) => isScalar(value) || (Array.isArray(value) && !isRecords(value)),
  );
  const { blocks, taken } = sideBySide(output);
  const records = Object.entries(output).flatMap(([name, value]) =>
    isRecords(value) && !taken.has(name) ? [{ name, value }] : [],
  );
  const inner = Object.entries(output).flatMap(([name, value]) => (isObject(value) ? [{ name, value }] : []));
  return [
    ...(facts.length > 0
      ? [
          {
            kind: "facts" as const,
            facts: facts.map(([name, value]) => [inWords(name), shortText(value)] as const),
          },
        ]
      : []),
    ...blocks,
    ...records
      .toSorted((a, b) => Number(isNotes(a.value)) - Number(isNotes(b.value)))
      .flatMap(({ name, value }) => recordsBlocks(name, value)),
    ...inner.flatMap(({ name, value }) => innerBlocks(name, value)),
  ];
}

const isNotes = (records: readonly JsonObject[]) => records.every(({ text }) => typeof text === "string");

function innerBlocks(name: string, value: JsonObject): Block[] {
  return outputBlocks(value).map((block) =>
    block.kind === "facts"
      ? { ...block, facts: block.facts.map(([inner, text]) => [`${inWords(name)} ${inner}`, text] as const) }
      : { ...block, title: `${asTitle(name)}: ${block.title ?? ""}` },
  );
}
