import type { Run } from "../../../resources/runs/record.ts";
import { isTerminal } from "../../../resources/runs/status.ts";
import { Bar } from "../../parts/bar.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Moment } from "../../parts/moment.tsx";
import { RunTime } from "../../parts/run-time.tsx";
import { Status } from "../../parts/status.tsx";

/** How a run is getting on, or how it ended. */
export function RunState({ run }: { run: Run }) {
  const { status, progress, error, cancelRequested, slices, deaths } = run;
  const going = !isTerminal(status);
  return (
    <section class="run-state" aria-label="State">
      <Facts
        facts={[
          ["status", <Status key="status" status={status} />],
          ["created", <Moment key="created" time={run.createdAt} />],
          ["time", <RunTime key="time" run={run} />],
          ...(run.preset === undefined ? [] : [["preset", run.preset] as const]),
          ["seed", run.seed],
          ...(slices > 1 ? [["slices", slices] as const] : []),
          ...(deaths > 0 ? [["workers lost", deaths] as const] : []),
          ["id", <code key="id">{run.id}</code>],
        ]}
      />
      {going && (
        <div class="going">
          <Bar share={progress.fraction} label="Progress" />
          <p>
            <span class="figure">{Math.floor(progress.fraction * 100)} %</span>{" "}
            {cancelRequested
              ? "stopping …"
              : progress.message || (status === "queued" ? "waiting for a worker" : "")}
          </p>
        </div>
      )}
      <p class="hidden" aria-live="polite">
        {announcement(run)}
      </p>
      {error !== undefined && (
        <div class="notice error" role="alert">
          <p>
            <b>{error.title}</b>
          </p>
          <p>{error.detail}</p>
        </div>
      )}
    </section>
  );
}

/** Said aloud: what changes seldom, so that a run does not talk all the while. */
function announcement({ status, progress }: Run): string {
  if (status !== "running") return `The run is ${status}.`;
  const quarter = Math.floor(progress.fraction * 4) * 25;
  return quarter === 0 ? "The run is running." : `${quarter} % done.`;
}
