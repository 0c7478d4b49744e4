import type { RouteName } from "../../functions/http/routes.ts";

/** Names of the functions that are not routes. */
export type EventFunctionName = "work" | "tidy" | "bury" | "ingest" | "authorize";
export type FunctionName = RouteName | EventFunctionName;

/** Parts of the bucket, each below the tenant's own prefix. */
export type Part = "runs" | "datasets" | "models";

/** What one function may do; what is absent it may not. */
export interface Access {
  /** Actions on the items of tenants, in the table itself. */
  readonly table?: readonly TableAction[];
  /** Finding the runs of every tenant that somebody should look after. */
  readonly live?: true;
  /** Looking an API key up; nothing else in the table. */
  readonly apiKeys?: true;
  readonly bucket?: Partial<Record<Part, readonly ObjectAction[]>>;
  /** Listing keys: to delete all below a prefix, and to be told "absent" instead of "denied". */
  readonly list?: true;
  readonly send?: true;
}
export type TableAction = "GetItem" | "Query" | "PutItem" | "BatchWriteItem";
export type ObjectAction =
  | "GetObject"
  | "PutObject"
  | "DeleteObject"
  | "AbortMultipartUpload"
  | "ListMultipartUploadParts";

/** What each function may do: what it does, no more and no less, as a test finds by calling them all. */
export const access: Readonly<Record<FunctionName, Access>> = {
  "list-methods": {},
  "get-method": {},
  "get-openapi": {},
  "get-console": {},
  "get-docs": {},
  "create-run": { table: ["GetItem", "PutItem"], bucket: { runs: ["GetObject", "PutObject"] }, send: true },
  "list-runs": { table: ["Query"] },
  "get-run": { table: ["GetItem"], bucket: { runs: ["GetObject"] } },
  "cancel-run": { table: ["GetItem", "PutItem"], bucket: { runs: ["GetObject"] } },
  "delete-run": {
    table: ["GetItem", "Query", "PutItem", "BatchWriteItem"],
    bucket: { runs: ["DeleteObject"] },
    list: true,
  },
  "list-events": { table: ["GetItem", "Query"] },
  "list-metrics": { table: ["GetItem", "Query"] },
  "list-artifacts": { table: ["GetItem"] },
  "get-artifact": { table: ["GetItem"], bucket: { runs: ["GetObject"] } },
  "create-dataset": { table: ["GetItem", "PutItem"], bucket: { datasets: ["PutObject"] } },
  "complete-upload": {
    table: ["GetItem"],
    bucket: { datasets: ["GetObject", "PutObject", "ListMultipartUploadParts"] },
    list: true,
  },
  "list-datasets": { table: ["Query"] },
  "get-dataset": { table: ["GetItem"] },
  "delete-dataset": {
    table: ["GetItem", "BatchWriteItem"],
    bucket: { datasets: ["DeleteObject", "AbortMultipartUpload"] },
    list: true,
  },
  "create-model": { table: ["GetItem", "PutItem"], bucket: { models: ["PutObject"] } },
  "complete-model-file": {
    table: ["GetItem"],
    bucket: { models: ["GetObject", "PutObject", "ListMultipartUploadParts"] },
    list: true,
  },
  "list-models": { table: ["Query"] },
  "get-model": { table: ["GetItem"] },
  "get-model-file": { table: ["GetItem"], bucket: { models: ["GetObject"] } },
  "delete-model": {
    table: ["GetItem", "BatchWriteItem"],
    bucket: { models: ["DeleteObject", "AbortMultipartUpload"] },
    list: true,
  },
  // Besides computing, it removes what is left of a run that was deleted under its hands.
  work: {
    table: ["GetItem", "Query", "PutItem", "BatchWriteItem"],
    bucket: {
      runs: ["GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload"],
      datasets: ["GetObject"],
      models: ["GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload"],
    },
    list: true,
    send: true,
  },
  tidy: {
    table: ["GetItem", "PutItem"],
    bucket: {
      datasets: ["DeleteObject", "AbortMultipartUpload"],
      models: ["DeleteObject", "AbortMultipartUpload"],
    },
    list: true,
    live: true,
    send: true,
  },
  bury: { table: ["GetItem", "PutItem"] },
  ingest: {
    table: ["GetItem", "PutItem"],
    bucket: {
      datasets: ["GetObject", "PutObject", "DeleteObject"],
      models: ["GetObject", "PutObject", "DeleteObject"],
    },
    list: true,
  },
  authorize: { apiKeys: true },
};
