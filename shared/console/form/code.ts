import { isObject, type Json, type JsonObject } from "../../client/json.ts";

/** A run as it is about to be asked for. */
export interface Request {
  readonly method: string;
  readonly preset: string | undefined;
  readonly seed: number | undefined;
  readonly input: JsonObject;
  /** Where the API is. */
  readonly origin: string;
  /** Whether calls need a key. */
  readonly keyed: boolean;
}

/** A word as a POSIX shell takes it literally. */
export const quoted = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The call as curl makes it. */
export function asCurl({ method, preset, seed, input, origin, keyed }: Request): string {
  const query = new URLSearchParams({
    ...(preset !== undefined && { preset }),
    ...(seed !== undefined && { seed: String(seed) }),
  });
  const suffix = query.size > 0 ? `?${query}` : "";
  const url = `${origin}/v1/methods/${encodeURIComponent(method)}/runs${suffix}`;
  return [
    `curl -X POST ${quoted(url)}`,
    ...(keyed ? ['-H "Authorization: Bearer $TENFOLD_KEY"'] : []),
    "-H 'content-type: application/json'",
    `-d ${quoted(JSON.stringify(input))}`,
  ].join(" \\\n  ");
}

/** The call as the tenfold command makes it. */
export function asCommand({ method, preset, seed, input, origin, keyed }: Request): string {
  const address = keyed || origin !== "http://127.0.0.1:8787" ? `TENFOLD_URL=${quoted(origin)} ` : "";
  return [
    `${address}npx tenfold run ${quoted(method)}`,
    ...(preset === undefined ? [] : [`--preset ${quoted(preset)}`]),
    ...(seed === undefined ? [] : [`--seed ${seed}`]),
    ...settingsOf(input, []).map(
      ([path, value]) => `--set ${quoted(`${path.join(".")}=${settingValue(value)}`)}`,
    ),
    "--wait",
  ].join(" \\\n  ");
}

/** The call as the typed client makes it. */
export function asClient({ method, preset, seed, input, origin, keyed }: Request): string {
  const options = [
    ...(preset === undefined ? [] : [`preset: ${JSON.stringify(preset)}`]),
    ...(seed === undefined ? [] : [`seed: ${seed}`]),
  ];
  const key = keyed ? ", key: process.env.TENFOLD_KEY" : "";
  return [
    'import { createClient } from "@tenfold/core/client/client.ts";',
    "",
    `const client = createClient({ url: ${JSON.stringify(origin)}${key} });`,
    `const run = await client.createRun(${JSON.stringify(method)}, ${JSON.stringify(input, undefined, 2)}${
      options.length === 0 ? "" : `, { ${options.join(", ")} }`
    });`,
  ].join("\n");
}

/** The fields of an input one by one; a list, and an object without fields, is one value. */
function settingsOf(value: Json, path: readonly string[]): (readonly [readonly string[], Json])[] {
  if (!isObject(value) || (path.length > 0 && Object.keys(value).length === 0)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inside]) => settingsOf(inside, [...path, name]));
}

/** A text stands for itself unless it would be read as JSON. */
function settingValue(value: Json): string {
  if (typeof value !== "string") return JSON.stringify(value);
  try {
    JSON.parse(value);
    return JSON.stringify(value);
  } catch {
    return value;
  }
}
