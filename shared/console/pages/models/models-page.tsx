import type { Model } from "../../../resources/models/record.ts";
import { read } from "../../api/call.ts";
import type { Page } from "../../api/types.ts";
import { useMore } from "../../api/use-more.ts";
import { Empty } from "../../parts/empty.tsx";
import { Failure } from "../../parts/failure.tsx";
import { Heading } from "../../parts/heading.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { Status } from "../../parts/status.tsx";
import { Table } from "../../parts/table.tsx";
import { readFigure } from "../../plot/figure.ts";
import { hrefTo } from "../../route.ts";
import { ModelForm } from "./model-form.tsx";

/** The models that runs left and the reader brought, and the way to bring one. */
export function ModelsPage() {
  const { items, failure, more } = useMore<Model>((cursor, signal) =>
    read<Page<Model>>("/v1/models", { query: { limit: 50, cursor }, signal }),
  );
  return (
    <>
      <Heading title="Models" />
      <ModelForm />
      <Failure failure={failure} />
      {items === undefined && failure === undefined && <Skeleton what="the models" lines={6} />}
      {items?.length === 0 && (
        <Empty>
          <p>No models yet. Methods that train leave theirs here, beside those that you bring.</p>
          <a href={hrefTo({ page: "methods" })}>See the methods</a>
        </Empty>
      )}
      {items !== undefined && items.length > 0 && (
        <Table
          caption="Models, newest first"
          quiet
          columns={[
            { label: "Model" },
            { label: "From", secondary: true },
            { label: "Status" },
            { label: "Parameters", figures: true },
            { label: "Context", figures: true, secondary: true },
            { label: "Created", secondary: true },
          ]}
          rows={items.map(({ id, name, method, status, summary, createdAt }) => [
            <a key="model" href={hrefTo({ page: "model", id })}>
              {name}
            </a>,
            method ?? "uploaded",
            <Status key="status" status={status} />,
            readFigure(summary.parameters),
            readFigure(summary.contextLength),
            <Moment key="created" time={createdAt} />,
          ])}
        />
      )}
      {more !== undefined && (
        <p class="more">
          <button type="button" onClick={more}>
            Show older models
          </button>
        </p>
      )}
    </>
  );
}
