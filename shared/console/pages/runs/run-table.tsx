import type { RunSummary } from "../../../resources/runs/record.ts";
import { isTerminal } from "../../../resources/runs/status.ts";
import { shortId } from "../../data/run-name.ts";
import { Bar } from "../../parts/bar.tsx";
import { Moment } from "../../parts/moment.tsx";
import { RunTime } from "../../parts/run-time.tsx";
import { Status } from "../../parts/status.tsx";
import { hrefTo } from "../../route.ts";

interface RunTableProps {
  readonly runs: readonly RunSummary[];
  readonly chosen: readonly string[];
  readonly choose: (runs: readonly string[]) => void;
}

/** Runs, one a line, with a box to choose those to compare. */
export function RunTable({ runs, chosen, choose }: RunTableProps) {
  const toggle = (id: string, on: boolean) =>
    choose(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  return (
    <table class="runs">
      <caption class="hidden">Runs, newest first</caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="hidden">Compare</span>
          </th>
          <th scope="col">Run</th>
          <th scope="col">Status</th>
          <th scope="col">Created</th>
          <th scope="col" class="number">
            Time
          </th>
          <th scope="col" class="number secondary">
            Seed
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.id}>
            <td class="pick">
              <input
                type="checkbox"
                aria-label={`Compare ${run.method} ${shortId(run.id)}`}
                checked={chosen.includes(run.id)}
                onChange={({ currentTarget }) => toggle(run.id, currentTarget.checked)}
              />
            </td>
            <th scope="row">
              <a href={hrefTo({ page: "run", id: run.id })}>
                {run.method} <span class="id">{shortId(run.id)}</span>
              </a>
              {run.preset !== undefined && <span class="tag">{run.preset}</span>}
            </th>
            <td class="state">
              <Status status={run.status} />
              {!isTerminal(run.status) && (
                <Bar share={run.progress.fraction} label={`Progress of ${shortId(run.id)}`} />
              )}
              {run.status === "failed" && <span class="about">{run.error?.title}</span>}
            </td>
            <td>
              <Moment time={run.createdAt} />
            </td>
            <td class="number">
              <RunTime run={run} />
            </td>
            <td class="number secondary">{run.seed}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
