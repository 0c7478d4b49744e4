import { figuresOf, sideBySide } from "../../../client/compare.ts";
import type { Json } from "../../../client/json.ts";
import { changeFrom } from "../../data/change.ts";
import { readFigure } from "../../plot/figure.ts";
import { BesideTable } from "./beside-table.tsx";
import type { Compared } from "./compare-page.tsx";

/** The numbers of the outputs side by side, each with how far it is from the first run's. */
export function FigureTable({ compared }: { compared: readonly Compared[] }) {
  // Outputs are read from JSON.
  const rows = figuresOf(sideBySide(compared.map(({ run }) => run.output as Json | undefined)));
  if (rows.length === 0) return <p class="about">No run has given figures that could be compared.</p>;
  return (
    <BesideTable
      compared={compared}
      rows={rows}
      caption="Figures of the outputs side by side"
      one="Figure"
      many="figures"
      figures
      cells={({ values }) =>
        values.map((value, index) => (
          <Figure key={index} value={value} first={index === 0 ? undefined : values[0]} />
        ))
      }
    />
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
