import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";

const entry = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  link: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const text = readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8");
const { packages } = z.object({ packages: z.record(z.string(), entry) }).parse(JSON.parse(text));
const workspaces = ["", "shared", "functions", "infra"];

test("the lock file has a version for every package, and no address", () => {
  const installed = Object.entries(packages).filter(([at, { link }]) => !workspaces.includes(at) && !link);
  expect(installed.filter(([, { version }]) => version === undefined).map(([at]) => at)).toEqual([]);
  expect(installed.filter(([, { resolved }]) => resolved !== undefined).map(([at]) => at)).toEqual([]);
});

test("the lock file has the packages of every platform, also those that npm could not reach: npm ci wants them", () => {
  const missing = Object.entries(packages).flatMap(([at, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${at}/node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});
