import { Moment } from "../../parts/moment.tsx";
import { RunTime } from "../../parts/run-time.tsx";
import { Status } from "../../parts/status.tsx";
import { Table } from "../../parts/table.tsx";
import { hrefTo } from "../../route.ts";
import type { Compared } from "./compare-page.tsx";

/** The runs that are compared, one a line. */
export function ComparedRuns({ compared }: { compared: readonly Compared[] }) {
  return (
    <Table
      caption="The runs"
      quiet
      columns={[
        { label: "Run" },
        { label: "Method" },
        { label: "Preset" },
        { label: "Seed", figures: true },
        { label: "Status" },
        { label: "Created" },
        { label: "Time", figures: true },
      ]}
      rows={compared.map(({ run, label }) => [
        <a key="run" href={hrefTo({ page: "run", id: run.id })} class="id">
          {label}
        </a>,
        run.method,
        run.preset ?? "–",
        run.seed,
        <Status key="status" status={run.status} />,
        <Moment key="created" time={run.createdAt} />,
        <RunTime key="time" run={run} />,
      ])}
    />
  );
}
