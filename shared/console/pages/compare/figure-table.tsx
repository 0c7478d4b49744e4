import { useState } from "preact/hooks";
import { changeFrom, figuresOf, sideBySide } from "../../data/beside.ts";
import type { Json } from "../../data/json.ts";
import { Table } from "../../parts/table.tsx";
import { readFigure } from "../../plot/figure.ts";
import type { Compared } from "./compare-page.tsx";

const firstRows = 60;

/** The numbers of the outputs side by side, each with how far it is from the first run's. */
export function FigureTable({ compared }: { compared: readonly Compared[] }) {
  const [all, setAll] = useState(false);
  // Outputs are read from JSON.
  const rows = figuresOf(sideBySide(compared.map(({ run }) => run.output as Json | undefined)));
  if (rows.length === 0) return <p class="about">No run has given figures that could be compared.</p>;
  const shown = all ? rows : rows.slice(0, firstRows);
  return (
    <>
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
      {rows.length > shown.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {rows.length} figures
        </button>
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
