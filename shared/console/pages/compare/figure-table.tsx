import { useState } from "preact/hooks";
import { changeFrom, figuresOf, sideBySide } from "../../data/beside.ts";
import type { Json } from "../../data/json.ts";
import { Table } from "../../parts/table.tsx";
import { readFigure } from "../../plot/figure.ts";
import type { Compared } from "./compare-page.tsx";

/** The numbers of the outputs side by side, each with how far it is from the first run's; those that differ, or all. */
export function FigureTable({ compared }: { compared: readonly Compared[] }) {
  const [all, setAll] = useState(false);
  // Outputs are read from JSON.
  const rows = figuresOf(sideBySide(compared.map(({ run }) => run.output as Json | undefined)));
  if (rows.length === 0) return <p class="about">No run has given figures that could be compared.</p>;
  const differing = rows.filter(({ differs }) => differs);
  const shown = all ? rows : differing;
  return (
    <>
      {shown.length === 0 ? (
        <p class="about">All figures are the same.</p>
      ) : (
        <Table
          caption="Figures of the outputs side by side"
          quiet
          columns={[{ label: "Figure" }, ...compared.map(({ label }) => ({ label, figures: true }))]}
          rows={shown.map(({ path, values }) => [
            <code key="path">{path}</code>,
            ...values.map((value, index) => (
              <Figure key={index} value={value} first={index === 0 ? undefined : values[0]} />
            )),
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
          Show the {rows.length - differing.length} figures that are the same too
        </label>
      )}
    </>
  );
}

function Figure({ value, first }: { value: Json | undefined; first: Json | undefined }) {
  if (typeof value !== "number") return <span class="none">–</span>;
  const change = changeFrom(first, value);
  return (
    <>
      {readFigure(value)}
      {change !== undefined && <span class="change">{change}</span>}
    </>
  );
}
