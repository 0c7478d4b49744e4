import { expect, it } from "vitest";
import { generateOpenApi } from "../../functions/openapi/generate.ts";
import { type Client, createClient } from "../../shared/client/client.ts";
import { type Asked, startApi } from "./api.ts";

/** The call of the client that makes each operation, with every option that it has. */
const calls: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  "list-methods": (client) => client.methods(),
  "get-method": (client) => client.method("fope"),
  "create-run": (client) => client.createRun("fope", {}, { preset: "quick", seed: 1, wait: 2 }),
  "list-runs": (client) => client.listRuns({ method: "fope", status: "failed", pageSize: 2 }).next(),
  "get-run": (client) => client.getRunSince("r", '"1"'),
  "cancel-run": (client) => client.cancelRun("r"),
  "delete-run": (client) => client.deleteRun("r"),
  "list-events": (client) => client.events("r", 3).next(),
  "list-metrics": (client) => client.thinMetrics("r", 10, "loss"),
  "list-artifacts": (client) => client.artifacts("r"),
  "get-artifact": (client) => client.downloadArtifact("r", "a.html"),
  "create-dataset": (client) => client.createDataset({ name: "d" }),
  "list-datasets": (client) => client.datasets().next(),
  "get-dataset": (client) => client.dataset("d"),
  "delete-dataset": (client) => client.deleteDataset("d"),
  "list-models": (client) => client.models({ run: "r", method: "fope", pageSize: 2 }).next(),
  "get-model": (client) => client.model("m"),
  "get-model-file": (client) => client.downloadModelFile("m", "config.json"),
  "delete-model": (client) => client.deleteModel("m"),
  "get-openapi": (client) => client.openApi(),
};

interface Parameter {
  readonly name: string;
  readonly in: string;
}
interface Described {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: object;
}

const document: { readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>> } =
  JSON.parse(JSON.stringify(generateOpenApi()));
/** Of the API; pages are for people. */
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, operation]) =>
    operation.tags.includes("pages") ? [] : [{ path, method: method.toUpperCase(), ...operation }],
  ),
);

/** What the client asks for in a call, which nothing answers. */
async function askedBy(call: (client: Client) => Promise<unknown>): Promise<Asked[]> {
  await using api = await startApi(() => ({ status: 404 }));
  await expect(call(createClient({ url: api.url, attempts: 1 }))).rejects.toMatchObject({ status: 404 });
  return api.asked;
}

it("the client has a call for each operation, and none of its own", () => {
  expect(Object.keys(calls).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
});

it.each(operations)("$operationId is called as it is described", async (operation) => {
  const call = calls[operation.operationId];
  if (call === undefined) throw new Error("the client has no call for it");
  const asked = await askedBy(call);
  expect(asked).toHaveLength(1);
  const [{ method, path, query, headers, body } = {} as Asked] = asked;
  const named = (place: string) =>
    operation.parameters.filter((one) => one.in === place).map(({ name }) => name);
  expect(method).toBe(operation.method);
  expect(path).toMatch(new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`));
  expect(named("query")).toEqual(expect.arrayContaining([...query.keys()]));
  const known = named("header").map((name) => name.toLowerCase());
  const meant = ["prefer", "if-none-match"].filter((name) => name in headers);
  expect(known).toEqual(expect.arrayContaining(meant));
  expect(body !== "").toBe(operation.requestBody !== undefined);
});
