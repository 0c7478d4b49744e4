import { isList, isObject, type Json, type JsonObject } from "../../client/json.ts";

/** One operation of an OpenAPI document. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** Whether it can be called without a key. */
  readonly open: boolean;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly schema: JsonObject; readonly required: boolean } | undefined;
  readonly answers: readonly Answer[];
}

export interface Parameter {
  readonly name: string;
  readonly place: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonObject;
}

export interface Answer {
  readonly status: string;
  readonly description: string;
  /** The media type and schema of its body, if it has one. */
  readonly type: string | undefined;
  readonly schema: JsonObject | undefined;
  readonly headers: readonly (readonly [name: string, description: string])[];
}

const text = (value: Json | undefined) => (typeof value === "string" ? value : "");
const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const objects = (value: Json | undefined): JsonObject[] => (isList(value) ? value.filter(isObject) : []);

/** All operations of a document, in its order. */
export function operationsOf(document: Json): Operation[] {
  return Object.entries(object(object(document).paths)).flatMap(([path, item]) =>
    Object.entries(object(item)).map(([method, operation]) => readOperation(path, method, object(operation))),
  );
}

/** The document's tags in its order, each with its operations. */
export function byTag(document: Json): (readonly [tag: string, operations: Operation[]])[] {
  const all = operationsOf(document);
  const named = objects(object(document).tags).map(({ name }) => text(name));
  const tags = [...new Set([...named, ...all.map(({ tag }) => tag)])];
  return tags
    .map((tag) => [tag, all.filter((one) => one.tag === tag)] as const)
    .filter(([, own]) => own.length > 0);
}

/** The schemas that the document names. */
export const schemasOf = (document: Json): JsonObject => object(object(object(document).components).schemas);

function readOperation(path: string, method: string, operation: JsonObject): Operation {
  const body = object(operation.requestBody);
  const [, content] = contentOf(body);
  return {
    id: text(operation.operationId),
    method: method.toUpperCase(),
    path,
    tag: isList(operation.tags) ? text(operation.tags[0]) : "",
    summary: text(operation.summary),
    open: isList(operation.security) && operation.security.length === 0,
    parameters: objects(operation.parameters).map(readParameter),
    body: content && { schema: content, required: body.required === true },
    answers: Object.entries(object(operation.responses)).map(([status, answer]) =>
      readAnswer(status, object(answer)),
    ),
  };
}

const readParameter = (parameter: JsonObject): Parameter => ({
  name: text(parameter.name),
  place: text(parameter.in),
  required: parameter.required === true,
  description: text(parameter.description),
  schema: object(parameter.schema),
});

function readAnswer(status: string, answer: JsonObject): Answer {
  const [type, schema] = contentOf(answer);
  const headers = Object.entries(object(answer.headers)).map(
    ([name, header]) => [name, text(object(header).description)] as const,
  );
  return { status, description: text(answer.description), type, schema, headers };
}

function contentOf(holder: JsonObject): readonly [string | undefined, JsonObject | undefined] {
  const [first] = Object.entries(object(holder.content));
  return first === undefined ? [undefined, undefined] : [first[0], object(object(first[1]).schema)];
}
