import type { ContentError } from "../../resources/uploads/record.ts";
import { Table } from "./table.tsx";

const place = ({ line, column, offset }: ContentError) => {
  if (line !== undefined) return column === undefined ? `line ${line}` : `line ${line}, column ${column}`;
  return offset === undefined ? "–" : `byte ${offset}`;
};

/** Why a content was refused, and where. */
export function ContentFaults({ faults }: { faults: readonly ContentError[] }) {
  if (faults.length === 0) return null;
  const some = (name: keyof ContentError) => faults.some((fault) => fault[name] !== undefined);
  const [files, fields] = [some("file"), some("field")];
  // The first column is what a row is read out by, so there is always one.
  const places = some("line") || some("offset") || !(files || fields);
  return (
    <section>
      <h2>What is wrong in it</h2>
      <Table
        caption="Errors in the content"
        quiet
        columns={[
          ...(places ? [{ label: "Where" }] : []),
          ...(files ? [{ label: "File" }] : []),
          ...(fields ? [{ label: "Field" }] : []),
          { label: "What" },
        ]}
        rows={faults.map((fault) => [
          ...(places
            ? [
                <span key="place" class="figure">
                  {place(fault)}
                </span>,
              ]
            : []),
          ...(files ? [fault.file ?? "–"] : []),
          ...(fields ? [fault.field ?? "–"] : []),
          fault.message,
        ])}
      />
    </section>
  );
}
