import type { Client } from "../client.ts";
import { formatAgo } from "../figures.ts";
import { isObject, type Json } from "../json.ts";
import type { Candidate, Wanted } from "./line.ts";

/** How many runs, models or data sets are offered, the newest first. */
const most = 50;

/** What the API has of the wanted kind; nothing for kinds that it does not know, such as files. */
export async function lookUp(client: Client, { kind, positional, options }: Wanted): Promise<Candidate[]> {
  switch (kind) {
    case "method":
      return (await client.methods()).map(({ id, title }) => ({ value: id, about: title }));
    case "run":
    case "runs":
      return [
        { value: "latest", about: "the newest run" },
        ...(await first(client.listRuns({ pageSize: most }))).map((run) => ({
          value: run.id,
          about: `${run.method}, ${run.status}, ${formatAgo(run.createdAt)}`,
        })),
      ];
    case "model":
      return (await first(client.models({ pageSize: most }))).map(({ id, name, method, status }) => ({
        value: id,
        about: `${name}, ${method === undefined ? `uploaded, ${status}` : `by ${method}`}`,
      }));
    case "dataset":
      return (await first(client.datasets())).map(({ id, name }) => ({ value: id, about: name }));
    case "preset":
      return presets(client, positional[0] ?? options.get("method"));
    case "set":
      return positional[0] === undefined ? [] : fields(client, positional[0]);
    default:
      return [];
  }
}

async function first<T>(items: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) if (taken.push(item) === most) break;
  return taken;
}

async function presets(client: Client, method: string | undefined): Promise<Candidate[]> {
  if (method === undefined) return [];
  return Object.entries((await client.method(method)).presets).map(([value, { summary, cost }]) => ({
    value,
    about: `${summary} (${cost})`,
  }));
}

/** Every field of a method's input as `--set` takes it, such as `training.steps=`. */
async function fields(client: Client, method: string): Promise<Candidate[]> {
  // The schema is any JSON; what is no schema has no fields.
  return fieldsOf((await client.method(method)).input as Json, "");
}

function fieldsOf(schema: Json | undefined, path: string): Candidate[] {
  if (!isObject(schema)) return [];
  const below = Object.entries(isObject(schema.properties) ? schema.properties : {}).flatMap(
    ([name, inner]) => fieldsOf(inner, path === "" ? name : `${path}.${name}`),
  );
  const branches = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((some) =>
    Array.isArray(some) ? some.flatMap((branch) => fieldsOf(branch, path)) : [],
  );
  const inside = [...below, ...branches.filter(({ value }) => value !== `${path}=`)];
  if (inside.length > 0 || path === "") return unique(inside);
  const { description } = schema;
  return [{ value: `${path}=`, ...(typeof description === "string" && { about: description }) }];
}

const unique = (candidates: readonly Candidate[]): Candidate[] => [
  ...new Map(candidates.map((candidate) => [candidate.value, candidate])).values(),
];
