import { STATUS_CODES } from "node:http";
import * as z from "zod";
import type { Method } from "../../shared/methods/contract.ts";
import { methods } from "../../shared/methods/registry.ts";
import { problemSchema } from "../../shared/resources/problem.ts";
import { queries } from "../http/parameters.ts";
import { type Route, type RouteName, routes, tags } from "../http/routes.ts";
import { components, type Operation, operations } from "./operations.ts";

type Json = Readonly<Record<string, unknown>>;

/** The API as an OpenAPI 3.1 document, from the routes and the schemas that the handlers themselves use. */
export function generateOpenApi(known: readonly Method[] = methods): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "Tenfold",
      version: "1",
      summary: "Published machine-learning methods as runs",
      license: { name: "MIT", identifier: "MIT" },
    },
    tags: tags.map((name) => ({ name })),
    security: [{ apiKey: [] }],
    paths: Object.fromEntries(pathsOf(routes).map((path) => [path, pathItem(path, known)])),
    components: {
      securitySchemes: {
        apiKey: {
          type: "http",
          scheme: "bearer",
          description: "An API key, tf_...; not needed on one's own machine",
        },
      },
      schemas: { ...namedSchemas(), ...methodSchemas(known) },
    },
  };
}

const pathsOf = (all: readonly Route[]) => [...new Set(all.map(({ path }) => path))];

function pathItem(path: string, known: readonly Method[]): Json {
  const here = routes.filter((route) => route.path === path);
  return Object.fromEntries(here.map((route) => [route.method.toLowerCase(), operation(route, known)]));
}

const queryOf: Readonly<Partial<Record<RouteName, z.ZodObject>>> = queries;

function operation(route: (typeof routes)[number], known: readonly Method[]): Json {
  const { headers = {}, body, answers, problems } = operations[route.name];
  const query = queryOf[route.name];
  return {
    operationId: route.name,
    summary: route.summary,
    tags: [route.tag],
    ...("public" in route && { security: [] }),
    parameters: [...pathParameters(route.path), ...queryParameters(query), ...headerParameters(headers)],
    ...(body !== undefined && { requestBody: requestBody(body, known) }),
    responses: {
      ...responses(answers),
      ...problemResponses("public" in route ? problems : [401, ...problems]),
    },
  };
}

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));

function queryParameters(query: z.ZodObject | undefined): Json[] {
  if (query === undefined) return [];
  const { properties = {} } = z.toJSONSchema(query, { io: "output" });
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = typeof schema === "boolean" ? {} : schema;
    return { name, in: "query", ...(description !== undefined && { description }), schema: rest };
  });
}

const headerParameters = (headers: Readonly<Record<string, z.ZodType>>): Json[] =>
  Object.entries(headers).map(([name, schema]) => ({
    name,
    in: "header",
    ...(schema.description !== undefined && { description: schema.description }),
    schema: inline(schema),
  }));

function requestBody(body: NonNullable<Operation["body"]>, known: readonly Method[]): Json {
  const schema =
    body === "inputs" ? { anyOf: known.map((method) => reference(inputName(method))) } : schemaOf(body);
  return { required: body !== "inputs", content: { "application/json": { schema } } };
}

const responses = (answers: Operation["answers"]): Json =>
  Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, type, headers = {} }]) => [
      status,
      {
        description,
        ...(Object.keys(headers).length > 0 && { headers: headerObjects(headers) }),
        ...(schema !== undefined && { content: { "application/json": { schema: schemaOf(schema) } } }),
        ...(type !== undefined && { content: { [type]: { schema: { type: "string" } } } }),
      },
    ]),
  );

const headerObjects = (headers: Readonly<Record<string, string>>): Json =>
  Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: "string" } }]),
  );

const problemResponses = (statuses: readonly number[]): Json =>
  Object.fromEntries(
    [400, ...statuses, 500].map((status) => [
      status,
      {
        description: STATUS_CODES[status] ?? "Problem",
        content: { "application/problem+json": { schema: reference("Problem") } },
      },
    ]),
  );

const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const inputName = ({ id }: Method) => `${id}.input`;
const outputName = ({ id }: Method) => `${id}.output`;

/** Named schemas by their object, so that a list of runs refers to the run's schema instead of repeating it. */
const registry = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries({ ...components, Problem: problemSchema }))
  registry.add(schema, { id });

const uri = (id: string) => `#/components/schemas/${id}`;

function namedSchemas(): Json {
  const { schemas } = z.toJSONSchema(registry, { uri, io: "output" });
  const { NewDataset, NewModel } = components;
  const taken = {
    NewDataset: z.toJSONSchema(NewDataset, { io: "input" }),
    NewModel: z.toJSONSchema(NewModel, { io: "input" }),
  };
  return Object.fromEntries(
    Object.entries({ ...schemas, ...taken }).map(([name, schema]) => [name, withoutIds(schema)]),
  );
}

const methodSchemas = (known: readonly Method[]): Json =>
  Object.fromEntries(
    known.flatMap((method) => [
      [inputName(method), withoutIds(z.toJSONSchema(method.input, { io: "input", unrepresentable: "any" }))],
      [outputName(method), withoutIds(z.toJSONSchema(method.output, { unrepresentable: "any" }))],
    ]),
  );

/** The schema of an answer: a reference where it has a name, in place otherwise. */
function schemaOf(schema: z.ZodType): Json {
  const named = registry.get(schema);
  if (named !== undefined) return reference(named.id);
  if (!(schema instanceof z.ZodObject)) return inline(schema);
  // An object's schema has its fields under `properties`.
  const { properties = {}, ...rest } = inline(schema) as { properties?: Json };
  const shown = Object.entries(schema.shape).map(([name, field]) => [
    name,
    listOf(field) ?? properties[name],
  ]);
  return { ...rest, properties: Object.fromEntries(shown) };
}

/** A list of things that have a name, as a list of references. */
function listOf(field: unknown): Json | undefined {
  if (!(field instanceof z.ZodArray) || !(field.element instanceof z.ZodType)) return undefined;
  const named = registry.get(field.element);
  return named && { type: "array", items: reference(named.id) };
}

const inline = (schema: z.ZodType): Json => withoutIds(z.toJSONSchema(schema));

function withoutIds({ $schema: _, $id: __, ...schema }: Json): Json {
  return schema;
}
