import { type Fact, type Figure, type Report, renderReport } from "../report/page.ts";
import { standaloneSvg } from "../report/svg.ts";
import { csvTable, type Table } from "../report/table.ts";
import type { Method } from "./contract.ts";

/** A file to store with the run. */
export interface ReportFile {
  readonly name: string;
  readonly type: string;
  readonly body: string;
}

/** What a report says of its run. `when` is shown as given. */
export interface RunFacts {
  readonly runId: string;
  readonly seed: number;
  readonly when?: string;
}

/** The facts that a report of any method begins with. */
export function runFacts({ runId, seed, when }: RunFacts, paper: Method["paper"]): Fact[] {
  return [
    { label: "Run", value: runId },
    { label: "Seed", value: String(seed) },
    ...(when === undefined ? [] : [{ label: "When", value: when }]),
    { label: "Method", value: paper.title, href: paper.url },
  ];
}

/** A plot as a file of its own, named after the figure. */
export function svgFile(figure: Figure): ReportFile {
  const svg = figure.draw({ width: 720, id: figure.id });
  return { name: `${figure.id}.svg`, type: "image/svg+xml", body: standaloneSvg(svg) };
}

export function csvFile(name: string, table: Table): ReportFile {
  return { name, type: "text/csv; charset=utf-8", body: csvTable(table) };
}

/** The report with every file inside it, followed by the files themselves. `result` is added to the page alone. */
export function withReport(
  report: Omit<Report, "downloads">,
  files: readonly ReportFile[],
  result: unknown,
): ReportFile[] {
  const json = {
    name: "result.json",
    type: "application/json",
    body: `${JSON.stringify(result, null, 2)}\n`,
  };
  const body = renderReport({ ...report, downloads: [...files, json] });
  return [{ name: "report.html", type: "text/html; charset=utf-8", body }, ...files];
}
