import { isObject } from "../../../client/json.ts";
import type { Run } from "../../../resources/runs/record.ts";
import { read } from "../../api/call.ts";
import type { Method } from "../../api/types.ts";
import { useLoad } from "../../api/use-load.ts";
import { Failure } from "../../parts/failure.tsx";
import { Heading } from "../../parts/heading.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { hrefTo } from "../../route.ts";
import { RunForm, type Start } from "./run-form.tsx";

const segment = encodeURIComponent;

/** A method and the form that starts a run of it; `from` is a run whose input the form begins with. */
export function MethodPage({ id, from }: { id: string; from: string | undefined }) {
  const { value, failure, reload } = useLoad(
    async (signal) => {
      const method = await read<Method>(`/v1/methods/${segment(id)}`, { signal });
      const run = from === undefined ? undefined : await read<Run>(`/v1/runs/${segment(from)}`, { signal });
      return { method, run };
    },
    [id, from],
  );
  const { method, run } = value ?? {};
  return (
    <>
      <Heading
        title={method?.title ?? id}
        above={
          <>
            <a href={hrefTo({ page: "methods" })}>Methods</a> / {id}
          </>
        }
        actions={
          <a class="button" href={hrefTo({ page: "runs", method: id })}>
            Its runs
          </a>
        }
      />
      <Failure failure={failure} retry={reload} />
      {method === undefined && failure === undefined && <Skeleton what="the method" lines={6} />}
      {method !== undefined && (
        <>
          <p class="lead">{method.summary}</p>
          <p class="paper">
            <a href={method.paper.url} target="_blank" rel="noreferrer">
              {method.paper.title}
            </a>
          </p>
          <RunForm key={run?.id ?? id} method={method} start={startOf(run)} />
        </>
      )}
    </>
  );
}

/** What the form begins with: a run's input as it was resolved, or the quick preset. */
function startOf(run: Run | undefined): Start {
  if (run === undefined) return { preset: "quick", input: undefined, seed: undefined };
  return { preset: undefined, input: isObject(run.input) ? run.input : {}, seed: run.seed };
}
