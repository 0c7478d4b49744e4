import type { Table } from "../../../report/table.ts";
import type { Facts } from "../facts.ts";
import type { Panel } from "../judged.ts";

const words = ["first", "second", "same", ""];

/** Every judgement's label and every metric's verdict, and the difference of scores behind it. */
export function verdictTable(facts: Facts, { judged, rows }: Panel): Table {
  return {
    columns: [
      ...["judgement", "question", "setting", "label"].map((label) => ({ label })),
      ...judged.flatMap(({ name, differences }) => [
        { label: name },
        ...(differences === undefined ? [] : [{ label: `${name} difference` }]),
      ]),
    ],
    rows: Array.from(rows, (row) => [
      row,
      facts.questions[row] ?? null,
      facts.settingNames[facts.settings[row] ?? 0] ?? "",
      words[facts.labels[row] ?? 3] ?? "",
      ...judged.flatMap(({ verdicts, differences }) => [
        words[verdicts[row] ?? 3] ?? "",
        ...(differences === undefined ? [] : [differences[row] ?? null]),
      ]),
    ]),
  };
}
