import { sideBySide } from "../../../client/compare.ts";
import type { Json } from "../../../client/json.ts";
import { BesideTable } from "./beside-table.tsx";
import type { Compared } from "./compare-page.tsx";

const shown = (value: Json | undefined) => {
  if (value === undefined) return <span class="none">–</span>;
  if (typeof value === "string") return value;
  return JSON.stringify(value).replaceAll(",", ", ").replaceAll('"', "");
};

/** The fields of the inputs, and the seed, side by side. */
export function InputTable({ compared }: { compared: readonly Compared[] }) {
  // Inputs are read from JSON.
  const rows = sideBySide(
    compared.map(({ run }) => ({ seed: run.seed, ...(run.input as { [field: string]: Json }) })),
  );
  return (
    <BesideTable
      compared={compared}
      rows={rows}
      caption="Inputs side by side"
      one="Field"
      many="fields"
      cells={({ values }) => values.map(shown)}
    />
  );
}
