import { useState } from "preact/hooks";
import { sideBySide } from "../../data/beside.ts";
import type { Json } from "../../data/json.ts";
import { Table } from "../../parts/table.tsx";
import type { Compared } from "./compare-page.tsx";

const shown = (value: Json | undefined) => {
  if (value === undefined) return <span class="none">–</span>;
  if (typeof value === "string") return value;
  return JSON.stringify(value).replaceAll(",", ", ").replaceAll('"', "");
};

/** The fields of the inputs in which the runs differ, or all. */
export function InputTable({ compared }: { compared: readonly Compared[] }) {
  const [all, setAll] = useState(false);
  // Inputs are read from JSON.
  const rows = sideBySide(
    compared.map(({ run }) => ({ seed: run.seed, ...(run.input as { [field: string]: Json }) })),
  );
  const differing = rows.filter(({ differs }) => differs);
  const listed = all ? rows : differing;
  return (
    <>
      {listed.length === 0 ? (
        <p class="about">The inputs are the same.</p>
      ) : (
        <Table
          caption="Inputs side by side"
          quiet
          columns={[{ label: "Field" }, ...compared.map(({ label }) => ({ label }))]}
          rows={listed.map(({ path, values, differs }) => [
            <code key="path" class={differs && all ? "differs" : undefined}>
              {path}
            </code>,
            ...values.map(shown),
          ])}
        />
      )}
      <label class="inline">
        <input
          type="checkbox"
          checked={all}
          onChange={({ currentTarget }) => setAll(currentTarget.checked)}
        />
        Show the {rows.length - differing.length} fields that are the same too
      </label>
    </>
  );
}
