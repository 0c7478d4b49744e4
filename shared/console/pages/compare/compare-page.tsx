import { useMemo } from "preact/hooks";
import type { MetricPage, Run } from "../../../resources/runs/record.ts";
import { read } from "../../api/call.ts";
import { useLoad } from "../../api/use-load.ts";
import { comparedCharts } from "../../data/charts.ts";
import { shortId } from "../../data/run-name.ts";
import { type Curves, fold } from "../../data/series.ts";
import { Empty } from "../../parts/empty.tsx";
import { Failure } from "../../parts/failure.tsx";
import { Heading } from "../../parts/heading.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { Charts } from "../../plot/charts.tsx";
import { hrefTo } from "../../route.ts";
import { ComparedRuns } from "./compared-runs.tsx";
import { FigureTable } from "./figure-table.tsx";
import { InputTable } from "./input-table.tsx";

/** A run with its curves. */
export interface Compared {
  readonly run: Run;
  readonly label: string;
  readonly curves: Curves;
}

const points = 500;

/** Runs side by side: curves on the same axes, inputs where they differ, figures of the outputs. */
export function ComparePage({ runs }: { runs: readonly string[] }) {
  const { value, failure, reload } = useLoad(
    (signal) => Promise.all(runs.map((id) => load(id, signal))),
    [runs.join()],
  );
  const charts = useMemo(() => comparedCharts(value ?? []), [value]);
  return (
    <>
      <Heading title="Compare runs" above={<a href={hrefTo({ page: "runs" })}>Runs</a>} />
      {runs.length < 2 && (
        <Empty>
          <p>Choose two runs or more in the list of runs.</p>
          <a class="button primary" href={hrefTo({ page: "runs" })}>
            Choose runs
          </a>
        </Empty>
      )}
      <Failure failure={failure} retry={reload} />
      {value === undefined && failure === undefined && <Skeleton what="the runs" lines={8} />}
      {value !== undefined && runs.length > 1 && (
        <>
          <ComparedRuns compared={value} />
          <section>
            <h2>Inputs</h2>
            <InputTable compared={value} />
          </section>
          {charts.length > 0 && (
            <section>
              <h2>Curves</h2>
              <Charts charts={charts} />
            </section>
          )}
          <section>
            <h2>Figures</h2>
            <FigureTable compared={value} />
          </section>
        </>
      )}
    </>
  );
}

async function load(id: string, signal: AbortSignal): Promise<Compared> {
  const path = `/v1/runs/${encodeURIComponent(id)}`;
  const [run, metrics] = await Promise.all([
    read<Run>(path, { signal }),
    read<MetricPage>(`${path}/metrics`, { query: { points }, signal }),
  ]);
  return { run, label: shortId(id), curves: fold(new Map(), metrics.items) };
}
