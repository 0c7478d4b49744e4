import { formatNumber } from "../../../report/format.ts";
import type { Cell, Column, Table } from "../../../report/table.ts";
import type { Step } from "../execution/execute.ts";
import type { StepValue } from "../execution/values.ts";
import { indexes } from "../matrix.ts";

/** A table of a step's result in full, and the name of its file. */
export interface ResultTable {
  readonly step: string;
  readonly name: string;
  readonly table: Table;
}

const text = (label: string): Column => ({ label });
const number = (label: string): Column => ({ label, numeric: true, format: (value) => formatNumber(value) });
const columnsOf = (texts: readonly string[], numbers: readonly string[]): Column[] => [
  ...texts.map(text),
  ...numbers.map(number),
];

/** The results in full, a table each, of the steps that have any. */
export function resultTables(steps: readonly Step[]): ResultTable[] {
  return steps.flatMap(({ id, value }) =>
    value === undefined
      ? []
      : tablesOf(value).map(({ suffix, table }) => ({ step: id, name: `${id}${suffix}.csv`, table })),
  );
}

function tablesOf(value: StepValue): { readonly suffix: string; readonly table: Table }[] {
  switch (value.kind) {
    case "differential":
      return value.differential.contrasts.map((_, at) => ({
        suffix: value.differential.contrasts.length > 1 ? `-contrast-${at + 1}` : "",
        table: contrastTable(value, at, Number.POSITIVE_INFINITY),
      }));
    case "description":
      return value.differences.map(({ level, reference, difference }, at) => ({
        suffix: `-${at + 1}`,
        table: {
          columns: columnsOf(["Protein", "Contrast"], ["Difference"]),
          rows: value.names.map((name, row): Cell[] => [
            name,
            `${level} - ${reference}`,
            difference[row] ?? null,
          ]),
        },
      }));
    case "overRepresentation":
      return [{ suffix: "", table: overTable(value) }];
    case "enrichment":
      return [{ suffix: "", table: enrichmentTable(value) }];
    case "kinases":
      return [
        {
          suffix: "",
          table: {
            columns: columnsOf(["Kinase"], ["Substrates", "Mean", "z", "p", "Adjusted p"]),
            rows: value.kinases.map((one): Cell[] => [
              one.kinase,
              one.substrates.length,
              one.mean,
              one.z,
              one.p,
              one.adjusted,
            ]),
          },
        },
      ];
    case "survivalScreen":
      return [{ suffix: "", table: survivalTable(value) }];
    case "modules":
      return [{ suffix: "", table: moduleTable(value) }];
    default:
      return [];
  }
}

type Of<K extends StepValue["kind"]> = Extract<StepValue, { kind: K }>;

/** A contrast's proteins, the most significant first. */
export function contrastTable({ differential, names }: Of<"differential">, at: number, most: number): Table {
  const test = differential.contrasts[at];
  if (test === undefined) throw new RangeError(`there is no contrast ${at}`);
  const order = indexes(names.length)
    .sort((a, b) => orLast(test.p[a]) - orLast(test.p[b]) || a - b)
    .slice(0, most);
  return {
    caption: test.name,
    columns: columnsOf(["Protein", "Id"], ["log2 fold change", "Low", "High", "t", "p", "Adjusted p"]),
    rows: order.map((row): Cell[] => [
      names[row] ?? "",
      differential.proteins[row] ?? "",
      ...[test.logFC, test.low, test.high, test.t, test.p, test.adjusted].map(
        (values) => values[row] ?? null,
      ),
    ]),
  };
}

const orLast = (p: number | undefined): number => (p === undefined || Number.isNaN(p) ? 2 : p);

export const overTable = ({ sets }: Of<"overRepresentation">, most = sets.length): Table => ({
  columns: columnsOf(["Set"], ["Measured", "Hits", "Expected", "p", "Adjusted p"]),
  rows: sets
    .slice(0, most)
    .map((set): Cell[] => [set.name, set.size, set.overlap, set.expected, set.p, set.adjusted]),
});

export const enrichmentTable = ({ gsea }: Of<"enrichment">, most = gsea.sets.length): Table => ({
  columns: columnsOf(["Set", "Led by"], ["Measured", "ES", "NES", "p", "Adjusted p"]),
  rows: gsea.sets
    .slice(0, most)
    .map((set): Cell[] => [
      set.name,
      set.leadingEdge.slice(0, 5).join(", "),
      set.size,
      set.es,
      set.nes,
      set.p,
      set.adjusted,
    ]),
});

export function survivalTable({ table, names }: Of<"survivalScreen">, most = names.length): Table {
  const order = indexes(names.length)
    .sort((a, b) => orLast(table.p[a]) - orLast(table.p[b]) || a - b)
    .slice(0, most);
  return {
    columns: columnsOf(["Protein"], ["Subjects", "Events", "Hazard ratio", "ln HR", "SE", "p", "Adjusted p"]),
    rows: order.map((row): Cell[] => [
      names[row] ?? "",
      table.subjects[row] ?? null,
      table.events[row] ?? null,
      Math.exp(table.beta[row] ?? Number.NaN),
      ...[table.beta, table.standardError, table.p, table.adjusted].map((values) => values[row] ?? null),
    ]),
  };
}

const moduleTable = ({ modules, names }: Of<"modules">): Table => ({
  columns: columnsOf(["Module", "Protein"], ["Membership"]),
  rows: modules.modules.flatMap(({ name, proteins, membership }) =>
    proteins.map((protein, at): Cell[] => [name, names.get(protein) ?? protein, membership[at] ?? null]),
  ),
});
