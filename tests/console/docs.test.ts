import { expect, test } from "vitest";
import { generateOpenApi } from "../../functions/openapi/generate.ts";
import { createClient } from "../../shared/client/client.ts";
import type { Json } from "../../shared/client/json.ts";
import { clientCalls } from "../../shared/console/docs/client-calls.ts";
import { byTag, operationsOf, schemasOf } from "../../shared/console/docs/document.ts";
import { curlOf } from "../../shared/console/docs/examples.ts";
import { limitsInWords, typeInWords, unfoldable } from "../../shared/console/docs/schema.ts";

const document: Json = JSON.parse(JSON.stringify(generateOpenApi()));
const operations = operationsOf(document);
const named = (id: string) => {
  const found = operations.find((operation) => operation.id === id);
  if (found === undefined) throw new Error(`there is no operation ${id}`);
  return found;
};

test("every operation stands under its tag, once", () => {
  const listed = byTag(document).flatMap(([, own]) => own.map(({ id }) => id));
  expect(listed.toSorted()).toEqual(operations.map(({ id }) => id).sort());
});

test("an operation has its parameters, body and answers", () => {
  const { method, path, parameters, body, answers, open } = named("create-run");
  expect([method, path, open, body?.required]).toEqual(["POST", "/v1/methods/{method}/runs", false, false]);
  expect(parameters.map(({ name, place }) => `${place} ${name}`)).toEqual(
    expect.arrayContaining(["path method", "query preset", "query seed", "header Prefer"]),
  );
  expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining(["200", "202", "422"]));
  expect(named("get-openapi").open).toBe(true);
});

test("TypeScript is shown for every operation of programs, and is the client's own", () => {
  const programs = operations.filter(({ tag }) => tag !== "pages").map(({ id }) => id);
  // The document is for tools that make clients of their own.
  const shown = new Set([...Object.keys(clientCalls), "get-openapi"]);
  expect([...shown].sort()).toEqual(programs.sort());
  const client = createClient({ url: "http://127.0.0.1" });
  for (const text of Object.values(clientCalls)) {
    const [, name = ""] = /client\.(\w+)\(/.exec(text) ?? [];
    expect(client, text).toHaveProperty(name);
  }
});

test("curl takes the path's parts from variables, and the key only where one is needed", () => {
  expect(curlOf(named("get-artifact"), "https://api", true)).toBe(
    'curl -L "https://api/v1/runs/$RUN/artifacts/$NAME" \\\n  -H "Authorization: Bearer $TENFOLD_KEY"',
  );
  expect(curlOf(named("get-openapi"), "https://api", true)).toBe('curl "https://api/openapi.json"');
  expect(curlOf(named("delete-run"), "http://here", false)).toBe('curl -X DELETE "http://here/v1/runs/$RUN"');
});

test("types in words", () => {
  expect(typeInWords({ type: "array", items: { $ref: "#/components/schemas/Run" } })).toBe("Run[]");
  expect(typeInWords({ type: "array", items: { enum: ["a", 1] } })).toBe('("a" | 1)[]');
  expect(typeInWords({ anyOf: [{ type: "number" }, { type: "null" }] })).toBe("number | null");
  expect(typeInWords({})).toBe("any");
  expect(limitsInWords({ type: "integer", minimum: 1, maximum: 5, default: 2 })).toBe("1 to 5, default 2");
});

test("a schema unfolds where it has fields, through lists and names", () => {
  const schemas = schemasOf(document);
  expect(unfoldable({ type: "array", items: { $ref: "#/components/schemas/Run" } }, schemas)).toBe(
    schemas.Run,
  );
  expect(unfoldable({ type: "string" }, schemas)).toBeUndefined();
  expect(unfoldable({ anyOf: [{ type: "string" }, { type: "null" }] }, schemas)).toBeUndefined();
});
