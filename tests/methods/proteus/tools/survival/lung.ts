import { existsSync, readFileSync } from "node:fs";
import { factorOf } from "../../../../../shared/methods/proteus/sample-sheet.ts";
import { measured } from "./cohort.ts";

const file = "../shared/data/proteomics/survival-lung.csv";

/** R's `lung`, where it is at hand. */
export function readLung() {
  if (!existsSync(file)) return undefined;
  const [header = "", ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/);
  const names = header.split(",");
  const rows = lines.map((line) => line.split(","));
  const column = (name: string) => {
    const at = names.indexOf(name);
    return rows.map((row) => (row[at] ? Number(row[at]) : Number.NaN));
  };
  return {
    followUp: {
      times: Float64Array.from(column("time")),
      events: Float64Array.from(column("status"), (status) => status - 1),
    },
    age: measured("age", column("age")),
    sex: measured("sex", column("sex")),
    ecog: measured("ph.ecog", column("ph.ecog")),
    sexes: factorOf("sex", column("sex").map(String)),
  };
}
