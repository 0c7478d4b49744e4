import type { Table } from "../../report/table.ts";
import { aggregate } from "./rewards.ts";
import type { Rewarded } from "./scoring.ts";

/** A row for every response: what it answers, and its rewards. */
export function candidateTable(rewarded: readonly Rewarded[]): Table {
  const columns = ["problem", "response", "right", "answer", "min", "sum", "steps"];
  return {
    columns: columns.map((label) => ({ label })),
    rows: rewarded.map(({ response, steps }) => [
      response.problem + 1,
      response.text,
      String(response.right),
      response.answer,
      aggregate(steps, "min"),
      aggregate(steps, "sum"),
      steps.map(({ reward }) => reward.toFixed(4)).join(" "),
    ]),
  };
}
