import { ContentFault } from "../faults.ts";
import { naming, type RowKind } from "../rows/kinds.ts";
import { openContent } from "./content.ts";
import { splitArray } from "./json-array.ts";
import { type JsonObject, parseRow } from "./json-row.ts";
import { type RowTaker, type Splitter, splitLines } from "./lines.ts";

/** Whether the first bytes of a content are those of a JSON array, and not of JSON Lines. */
export const isArray = (head: Buffer) => /^\s*\[/.test(head.toString("latin1", 0, 4096));

/** The rows of a content that was checked, under the names that methods know and under their own. */
export async function* readRows(kind: RowKind, body: AsyncIterable<Uint8Array>): AsyncGenerator<JsonObject> {
  const name = naming[kind];
  let rows: JsonObject[] = [];
  const taker: RowTaker = {
    row(slice) {
      const parsed = parseRow(slice);
      if ("error" in parsed) throw new ContentFault(parsed.error);
      if ("row" in parsed) rows.push({ ...withoutNulls(parsed.row), ...name(parsed.row).row });
    },
    tooLong(line, offset) {
      throw new ContentFault({ message: "a row is too long", line, offset });
    },
  };
  const content = await openContent(body);
  let splitter: Splitter | undefined;
  for await (const chunk of content.chunks) {
    splitter ??= (isArray(chunk) ? splitArray : splitLines)(content.start, taker);
    splitter.push(chunk);
    const ready = rows;
    rows = [];
    yield* ready;
  }
  splitter?.end();
  yield* rows;
}

/** A field that is null is one that is not there. */
const withoutNulls = (row: JsonObject) =>
  Object.values(row).includes(null)
    ? Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))
    : row;
