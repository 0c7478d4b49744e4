import { formatBytes } from "../../../client/figures.ts";
import type { Dataset } from "../../api/types.ts";
import { Facts } from "../../parts/facts.tsx";
import { Moment } from "../../parts/moment.tsx";
import { Status } from "../../parts/status.tsx";

const waiting = "Waiting for the content, or checking it …";

export function DatasetFacts({ dataset }: { dataset: Dataset }) {
  const { id, kind, status, bytes, createdAt, sha256 } = dataset;
  return (
    <>
      <Facts
        facts={[
          ["status", <Status key="status" status={status} />],
          ["kind", kind],
          ...(bytes === undefined ? [] : [["size", formatBytes(bytes)] as const]),
          ["created", <Moment key="created" time={createdAt} />],
          ["id", <code key="id">{id}</code>],
          ...(sha256 === undefined
            ? []
            : [
                [
                  "SHA-256",
                  <code key="sha" title={sha256}>
                    {sha256.slice(0, 16)}…
                  </code>,
                ] as const,
              ]),
        ]}
      />
      <p aria-live="polite" class={status === "pending" ? "about" : "hidden"}>
        {status === "pending" ? waiting : `The data set is ${status}.`}
      </p>
    </>
  );
}
