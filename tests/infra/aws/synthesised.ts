import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { access } from "../../../infra/aws/access.ts";
import { tenfold } from "../../../infra/aws/tenfold.ts";
import { type Manifest, manifestName } from "../../../infra/bundle/manifest.ts";
import type { Architecture } from "../../../infra/bundle/packages.ts";

const cdk: { readonly context: Readonly<Record<string, unknown>> } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../cdk.json"), "utf8"),
);

export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

export interface Synthesised {
  readonly app: App;
  readonly data: Template;
  readonly compute: Template;
  /** Resources of a type in both stacks, by logical id. */
  all(type: string): readonly (readonly [string, Resource])[];
}

/** The stacks as CloudFormation would get them, over bundles that are empty but for their names. */
export function synthesise(
  settings: Readonly<Record<string, string>> = {},
  architecture: Architecture = "x64",
): Synthesised {
  const folder = mkdtempSync(join(tmpdir(), "tenfold-synthesis-"));
  try {
    return synthesiseIn(folder, settings, architecture);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function synthesiseIn(
  folder: string,
  settings: Readonly<Record<string, string>>,
  architecture: Architecture,
): Synthesised {
  const app = new App({ context: { ...cdk.context, ...settings }, outdir: join(folder, "cdk.out") });
  const { data, compute } = tenfold(app, emptyBundles(folder, architecture));
  const templates = { data: Template.fromStack(data), compute: Template.fromStack(compute) };
  const all = (type: string) =>
    [templates.data, templates.compute].flatMap((template) =>
      Object.entries(template.findResources(type) as Record<string, Resource>),
    );
  return { app, ...templates, all };
}

function emptyBundles(folder: string, architecture: Architecture): string {
  for (const name of Object.keys(access)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "index.mjs"), `export const handler = () => ${JSON.stringify(name)};`);
  }
  const manifest: Manifest = { architecture, functions: [] };
  writeFileSync(join(folder, manifestName), JSON.stringify(manifest));
  return folder;
}
