import { csvTable } from "../../../report/table.ts";
import type { RunContext } from "../../contract.ts";
import type { ScoreOutput } from "../output.ts";
import type { ScoredAnswers } from "./scoring.ts";

/** Answers of a file. */
const rowsPerFile = 100_000;

/** Writes the scores of every answer: its number in the data, its question, its system, and a column for each metric. */
export async function writeScores(
  { facts, available, state }: ScoredAnswers,
  ctx: Pick<RunContext, "artifact" | "signal">,
): Promise<ScoreOutput["files"]> {
  const files: ScoreOutput["files"] = [];
  const columns = ["answer", "question", "system", ...available].map((label) => ({ label }));
  const many = facts.count > rowsPerFile;
  for (let from = 0; from < facts.count; from += rowsPerFile) {
    ctx.signal.throwIfAborted();
    const rows = Math.min(rowsPerFile, facts.count - from);
    const name = many ? `scores-${String(files.length + 1).padStart(3, "0")}.csv` : "scores.csv";
    const table = {
      columns,
      rows: Array.from({ length: rows }, (_, at) => {
        const row = from + at;
        const question = facts.questions[row] ?? null;
        const system = facts.systemNames[facts.systems[row] ?? 0] ?? "";
        return [row, question, system, ...available.map((metric) => state.columns[metric]?.[row] ?? null)];
      }),
    };
    await ctx.artifact(name, csvTable(table), "text/csv; charset=utf-8");
    files.push({ name, rows });
  }
  return files;
}
