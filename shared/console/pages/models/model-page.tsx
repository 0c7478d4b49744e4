import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { formatBytes } from "../../../client/figures.ts";
import { isObject, type Json } from "../../../client/json.ts";
import { inWords } from "../../../client/output.ts";
import type { Model } from "../../../resources/models/record.ts";
import { call, read } from "../../api/call.ts";
import { usePoll } from "../../api/use-poll.ts";
import { shortId } from "../../data/run-name.ts";
import { Code } from "../../parts/code.tsx";
import { Confirm } from "../../parts/confirm.tsx";
import { ContentFaults } from "../../parts/content-faults.tsx";
import { Facts } from "../../parts/facts.tsx";
import { Failure } from "../../parts/failure.tsx";
import { Heading } from "../../parts/heading.tsx";
import { Moment } from "../../parts/moment.tsx";
import { OpenFile } from "../../parts/open-file.tsx";
import { Skeleton } from "../../parts/skeleton.tsx";
import { Status } from "../../parts/status.tsx";
import { Table } from "../../parts/table.tsx";
import { readFigure } from "../../plot/figure.ts";
import { hrefTo } from "../../route.ts";

/** A model as it is shown alone; its card is the README.md among its files. */
type ModelWithCard = Model & { readonly card?: string };

/** Milliseconds between looks at a model that is being checked. */
const look = 1_000;

const isOpen = ({ status }: Model) => status === "uploading" || status === "checking";

/** A model's card: what it is, where it comes from, and its files. */
export function ModelPage({ id }: { id: string }) {
  const path = `/v1/models/${encodeURIComponent(id)}`;
  const [model, setModel] = useState<ModelWithCard>();
  const failure = usePoll(
    async (signal) => {
      const now = await read<ModelWithCard>(path, { signal });
      setModel(now);
      return isOpen(now) ? look : undefined;
    },
    [id],
  );
  const [refused, setRefused] = useState<unknown>();
  const remove = () =>
    call("DELETE", path).then(() => {
      location.hash = hrefTo({ page: "models" }).slice(1);
    }, setRefused);
  return (
    <>
      <Heading
        title={model?.name ?? "Model"}
        above={<a href={hrefTo({ page: "models" })}>Models</a>}
        actions={
          model !== undefined && (
            <Confirm
              label="Delete"
              question={`Delete the model ${model.name}?`}
              about="Its files go with it and cannot be had back."
              onConfirm={remove}
            />
          )
        }
      />
      <Failure failure={failure} />
      <Failure failure={refused} />
      {model === undefined && failure === undefined && <Skeleton what="the model" lines={6} />}
      {model !== undefined && <ModelCard model={model} />}
    </>
  );
}

const waiting: Readonly<Record<string, string>> = {
  uploading: "Waiting for its files …",
  checking: "Checking its files …",
};

function ModelCard({ model }: { model: ModelWithCard }) {
  const there = model.status === "ready";
  return (
    <>
      <Facts
        facts={[
          ["status", <Status key="status" status={model.status} />],
          ...factsOf(model.summary),
          ...originOf(model),
          ["created", <Moment key="created" time={model.createdAt} />],
          ["id", <code key="id">{model.id}</code>],
        ]}
      />
      <p aria-live="polite" class={isOpen(model) ? "about" : "hidden"}>
        {isOpen(model) ? waiting[model.status] : `The model is ${model.status}.`}
      </p>
      <ContentFaults faults={model.errors ?? []} />
      <section>
        <h2>Files</h2>
        {there && model.files.some(({ name }) => name === "config.json") && (
          <p class="about">
            In Hugging Face layout: put them into one folder and load it where such models load.
          </p>
        )}
        <Table
          caption="Files of the model"
          quiet
          columns={[
            { label: "File" },
            { label: "Size", figures: true },
            ...(there ? [{ label: <span class="hidden">Download</span> }] : []),
          ]}
          rows={model.files.map((file) => [
            <code key="name">{file.name}</code>,
            formatBytes(file.bytes),
            ...(there ? [<OpenFile key="open" artifact={file} label="Download" />] : []),
          ])}
        />
      </section>
      {there && model.card !== undefined && (
        <section>
          <h2>Card</h2>
          <Code text={model.card} label="the model's card" />
        </section>
      )}
    </>
  );
}

/** Where a model is from. */
function originOf({ method, run }: Model): (readonly [string, ComponentChildren])[] {
  if (method === undefined || run === undefined) return [["source", "uploaded"]];
  return [
    [
      "method",
      <a key="method" href={hrefTo({ page: "method", id: method })}>
        {method}
      </a>,
    ],
    [
      "run",
      <a key="run" class="id" href={hrefTo({ page: "run", id: run })}>
        {shortId(run)}
      </a>,
    ],
  ];
}

/** What is known of a model, as it comes; what has parts of its own is spread out. */
function factsOf(summary: object, prefix = ""): (readonly [string, string])[] {
  return Object.entries(summary).flatMap(([name, value]: [string, Json]) => {
    const label = `${prefix}${inWords(name)}`;
    if (isObject(value)) return factsOf(value, `${label} `);
    return [[label, typeof value === "number" ? readFigure(value) : String(value)] as const];
  });
}
