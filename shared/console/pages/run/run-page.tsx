import { isTerminal } from "../../../resources/runs/status.ts";
import { useRun, type WatchedRun } from "../../api/use-run.ts";
import { shortId } from "../../data/run-name.ts";
import { Failure } from "../../parts/failure.tsx";
import { Heading } from "../../parts/heading.tsx";
import { JsonView } from "../../parts/json-view.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { type Tab, Tabs } from "../../parts/tabs.tsx";
import { hrefTo } from "../../route.ts";
import { EventList } from "./event-list.tsx";
import { Files } from "./files.tsx";
import { Overview } from "./overview.tsx";
import { Report } from "./report.tsx";
import { RunActions } from "./run-actions.tsx";
import { RunState } from "./run-state.tsx";

const reportName = "report.html";

/** One run, followed while it goes on. */
export function RunPage({ id }: { id: string }) {
  const { watched, failure, look } = useRun(id);
  const run = watched?.run;
  return (
    <>
      <Heading
        title={run === undefined ? `Run ${shortId(id)}` : `${run.method} ${shortId(id)}`}
        above={
          <>
            <a href={hrefTo({ page: "runs" })}>Runs</a>
            {run !== undefined && (
              <>
                {" / "}
                <a href={hrefTo({ page: "method", id: run.method })}>{run.method}</a>
              </>
            )}
          </>
        }
        actions={run !== undefined && <RunActions run={run} look={look} />}
      />
      <Failure failure={failure} />
      {run === undefined && failure === undefined && <Skeleton what="the run" lines={6} />}
      {run !== undefined && <RunState run={run} />}
      {watched !== undefined && <Tabs label="The run" tabs={tabsOf(watched)} />}
    </>
  );
}

function tabsOf(watched: WatchedRun): Tab[] {
  const { run, artifacts, events } = watched;
  const report = artifacts.find(({ name }) => name === reportName);
  const count = (number: number) => <span class="count">{number}</span>;
  return [
    { name: "overview", label: "Overview", content: () => <Overview watched={watched} /> },
    ...(report !== undefined && isTerminal(run.status)
      ? [{ name: "report", label: "Report", content: () => <Report artifact={report} /> }]
      : []),
    {
      name: "files",
      label: <>Files {count(artifacts.length)}</>,
      content: () => <Files artifacts={artifacts} />,
    },
    {
      name: "events",
      label: <>Events {count(events.length)}</>,
      content: () => <EventList events={events} />,
    },
    { name: "input", label: "Input", content: () => <JsonView value={run.input} label="the input" /> },
  ];
}
