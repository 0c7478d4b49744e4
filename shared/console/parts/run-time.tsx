import { useEffect, useState } from "preact/hooks";
import { formatDuration } from "../../client/figures.ts";
import type { RunSummary } from "../../resources/runs/record.ts";
import { isTerminal } from "../../resources/runs/status.ts";

/** How long a run has taken, or takes so far. */
export function RunTime({ run }: { run: Pick<RunSummary, "status" | "startedAt" | "finishedAt"> }) {
  const [now, setNow] = useState(Date.now);
  const { status, startedAt, finishedAt } = run;
  const going = startedAt !== undefined && !isTerminal(status);
  useEffect(() => {
    if (!going) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [going]);
  if (startedAt === undefined) return <span class="none">–</span>;
  const end = finishedAt === undefined ? now : Date.parse(finishedAt);
  return <span class="figure">{formatDuration(Math.max(0, end - Date.parse(startedAt)) / 1000)}</span>;
}
