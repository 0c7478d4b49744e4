import { parseTable } from "../../data/csv.ts";
import { Table } from "../../parts/table.tsx";

const mostRows = 500;

/** A file of values between separators, as a table. */
export function TableFile({ text, separator, name }: { text: string; separator: string; name: string }) {
  const [head = [], ...rows] = parseTable(text, separator);
  const isFigure = (column: number) =>
    rows.every((row) => row[column] === "" || Number.isFinite(Number(row[column])));
  const more = rows.length - mostRows;
  return (
    <>
      <Table
        caption={name}
        quiet
        columns={head.map((label, column) => ({ label, figures: isFigure(column) }))}
        rows={rows.slice(0, mostRows)}
      />
      {more > 0 && <p class="about">and {more} more rows</p>}
    </>
  );
}
