import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { routes } from "../../functions/http/routes.ts";
import { access } from "../../infra/aws/access.ts";
import { type Bundle, bundleAll } from "../../infra/bundle/all.ts";
import { checkBundle, handlerLimit, lambdaLimit } from "../../infra/bundle/checks.ts";
import { readManifest } from "../../infra/bundle/manifest.ts";
import { architectures, carryPackages } from "../../infra/bundle/packages.ts";
import { runBundled } from "./bundled.ts";

const root = join(import.meta.dirname, "../..");
// Not below the repository, where Node would find in its node_modules what a bundle lacks.
const out = await mkdtemp(join(tmpdir(), "tenfold-bundles-"));
let bundles: readonly Bundle[];

beforeAll(async () => {
  bundles = await bundleAll(root, out, "x64");
}, 120_000);
afterAll(() => rm(out, { recursive: true }));

const named = (name: string): Bundle => {
  const found = bundles.find((bundle) => bundle.name === name);
  if (found === undefined) throw new Error(`no bundle ${name}`);
  return found;
};
const filesOf = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
const platformsOf = (files: readonly string[]) =>
  new Set(files.flatMap((file) => /napi-v6\/(\w+\/\w+)\//.exec(file)?.[1] ?? []));

describe("the bundles", () => {
  it("are one for each function that the stack deploys, and the manifest says so", () => {
    const names = Object.keys(access).sort();
    expect(bundles.map(({ name }) => name).sort()).toEqual(names);
    const manifest = readManifest(out);
    expect(manifest.architecture).toBe("x64");
    expect(manifest.functions.map(({ name }) => name).sort()).toEqual(names);
  });

  it("of routes have less than 1 MB, and nothing of the engine", () => {
    for (const { name } of routes) {
      const { bytes, modules, packages } = named(name);
      expect(bytes).toBeLessThan(1e6);
      expect(packages).toEqual([]);
      expect(modules.filter((path) => /^shared\/(engine|lm)\/|methods\/\w+\/run/.test(path))).toEqual([]);
      expect(modules.filter((path) => path.startsWith("shared/llm/"))).toEqual([]);
    }
  });

  it("leave the machine that made them unnamed", async () => {
    const deployed = (await Promise.all(bundles.map(({ folder }) => filesOf(folder)))).flat();
    const texts = deployed.filter((file) => /\.(m?js|json)$/.test(file) && !file.includes("/data/"));
    expect(texts.length).toBeGreaterThan(bundles.length);
    const naming = [];
    for (const file of texts) if ((await readFile(file, "utf8")).includes(root)) naming.push(file);
    expect(naming).toEqual([]);
  });

  it("deploy no source maps", async () => {
    for (const { folder } of bundles) {
      expect((await filesOf(folder)).filter((file) => file.endsWith(".map"))).toEqual([]);
    }
    expect((await filesOf(join(out, "maps"))).length).toBeGreaterThanOrEqual(bundles.length);
  });
});

describe("the worker's bundle", () => {
  it("holds the runtime for one platform, and fits into Lambda", async () => {
    const { folder, bytes, modules } = named("work");
    expect(platformsOf(await filesOf(folder))).toEqual(new Set(["linux/x64"]));
    expect(bytes).toBeLessThan(250e6);
    expect(modules).toContain("shared/methods/fope/run.ts");
    expect(modules).toContain("shared/llm/signature.ts");
  });

  it.each(architectures)("can be made for %s", async (architecture) => {
    const folder = join(out, `carried-${architecture}`);
    await carryPackages(root, folder, ["onnxruntime-node"], architecture);
    const files = await filesOf(folder);
    expect(platformsOf(files)).toEqual(new Set([`linux/${architecture}`]));
    expect(files.some((file) => file.includes("onnxruntime-common"))).toBe(true);
    await rm(folder, { recursive: true });
  });
});

describe("bundled functions", () => {
  it("export a handler each", async () => {
    const script = `const names = ${JSON.stringify(bundles.map(({ folder }) => join(folder, "index.mjs")))};
      for (const name of names) console.log(typeof (await import(name)).handler);
      process.exit();`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    expect(stdout.trim().split("\n")).toEqual(bundles.map(() => "function"));
  });

  it("take a run from its creation to its result", async () => {
    const input = {
      trainingLength: 32,
      multiples: [1, 2],
      characters: 10_000,
      model: { dModel: 16, layers: 1, heads: 1 },
      variants: ["rope", "fope"],
      training: { steps: 2, batch: 2 },
      passkey: { trials: 0 },
      evaluationTokens: 256,
    };
    const { created, worked, run, artifacts, openApi } = await runBundled(out, "fope", input);
    expect(created).toMatchObject({ status: "queued", method: "fope" });
    expect(worked).toEqual({ batchItemFailures: [] });
    expect(run).toMatchObject({
      status: "succeeded",
      output: { variants: [{ name: "rope" }, { name: "fope" }] },
    });
    expect(artifacts.map(({ name }) => name)).toEqual(expect.arrayContaining(["report.html", "result.json"]));
    expect(Object.keys(openApi.paths)).toEqual([...new Set(routes.map(({ path }) => path))]);
  });

  it("carry the sentence encoder with its weights", async () => {
    const synthetic = { families: 2, perFamily: 3, targets: 1, tests: 2 };
    const { run } = await runBundled(out, "tma", { synthetic, embedding: { type: "encoder" } });
    expect(run).toMatchObject({
      status: "succeeded",
      output: { items: 6, embedding: { type: "encoder", dimensions: 512 } },
    });
  });
});

describe("a bundle is refused", () => {
  const fit = { name: "get-run", computes: false, bytes: 1, modules: [], packages: [] };
  const check = (changes: object) => () => checkBundle({ ...named("get-run"), ...fit, ...changes });

  it("not when it is fit", () => expect(check({})).not.toThrow());
  it.each([
    ["that is too large for a handler", { bytes: handlerLimit + 1 }, /get-run: 1000001 bytes/],
    ["that is too large for Lambda", { bytes: lambdaLimit + 1, computes: true }, /more than/],
    ["that carries the engine", { modules: ["shared/engine/graph.ts"] }, /does not compute, yet carries/],
    ["that carries chat models", { modules: ["shared/llm/session.ts"] }, /does not compute, yet carries/],
    ["that needs the runtime", { packages: ["onnxruntime-node"] }, /does not compute, yet carries/],
    ["that lacks a package", { packages: ["left-pad"], computes: true }, /left-pad, which is neither/],
  ])("%s", (_what, changes, message) => expect(check(changes)).toThrow(message));
});
