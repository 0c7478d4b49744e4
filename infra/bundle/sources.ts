import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { routes } from "../../functions/http/routes.ts";

/** A Lambda function's source, and how it is triggered. */
export interface FunctionSource {
  readonly name: string;
  readonly trigger: "http" | "event" | "authorizer";
  /** Path of the TypeScript file that exports `handler`, from the repository's root. */
  readonly source: string;
  /** Whether it runs methods, and so carries the engine: the queue's worker alone. */
  readonly computes: boolean;
}

/** Every function that is deployed: one per route, one per file of functions/events, and the authorizer. */
export function functionSources(root: string): readonly FunctionSource[] {
  const events = readdirSync(join(root, "functions/events")).filter((file) => file.endsWith(".ts"));
  return [
    ...routes.map(({ name }) => source("http", name, `functions/http/${name}.ts`)),
    ...events.map((file) => source("event", basename(file, ".ts"), `functions/events/${file}`)),
    source("authorizer", "authorize", "functions/auth/authorize.ts"),
  ];
}

function source(trigger: FunctionSource["trigger"], name: string, path: string): FunctionSource {
  return { name, trigger, source: path, computes: name === "work" };
}
