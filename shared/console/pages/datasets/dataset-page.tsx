import { useState } from "preact/hooks";
import { call, read } from "../../api/call.ts";
import type { Dataset } from "../../api/types.ts";
import { usePoll } from "../../api/use-poll.ts";
import { Confirm } from "../../parts/confirm.tsx";
import { ContentFaults } from "../../parts/content-faults.tsx";
import { Failure } from "../../parts/failure.tsx";
import { Heading } from "../../parts/heading.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { hrefTo } from "../../route.ts";
import { DatasetFacts } from "./dataset-facts.tsx";
import { Preview } from "./preview.tsx";
import { Profile } from "./profile.tsx";

/** Milliseconds between looks at a data set that is being checked. */
const look = 1_000;

/** A data set: what it is, what the check found, and how it begins. */
export function DatasetPage({ id }: { id: string }) {
  const path = `/v1/datasets/${encodeURIComponent(id)}`;
  const [dataset, setDataset] = useState<Dataset>();
  const [refused, setRefused] = useState<unknown>();
  const failure = usePoll(
    async (signal) => {
      const now = await read<Dataset>(path, { signal });
      setDataset(now);
      return now.status === "pending" ? look : undefined;
    },
    [id],
  );
  const remove = () =>
    call("DELETE", path).then(() => {
      location.hash = hrefTo({ page: "datasets" }).slice(1);
    }, setRefused);
  return (
    <>
      <Heading
        title={dataset?.name ?? "Data set"}
        above={<a href={hrefTo({ page: "datasets" })}>Data sets</a>}
        actions={
          dataset !== undefined && (
            <Confirm
              label="Delete"
              question={`Delete the data set ${dataset.name}?`}
              about="Its content goes with it. Runs that used it keep their results."
              onConfirm={remove}
            />
          )
        }
      />
      <Failure failure={failure} />
      <Failure failure={refused} />
      {dataset === undefined && failure === undefined && <Skeleton what="the data set" lines={6} />}
      {dataset !== undefined && (
        <>
          <DatasetFacts dataset={dataset} />
          <ContentFaults faults={dataset.errors ?? []} />
          {dataset.summary !== undefined && <Profile summary={dataset.summary} />}
          {dataset.preview !== undefined && <Preview preview={dataset.preview} />}
        </>
      )}
    </>
  );
}
