import type { ContentError } from "../uploads/record.ts";
import type { Checked } from "./checked.ts";
import { ContentFault, collectFaults, cut, type Faults } from "./faults.ts";
import { type Content, openContent } from "./reading/content.ts";
import { type JsonObject, type ParsedRow, parseRow } from "./reading/json-row.ts";
import { maxRowBytes, type RowTaker } from "./reading/lines.ts";
import { layoutOf } from "./reading/rows.ts";
import type { Named } from "./rows/fields.ts";
import { type RowFacts, type RowKind, type RowTally, tallyRows } from "./rows/kinds.ts";
import { tallyLanguages } from "./tally/languages.ts";
import { type LengthTally, tallyLengths } from "./tally/lengths.ts";
import { previewObjects, previewRows } from "./tally/preview.ts";

/**
 * Checks that a content is JSON Lines, one JSON array, or a table, each row of which is of the kind. Goes on behind a
 * bad row, up to the most errors that are told. Memory is one row and a few counts.
 */
export async function checkRows(kind: RowKind, body: AsyncIterable<Uint8Array>): Promise<Checked> {
  const faults = collectFaults();
  try {
    const content = await openContent(body);
    const reader = readRows(tallyRows(kind), faults);
    const { layout, newlines } = await pass(content, kind, reader, faults);
    if (faults.errors.length === 0 && reader.rows() === 0) faults.add({ message: "the file holds no rows" });
    if (faults.errors.length > 0) return { errors: faults.errors };
    const format = {
      compression: content.compression,
      layout,
      bytes: content.bytes(),
      bom: content.bom,
      newlines: newlines(),
    };
    return reader.result(format);
  } catch (error) {
    if (!(error instanceof ContentFault)) throw error;
    faults.add(error.error);
    return { errors: faults.errors };
  }
}

/** Hands every row of a content over. */
async function pass(content: Content, kind: RowKind, reader: ReturnType<typeof readRows>, faults: Faults) {
  const opened = await layoutOf(content, kind);
  if ("rows" in opened) {
    for await (const rows of opened.rows) {
      for (const row of rows) reader.take(row, { line: row.line });
      if (faults.full()) break;
    }
    return opened;
  }
  const splitter = opened.split(content.start, reader.taker);
  for await (const chunk of opened.chunks) {
    splitter.push(chunk);
    if (faults.full()) break;
  }
  if (!faults.full()) splitter.end();
  return { layout: opened.layout, newlines: splitter.newlines };
}

function readRows<Row>(tally: RowTally<Row>, faults: Faults) {
  const columns = tallyColumns();
  const languages = tallyLanguages();
  const first: JsonObject[] = [];
  let rows = 0;

  const take = (parsed: ParsedRow, place: Pick<ContentError, "line" | "offset">) => {
    if (faults.full() || "blank" in parsed) return;
    if ("error" in parsed) return faults.add(parsed.error);
    const named = tally.name(parsed.row);
    const read = tally.schema.safeParse(named.row);
    if (!read.success) {
      for (const issue of read.error.issues) faults.add({ ...explain(issue, named), ...place });
      return;
    }
    rows++;
    columns.add(parsed.row);
    languages.add(tally.add(read.data));
    if (first.length < previewRows) first.push(parsed.row);
  };
  const taker: RowTaker = {
    row(slice) {
      if (faults.full()) return;
      const { line, offset } = slice;
      take(parseRow(slice), { line, offset });
    },
    tooLong(line, offset) {
      faults.add({ message: `a row has more than the ${maxRowBytes} bytes that are allowed`, line, offset });
    },
  };

  return {
    take,
    taker,
    rows: () => rows,
    result(format: RowFacts["format"]): Checked {
      const facts = { format, rows, columns: columns.result(), languages: languages.result() };
      return { profile: tally.profile(facts), preview: previewObjects(first) };
    },
  };
}

const maxColumns = 200;

/** Counts under which names the rows have values, and how long the texts are. */
function tallyColumns() {
  const columns = new Map<string, { present: number; texts: LengthTally }>();
  const columnOf = (name: string) => {
    const found = columns.get(name);
    if (found !== undefined || columns.size >= maxColumns) return found;
    const column = { present: 0, texts: tallyLengths() };
    columns.set(cut(name, 100), column);
    return column;
  };
  return {
    add(row: JsonObject) {
      for (const name in row) {
        const value = row[name];
        if (value === null || value === undefined) continue;
        const column = columnOf(name);
        if (column === undefined) continue;
        column.present++;
        if (typeof value === "string") column.texts.add(value.length);
      }
    },
    result: (): RowFacts["columns"] =>
      [...columns].map(([name, { present, texts }]) => {
        const lengths = texts.result();
        return { name, present, ...(lengths !== undefined && { lengths }) };
      }),
  };
}

/** What a schema found wrong, at the field as the row itself calls it. */
function explain(
  issue: { readonly path: readonly PropertyKey[]; readonly message: string; readonly input?: unknown },
  { row, from, hint }: Named,
): Pick<ContentError, "message" | "field"> {
  const missing = valueAt(row, issue.path) === undefined;
  const missingMessage = hint === undefined ? "is missing" : `is missing: ${hint}`;
  const [first = "", ...below] = issue.path.map(String);
  const field = from[issue.path.join("/")] ?? [from[first] ?? first, ...below].join("/");
  return { field: `/${field}`, message: missing ? missingMessage : sentence(issue.message) };
}

const valueAt = (row: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, step) => (typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined),
    row,
  );

/** zod's own messages are written for programmers. */
const sentence = (message: string) =>
  message.startsWith("Invalid input: expected ")
    ? message.replace("Invalid input: expected ", "must be ").replace(/, received (.*)$/, ", not $1")
    : message;
