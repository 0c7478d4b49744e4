import { formatBytes } from "../../../client/figures.ts";
import { read } from "../../api/call.ts";
import type { Dataset, Page } from "../../api/types.ts";
import { useMore } from "../../api/use-more.ts";
import { Empty } from "../../parts/empty.tsx";
import { Failure } from "../../parts/failure.tsx";
import { Heading } from "../../parts/heading.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { Status } from "../../parts/status.tsx";
import { Table } from "../../parts/table.tsx";
import { hrefTo } from "../../route.ts";
import { UploadForm } from "./upload-form.tsx";

/** The reader's data sets, and the way to add one. */
export function DatasetsPage() {
  const { items, failure, more } = useMore<Dataset>((cursor, signal) =>
    read<Page<Dataset>>("/v1/datasets", { query: { limit: 50, cursor }, signal }),
  );
  return (
    <>
      <Heading title="Data sets" />
      <UploadForm />
      <Failure failure={failure} />
      {items === undefined && failure === undefined && <Skeleton what="the data sets" lines={5} />}
      {items?.length === 0 && (
        <Empty>
          <p>No data sets yet. Methods that take one run on data of their own until you bring yours.</p>
        </Empty>
      )}
      {items !== undefined && items.length > 0 && (
        <Table
          caption="Data sets, newest first"
          quiet
          columns={[
            { label: "Data set" },
            { label: "Kind" },
            { label: "Status" },
            { label: "Size", figures: true },
            { label: "Created", secondary: true },
          ]}
          rows={items.map(({ id, name, kind, status, bytes, createdAt }) => [
            <a key="name" href={hrefTo({ page: "dataset", id })}>
              {name}
            </a>,
            kind,
            <Status key="status" status={status} />,
            bytes === undefined ? "–" : formatBytes(bytes),
            <Moment key="created" time={createdAt} />,
          ])}
        />
      )}
      {more !== undefined && (
        <p class="more">
          <button type="button" onClick={more}>
            Show older data sets
          </button>
        </p>
      )}
    </>
  );
}
