import { finished } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { ContentFault } from "../faults.ts";
import { type Content, withHead } from "../reading/content.ts";
import { utf8Chunks } from "../reading/utf8.ts";
import { type Delimiter, guessDelimiter } from "./delimiter.ts";

/** Largest record, in bytes: its cells take many times as much. */
export const maxRecordBytes = 1024 * 1024;

/** A record of a table and the line that it begins in. */
export interface TableRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Reads a table's records as they come in. Throws a ContentFault for what is not a table in UTF-8. */
export async function readTable(content: Content): Promise<{
  readonly delimiter: Delimiter;
  readonly records: AsyncIterable<readonly TableRecord[]>;
  readonly newlines: () => "lf" | "crlf" | "mixed" | "none";
}> {
  const chunks = utf8Chunks(content.chunks, content.start);
  const { head, all } = await withHead(
    chunks,
    (bytes) => bytes.includes("\n") || bytes.length > maxRecordBytes,
  );
  const delimiter = guessDelimiter(head.toString("utf8"));
  const crlf = head.includes("\r\n");
  return {
    delimiter,
    records: records(all, delimiter),
    newlines: () => (crlf ? "crlf" : head.includes("\n") ? "lf" : "none"),
  };
}

/** The records of a table, those of each chunk together. */
async function* records(
  bytes: AsyncIterable<Buffer>,
  delimiter: Delimiter,
): AsyncGenerator<readonly TableRecord[]> {
  let line = 1;
  let batch: TableRecord[] = [];
  const parser = parse({
    delimiter,
    relax_column_count: true,
    // Fasta headers and the like have quotes inside of cells.
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: maxRecordBytes,
    // Records that go through the stream one by one take twice the memory.
    on_record(cells: readonly string[], { lines }) {
      batch.push({ line: firstLine(cells, line, lines), cells });
      line = lines + 1;
      return null;
    },
  });
  const taken = () => {
    const ready = batch;
    batch = [];
    return ready;
  };
  const ended = finished(parser.resume());
  ended.catch(() => undefined);
  try {
    for await (const chunk of bytes) {
      await new Promise<void>((resolve, reject) =>
        parser.write(chunk, (error) => (error ? reject(error) : resolve())),
      );
      yield taken();
    }
    parser.end();
    await ended;
    yield taken();
  } catch (error) {
    throw tableFault(error, line);
  } finally {
    parser.destroy();
  }
}

/**
 * The line that a record begins in, of the line after the record before it and the line that it ends in: blank lines
 * may lie between the two, and line breaks in its own cells.
 */
export function firstLine(cells: readonly string[], from: number, to: number): number {
  if (from === to) return to;
  return to - cells.reduce((breaks, cell) => breaks + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
}

function tableFault(error: unknown, line: number): unknown {
  if (!(error instanceof CsvError)) return error;
  if (error.code === "CSV_QUOTE_NOT_CLOSED") {
    return new ContentFault({ message: "a quote that opens here is never closed", line });
  }
  if (error.code === "CSV_MAX_RECORD_SIZE") {
    return new ContentFault({
      message: `a row has more than the ${maxRecordBytes} bytes that are allowed`,
      line,
    });
  }
  return new ContentFault({ message: `not a table: ${error.message}`, line });
}
