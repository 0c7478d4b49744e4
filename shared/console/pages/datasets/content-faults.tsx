import type { ContentFault } from "../../api/types.ts";
import { Table } from "../../parts/table.tsx";

const place = ({ line, column, offset }: ContentFault) => {
  if (line !== undefined) return column === undefined ? `line ${line}` : `line ${line}, column ${column}`;
  return offset === undefined ? "–" : `byte ${offset}`;
};

/** Why a content was refused, and where. */
export function ContentFaults({ faults }: { faults: readonly ContentFault[] }) {
  if (faults.length === 0) return null;
  const some = (name: "file" | "field") => faults.some((fault) => fault[name] !== undefined);
  const [files, fields] = [some("file"), some("field")];
  return (
    <section>
      <h2>What is wrong in it</h2>
      <Table
        caption="Errors in the content"
        quiet
        columns={[
          { label: "Where" },
          ...(files ? [{ label: "File" }] : []),
          ...(fields ? [{ label: "Field" }] : []),
          { label: "What" },
        ]}
        rows={faults.map((fault) => [
          <span key="place" class="figure">
            {place(fault)}
          </span>,
          ...(files ? [fault.file ?? "–"] : []),
          ...(fields ? [fault.field ?? "–"] : []),
          fault.message,
        ])}
      />
    </section>
  );
}
