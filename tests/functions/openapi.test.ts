import { existsSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { routes } from "../../functions/http/routes.ts";
import { generateOpenApi } from "../../functions/openapi/generate.ts";
import { methods } from "../../shared/methods/registry.ts";
import { call } from "../fixtures/call.ts";

const document = JSON.parse(JSON.stringify(generateOpenApi()));

test("the document is valid OpenAPI 3.1", async () => {
  expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true });
});

test("every route is in it, and has a handler", async () => {
  for (const { name, method, path } of routes) {
    expect(document.paths[path][method.toLowerCase()].operationId).toBe(name);
    const module = new URL(`../../functions/http/${name}.ts`, import.meta.url);
    expect(existsSync(module), name).toBe(true);
    expect(typeof (await import(module.href)).handler).toBe("function");
  }
  const operations = Object.values<object>(document.paths).flatMap((item) => Object.keys(item));
  expect(operations).toHaveLength(routes.length);
});

test("every reference leads somewhere", () => {
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
  const names = new Set([...references].map(([, name]) => name ?? ""));
  expect(names.size).toBeGreaterThan(10);
  for (const name of names) expect(document.components.schemas).toHaveProperty([name]);
});

test("the input of each method is described with its limits and defaults", () => {
  const input = document.components.schemas["fope.input"];
  expect(input.oneOf ?? input.anyOf).toHaveLength(3);
  expect(
    document.paths["/v1/methods/{method}/runs"].post.requestBody.content["application/json"].schema,
  ).toEqual({
    anyOf: methods.map(({ id }) => ({ $ref: `#/components/schemas/${id}.input` })),
  });
});

test("run from source, the handler answers the document", async () => {
  const { status, json } = await call("get-openapi");
  expect([status, json.openapi]).toEqual([200, "3.1.0"]);
  expect(Object.keys(json.paths)).toEqual(Object.keys(document.paths));
});
