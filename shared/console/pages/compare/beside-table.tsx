import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { Beside } from "../../../client/compare.ts";
import { Table } from "../../parts/table.tsx";
import type { Compared } from "./compare-page.tsx";

export interface BesideProps {
  compared: readonly Compared[];
  rows: readonly Beside[];
  caption: string;
  /** What a row is: `Field`, and several of them. */
  one: string;
  many: string;
  figures?: boolean;
  cells(row: Beside): readonly ComponentChild[];
}

/** What runs have at each place, side by side: where they differ, or everywhere. */
export function BesideTable({ compared, rows, caption, one, many, figures = false, cells }: BesideProps) {
  const [all, setAll] = useState(false);
  const differing = rows.filter(({ differs }) => differs);
  const shown = all ? rows : differing;
  return (
    <>
      {shown.length === 0 ? (
        <p class="about">All {many} are the same.</p>
      ) : (
        <Table
          caption={caption}
          quiet
          columns={[{ label: one }, ...compared.map(({ label }) => ({ label, figures }))]}
          rows={shown.map((row) => [
            <code key="path" class={row.differs && all ? "differs" : undefined}>
              {row.path}
            </code>,
            ...cells(row),
          ])}
        />
      )}
      {rows.length > differing.length && (
        <label class="inline">
          <input
            type="checkbox"
            checked={all}
            onChange={({ currentTarget }) => setAll(currentTarget.checked)}
          />
          Show the {rows.length - differing.length} {many} that are the same too
        </label>
      )}
    </>
  );
}
