import { useState } from "preact/hooks";
import type { RunSummary } from "../../../resources/runs/record.ts";
import { isTerminal } from "../../../resources/runs/status.ts";
import { read } from "../../api/call.ts";
import type { Page } from "../../api/types.ts";
import { usePoll } from "../../api/use-poll.ts";
import { Empty } from "../../parts/empty.tsx";
import { Failure } from "../../parts/failure.tsx";
import { Heading } from "../../parts/heading.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { hrefTo } from "../../route.ts";
import { CompareBar } from "./compare-bar.tsx";
import { Filters } from "./filters.tsx";
import { RunTable } from "./run-table.tsx";

const pageSize = 25;
/** Milliseconds between looks at the list: while something goes on, and otherwise. */
const looks = { live: 2_000, calm: 15_000 };

interface Filter {
  readonly method: string | undefined;
  readonly status: string | undefined;
}

/** The list of runs, newest first, kept up to date. */
export function RunsPage({ method, status }: Filter) {
  return (
    <>
      <Heading
        title="Runs"
        actions={
          <a class="button" href={hrefTo({ page: "methods" })}>
            Start a run
          </a>
        }
      />
      <Filters method={method} status={status} />
      <RunList key={`${method} ${status}`} method={method} status={status} />
    </>
  );
}

function RunList(filter: Filter) {
  const [first, setFirst] = useState<Page<RunSummary>>();
  const [older, setOlder] = useState<readonly RunSummary[]>([]);
  const [next, setNext] = useState<string>();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const list = (cursor: string | undefined, signal?: AbortSignal) =>
    read<Page<RunSummary>>("/v1/runs", { query: { ...filter, limit: pageSize, cursor }, signal });

  const failure = usePoll(async (signal) => {
    const page = await list(undefined, signal);
    setFirst(page);
    return page.items.every((run) => isTerminal(run.status)) ? looks.calm : looks.live;
  }, []);

  const [pageFailure, setPageFailure] = useState<unknown>();
  const loadOlder = async () => {
    try {
      const page = await list(next ?? first?.next);
      setOlder((now) => [...now, ...page.items]);
      setNext(page.next ?? "");
      setPageFailure(undefined);
    } catch (error) {
      setPageFailure(error);
    }
  };

  if (first === undefined) {
    return failure === undefined ? <Skeleton what="the runs" lines={8} /> : <Failure failure={failure} />;
  }
  const fresh = new Set(first.items.map(({ id }) => id));
  const runs = [...first.items, ...older.filter(({ id }) => !fresh.has(id))];
  const more = next === undefined ? first.next !== undefined : next !== "";
  if (runs.length === 0) return <NoRuns filter={filter} />;
  return (
    <>
      <Failure failure={failure ?? pageFailure} />
      <RunTable runs={runs} chosen={chosen} choose={setChosen} />
      {more && (
        <p class="more">
          <button type="button" onClick={loadOlder}>
            Show older runs
          </button>
        </p>
      )}
      <CompareBar chosen={chosen} clear={() => setChosen([])} />
    </>
  );
}

function NoRuns({ filter }: { filter: Filter }) {
  if (filter.method !== undefined || filter.status !== undefined) {
    return (
      <Empty>
        <p>No run is like that.</p>
        <a href={hrefTo({ page: "runs" })}>Show all runs</a>
      </Empty>
    );
  }
  return (
    <Empty>
      <p>No runs yet.</p>
      <a class="button primary" href={hrefTo({ page: "methods" })}>
        Start one
      </a>
    </Empty>
  );
}
