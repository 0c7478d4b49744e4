import { useMemo } from "preact/hooks";
import { isTerminal } from "../../../resources/runs/status.ts";
import type { WatchedRun } from "../../api/use-run.ts";
import { runCharts } from "../../data/charts.ts";
import { Empty } from "../../parts/empty.tsx";
import { Charts } from "../../plot/charts.tsx";
import { Output } from "./output.tsx";

/** A run's curves, and then what came of it: what is there while it goes on stays where it is when it has ended. */
export function Overview({ watched }: { watched: WatchedRun }) {
  const { run, curves } = watched;
  const charts = useMemo(() => runCharts(curves), [curves]);
  return (
    <>
      {charts.length > 0 && (
        <section>
          <h2>Curves</h2>
          <Charts charts={charts} />
        </section>
      )}
      {run.status === "succeeded" && (
        <section>
          <h2>Result</h2>
          <Output run={run} />
        </section>
      )}
      {charts.length === 0 && run.status !== "succeeded" && (
        <Empty>
          <p>
            {isTerminal(run.status) ? "The run left no curves." : "Curves appear here as the run draws them."}
          </p>
        </Empty>
      )}
    </>
  );
}
