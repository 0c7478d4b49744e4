/** The parts of the API, as the documentation groups them. */
export const tags = ["methods", "runs", "datasets", "models", "api", "pages"] as const;

/** One route: `name` is its handler's file in this folder and its operation id; `{x}` in `path` is one segment. */
export interface Route {
  readonly name: string;
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly tag: (typeof tags)[number];
  readonly summary: string;
  /** Needs no API key: it shows nothing of a tenant's. */
  readonly public?: true;
}

/** Every route of the API. The gateways and the OpenAPI document are made from this table. */
export const routes = [
  { name: "list-methods", method: "GET", path: "/v1/methods", tag: "methods", summary: "List the methods" },
  {
    name: "get-method",
    method: "GET",
    path: "/v1/methods/{method}",
    tag: "methods",
    summary: "Show a method: its presets and the JSON Schemas of its input and output",
  },
  {
    name: "create-run",
    method: "POST",
    path: "/v1/methods/{method}/runs",
    tag: "runs",
    summary: "Start a run of a method",
  },
  { name: "list-runs", method: "GET", path: "/v1/runs", tag: "runs", summary: "List runs, newest first" },
  { name: "get-run", method: "GET", path: "/v1/runs/{run}", tag: "runs", summary: "Show a run" },
  {
    name: "cancel-run",
    method: "POST",
    path: "/v1/runs/{run}/cancel",
    tag: "runs",
    summary: "Cancel a run that is queued or running",
  },
  {
    name: "delete-run",
    method: "DELETE",
    path: "/v1/runs/{run}",
    tag: "runs",
    summary: "Delete a finished run with its logs and artifacts",
  },
  {
    name: "list-events",
    method: "GET",
    path: "/v1/runs/{run}/events",
    tag: "runs",
    summary: "What happened in a run, oldest first",
  },
  {
    name: "list-metrics",
    method: "GET",
    path: "/v1/runs/{run}/metrics",
    tag: "runs",
    summary: "The curves of a run: page by page, or thinned out to so many points",
  },
  {
    name: "list-artifacts",
    method: "GET",
    path: "/v1/runs/{run}/artifacts",
    tag: "runs",
    summary: "The files that a run left",
  },
  {
    name: "get-artifact",
    method: "GET",
    path: "/v1/runs/{run}/artifacts/{name}",
    tag: "runs",
    summary: "Download a file of a run (redirects to the file)",
  },
  {
    name: "create-dataset",
    method: "POST",
    path: "/v1/datasets",
    tag: "datasets",
    summary: "Register a data set; answers where to upload its content",
  },
  {
    name: "complete-upload",
    method: "POST",
    path: "/v1/datasets/{dataset}/upload/complete",
    tag: "datasets",
    summary: "Finish an upload in parts; the check of the content then begins",
  },
  {
    name: "list-datasets",
    method: "GET",
    path: "/v1/datasets",
    tag: "datasets",
    summary: "List data sets, newest first",
  },
  {
    name: "get-dataset",
    method: "GET",
    path: "/v1/datasets/{dataset}",
    tag: "datasets",
    summary: "Show a data set and, if its content was refused, why",
  },
  {
    name: "delete-dataset",
    method: "DELETE",
    path: "/v1/datasets/{dataset}",
    tag: "datasets",
    summary: "Delete a data set with its content",
  },
  {
    name: "create-model",
    method: "POST",
    path: "/v1/models",
    tag: "models",
    summary: "Register a model that you bring; answers where to upload its files",
  },
  {
    name: "complete-model-file",
    method: "POST",
    path: "/v1/models/{model}/files/{name}/upload/complete",
    tag: "models",
    summary: "Finish the upload in parts of a model's file; with the last file the check of the model begins",
  },
  {
    name: "list-models",
    method: "GET",
    path: "/v1/models",
    tag: "models",
    summary: "List models, newest first",
  },
  {
    name: "get-model",
    method: "GET",
    path: "/v1/models/{model}",
    tag: "models",
    summary: "Show a model: its card and files, and, if it was refused, why",
  },
  {
    name: "get-model-file",
    method: "GET",
    path: "/v1/models/{model}/files/{name}",
    tag: "models",
    summary: "Download a file of a model (redirects to the file)",
  },
  {
    name: "delete-model",
    method: "DELETE",
    path: "/v1/models/{model}",
    tag: "models",
    summary: "Delete a model with its files and open uploads",
  },
  {
    name: "get-openapi",
    method: "GET",
    path: "/openapi.json",
    tag: "api",
    summary: "This API as OpenAPI 3.1",
    public: true,
  },
  { name: "get-console", method: "GET", path: "/", tag: "pages", summary: "The console", public: true },
  {
    name: "get-docs",
    method: "GET",
    path: "/docs",
    tag: "pages",
    summary: "This reference as a web page",
    public: true,
  },
] as const satisfies readonly Route[];

export type RouteName = (typeof routes)[number]["name"];
