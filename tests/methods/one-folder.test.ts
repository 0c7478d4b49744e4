import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { methodIds } from "../../shared/methods/folders.ts";
import { tenfold } from "../client/command.ts";
import { executablePath, openBrowser } from "../console/browser.ts";
import { runBundled } from "../infra/bundled.ts";

/** All that a method needs: this one file, in a folder of its own. */
const reverse = `
import * as z from "zod";
import { defineMethod } from "../contract.ts";
const preset = (text: string) => ({ summary: "one text", cost: "nothing", input: { text } });
export default defineMethod({
  id: "reverse", title: "Reverse a text", summary: "Turns a text round.",
  paper: { title: "None", url: "https://example.com" },
  input: z.strictObject({ text: z.string().describe("What is turned round") }),
  output: z.object({ text: z.string() }),
  presets: { quick: preset("ten"), standard: preset("fold"), paper: preset("tenfold") },
  run: async ({ text }) => ({ text: [...text].reverse().join("") }),
});
`;

const root = join(import.meta.dirname, "../..");
const execute = promisify(execFile);
/** Those of the project, and the one that is added, in the order of their names. */
const expected = [...methodIds(join(root, "shared/methods")), "reverse"].sort();
let project: string;

/** A copy of the project's sources in which one folder was added and nothing else touched. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "tenfold-one-folder-"));
  const sources = ["functions", "infra", "shared", "cdk.json", "package.json"];
  await Promise.all(sources.map((name) => cp(join(root, name), join(project, name), { recursive: true })));
  await symlink(join(root, "node_modules"), join(project, "node_modules"));
  await mkdir(join(project, "shared/methods/reverse"));
  await writeFile(join(project, "shared/methods/reverse/method.ts"), reverse);
});
afterAll(() => rm(project, { recursive: true, force: true }));

describe("a method added as one folder, on the local stack", () => {
  let stack: ChildProcess;
  let url: string;
  const command = async (...parts: string[]) => {
    const launcher = join(project, "shared/client/tenfold.mjs");
    const { code, stdout, stderr } = await tenfold(parts, { env: { TENFOLD_URL: url }, launcher });
    expect(code, stderr).toBe(0);
    return stdout;
  };
  const get = async <T>(path: string) => (await (await fetch(url + path)).json()) as T;

  beforeAll(async () => {
    const script = `import { startLocal } from ${JSON.stringify(join(project, "infra/local/stack.ts"))};
      const stack = await startLocal({ stateDir: ${JSON.stringify(join(project, ".tenfold"))}, quiet: true });
      process.on("SIGTERM", () => stack.stop());
      process.send(stack.url);
      process.on("disconnect", () => stack.stop());`;
    stack = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const ended = once(stack, "exit").then(([code]) => Promise.reject(new Error(`exit ${code}`)));
    ended.catch(() => undefined);
    [url] = await Promise.race([once(stack, "message"), ended]);
  });
  afterAll(async () => {
    const ended = once(stack, "exit");
    stack.disconnect();
    await ended;
  });

  it("is in the list of methods, and shown with its schemas", async () => {
    const { items } = await get<{ items: { id: string }[] }>("/v1/methods");
    expect(items.map(({ id }) => id)).toEqual(expected);
    expect(await get("/v1/methods/reverse")).toMatchObject({
      title: "Reverse a text",
      presets: { standard: { input: { text: "fold" } } },
      input: { properties: { text: { type: "string", description: "What is turned round" } } },
    });
  });

  it("is in the API's document", async () => {
    expect(await get("/openapi.json")).toMatchObject({
      components: {
        schemas: { "reverse.input": { required: ["text"] }, "reverse.output": { required: ["text"] } },
      },
    });
  });

  it("runs by a call from its creation to its result, and refuses a wrong input by its field", async () => {
    const post = (body: object) =>
      fetch(`${url}/v1/methods/reverse/runs`, {
        method: "POST",
        headers: { prefer: "wait=25" },
        body: JSON.stringify(body),
      });
    const run = await (await post({ text: "stressed" })).json();
    expect(run).toMatchObject({ method: "reverse", status: "succeeded", output: { text: "desserts" } });
    const refused = await post({ txt: "stressed" });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain("did you mean text?");
  });

  it.skipIf(executablePath === undefined)("has a form in the console, and a run by it", async () => {
    await using browser = await openBrowser();
    const page = await browser.newPage();
    await page.goto(`${url}/#/methods/reverse`);
    await page.getByRole("heading", { name: "Reverse a text" }).waitFor();
    await page.getByLabel(/^text/i).first().fill("drawer");
    await page
      .getByRole("button", { name: /^(start|run)/i })
      .first()
      .click();
    await page.getByText("reward", { exact: false }).first().waitFor();
    expect(page.url()).toContain("#/runs/");
  });

  it("is listed, shown and run by the command", async () => {
    expect(await command("methods")).toMatch(/reverse +Turns a text round\./);
    expect(await command("methods", "reverse")).toContain("Reverse a text");
    const ran = await command("run", "reverse", "--preset", "paper", "--wait", "--json");
    expect(JSON.parse(ran)).toMatchObject({ status: "succeeded", output: { text: "dlofnet" } });
  });
});

describe("a method added as one folder, bundled", () => {
  beforeAll(() => execute(process.execPath, ["infra/bundle.ts"], { cwd: project }), 120_000);

  it("runs in the bundled functions from its creation to its result", async () => {
    const bundled = await runBundled(join(project, "dist"), "reverse", { text: "live" });
    expect(bundled.methods.map(({ id }) => id)).toEqual(expected);
    expect(bundled.openApi.components.schemas).toHaveProperty(["reverse.input"]);
    expect(bundled.run).toMatchObject({ status: "succeeded", output: { text: "evil" } });
  });

  it("is in what the CDK would deploy", async () => {
    const out = join(project, "cdk.out");
    const { context } = JSON.parse(await readFile(join(project, "cdk.json"), "utf8"));
    const env = { ...process.env, CDK_OUTDIR: out, CDK_CONTEXT_JSON: JSON.stringify(context) };
    await execute(process.execPath, ["infra/aws/app.ts"], { cwd: project, env });
    const { Resources } = JSON.parse(await readFile(join(out, "tenfold.template.json"), "utf8"));
    const assetOf = (name: string) => {
      const [logicalId] = Object.keys(Resources).filter((id) => id.startsWith(`${name}Function`));
      const key: string = Resources[logicalId ?? ""].Properties.Code.S3Key;
      return join(out, `asset.${key.replace(/\.zip$/, "")}`);
    };
    for (const name of ["ListMethods", "CreateRun", "GetOpenapi", "Work"]) {
      expect(await mentions(assetOf(name), "reverse"), name).toBe(true);
    }
    expect(await mentions(assetOf("GetRun"), "Turns a text round")).toBe(false);
  }, 120_000);
});

/** Whether a file directly in the folder holds the text. */
async function mentions(folder: string, text: string): Promise<boolean> {
  const files = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map(({ name }) => readFile(join(folder, name), "utf8")));
  return texts.some((content) => content.includes(text));
}
