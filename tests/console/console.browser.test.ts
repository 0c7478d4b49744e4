import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalStack, startLocal } from "../../infra/local/stack.ts";
import { createClient } from "../../shared/client/client.ts";
import { waitForRun } from "../../shared/client/wait.ts";
import { smallModel } from "../fixtures/small-model.ts";
import { violations } from "./axe.ts";
import { executablePath, openBrowser } from "./browser.ts";

const phone = { width: 390, height: 800 };
const screen = { width: 1280, height: 900 };

describe.skipIf(executablePath === undefined)(
  "the console in a browser (skipped where there is no Chromium)",
  { timeout: 180_000 },
  () => {
    let folder: string;
    let stack: LocalStack;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    let complaints: string[];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "tenfold-console-"));
      const methods = ["./fixtures/walk.ts", "../infra/local/fixtures/stepper.ts"].map((name) =>
        import.meta.resolve(name),
      );
      [stack, browser] = await Promise.all([
        startLocal({ stateDir: join(folder, "state"), methods, quiet: true }),
        openBrowser(),
      ]);
    });
    afterAll(async () => {
      await browser?.close();
      await stack?.stop();
      await rm(folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
      complaints = [];
      context = await browser.newContext({ viewport: screen });
      context.setDefaultTimeout(60_000);
      page = await context.newPage();
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
    });
    afterEach(() => context.close());

    const go = (place: string) => page.goto(`${stack.url}/${place}`);
    const heading = (name: string | RegExp) => page.getByRole("heading", { level: 1, name });

    const stepsField = () => page.getByRole("textbox", { name: "Steps" });

    /** Holds the page, as it stands, to the rules for every reader and every screen. */
    async function holdUp(): Promise<void> {
      expect(await violations(page)).toEqual([]);
      await page.setViewportSize(phone);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(phone.width);
      await page.setViewportSize(screen);
    }

    async function addFile(name: string, content: string | Uint8Array): Promise<void> {
      const path = join(folder, name);
      await writeFile(path, content);
      await go("#/datasets");
      await page.locator("input[type=file]").setInputFiles(path);
      await page.getByRole("button", { name: "Upload" }).click();
      await heading(name).waitFor();
    }

    test("brings data, runs a method on it by form, and compares two runs", async () => {
      await go("");
      await page.getByRole("link", { name: "A walk", exact: true }).waitFor();
      await holdUp();

      await addFile("letters.txt", "all the letters\n".repeat(40));
      await page.getByText("ready", { exact: true }).waitFor();
      await page.getByRole("heading", { name: "Profile" }).waitFor();
      await holdUp();
      await go("#/datasets");
      await page.getByRole("link", { name: "letters.txt" }).waitFor();
      await holdUp();

      await go("#/methods/walk");
      await page.getByLabel("Dataset").selectOption({ label: await optionFor("letters.txt") });
      await stepsField().fill("many");
      await page.getByRole("checkbox", { name: "both" }).check();
      await page.getByRole("button", { name: "Start the run" }).click();
      await page.getByRole("button", { name: "steps", exact: true }).click();
      expect(await page.evaluate("document.activeElement.id")).toBe("field-/steps");
      await page.getByText("must be a whole number").first().waitFor();
      await holdUp();
      await stepsField().fill("60");
      await page.getByRole("button", { name: "Start the run" }).click();

      await heading(/^walk /).waitFor();
      await page.getByText("succeeded", { exact: true }).first().waitFor();
      expect(await page.evaluate("document.activeElement.tagName")).toBe("H1");
      await page.getByRole("img", { name: /^distance: 3 curves over steps 1 to 60/ }).waitFor();
      await page.getByRole("cell", { name: "640" }).or(page.getByText("640")).first().waitFor();
      await holdUp();

      await page.getByRole("tab", { name: "Report" }).click();
      await page.frameLocator("iframe").getByText("It went 60 steps.").waitFor();
      expect(await page.locator("iframe").getAttribute("sandbox")).not.toContain("allow-same-origin");
      await holdUp();
      await page.getByRole("tab", { name: /Files/ }).click();
      await page.getByRole("img", { name: "way.svg" }).waitFor();
      await page.getByRole("button", { name: /^steps\.csv/ }).click();
      await page.getByRole("cell", { name: "one, two" }).waitFor();
      await holdUp();
      await page.getByRole("tab", { name: /Events/ }).click();
      await page.getByText("started", { exact: true }).waitFor();
      await holdUp();

      await page.getByRole("link", { name: "Edit a copy" }).click();
      await heading("A walk").waitFor();
      expect(await stepsField().inputValue()).toBe("60");
      await stepsField().fill("30");
      await page.getByRole("button", { name: "Start the run" }).click();
      await heading(/^walk /).waitFor();
      await page.getByText("succeeded", { exact: true }).first().waitFor();

      await go("#/runs");
      await page.getByRole("row").nth(2).waitFor();
      await holdUp();
      for (const box of await page.getByRole("checkbox", { name: /^Compare walk/ }).all()) await box.check();
      await page.getByRole("link", { name: "Compare", exact: true }).click();
      await heading("Compare runs").waitFor();
      await page.getByRole("row", { name: /^steps 30 60$/ }).waitFor();
      await page.getByRole("row", { name: /^feet\[left\]\.distance 15 30\s*\+100 %$/ }).waitFor();
      await page.getByRole("img", { name: /^distance: 6 curves/ }).waitFor();
      await holdUp();
      expect(complaints).toEqual([]);
    });

    /** The words that a picker has for a data set. */
    async function optionFor(name: string): Promise<string> {
      const option = page.getByLabel("Dataset").locator("option", { hasText: name });
      await option.waitFor({ state: "attached" });
      return (await option.textContent()) ?? "";
    }

    test("sends a large file in parts", async () => {
      const line = "so many letters\n";
      const bytes = 64 * 1024 * 1024 + 1600;
      const parts: string[] = [];
      page.on("request", (request) => {
        if (request.method() === "PUT") parts.push(request.url());
      });
      await addFile("many.txt", line.repeat(bytes / line.length));
      await page.getByText("ready", { exact: true }).waitFor();
      await page.getByText((bytes / line.length).toLocaleString("en-US"), { exact: true }).waitFor();
      expect(parts).toHaveLength(2);
      expect(complaints).toEqual([]);
    });

    test("says what is wrong in a file, and where", async () => {
      await addFile("broken.txt", Uint8Array.of(97, 10, 0xff, 10));
      await page.getByText("invalid", { exact: true }).waitFor();
      await page.getByRole("rowheader", { name: /line 2/ }).waitFor();
      await holdUp();
      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
      await heading("Data sets").waitFor();
      expect(complaints).toEqual([]);
    });

    test("shows the API's own refusal at the field that it names", async () => {
      await go("#/methods/walk");
      await page.getByRole("radio", { name: /rest/ }).check();
      await page.getByRole("tab", { name: "JSON" }).click();
      await page.getByLabel("Input as JSON").fill('{"task":"rest","minutes":3,"hurry":true}');
      await page.getByRole("button", { name: "Start the run" }).click();
      const summary = page.getByRole("alert").filter({ hasText: "was not started" });
      await summary.getByText("hurry").waitFor();
      await holdUp();
      // The browser itself reports the 422.
      expect(complaints.filter((text) => !text.includes("422"))).toEqual([]);
    });

    test("follows a run while it goes on, and stops it", async () => {
      const client = createClient({ url: stack.url });
      const { id } = await client.createRun("stepper", { steps: 5_000, milliseconds: 20 });
      await go(`#/runs/${id}`);
      await page.getByText("running", { exact: true }).waitFor();
      await page.getByText(/step \d+ of 5000/).waitFor();
      await page.getByRole("img", { name: /^digest: one curve/ }).waitFor();
      await page.getByRole("button", { name: /^digest/ }).click();
      expect(await violations(page)).toEqual([]);
      await go("#/runs?status=running");
      await page.getByRole("progressbar").waitFor();
      await page
        .getByRole("row", { name: /stepper/ })
        .getByRole("link")
        .click();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText("canceled", { exact: true }).first().waitFor();
      await page.getByRole("button", { name: "Delete" }).waitFor();
      expect(complaints).toEqual([]);
    });

    /** Puts these files on the disk, and into the form for models. */
    async function chooseModel(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
      const paths = await Promise.all(
        Object.entries(files).map(async ([name, content]) => {
          const path = join(folder, name);
          await writeFile(path, content);
          return path;
        }),
      );
      await page.locator(".drop input").setInputFiles(paths);
    }

    /** A folder on this page's drop zone, as the browser tells of one. */
    const dropFolder = `
      const file = (name, text) => ({ isFile: true, isDirectory: false, name, file: (take) => take(new File([text], name)) });
      const entries = [file("config.json", "{}"), file("model.safetensors", "12345678"), file("notes.txt", "x")];
      const root = { isFile: false, isDirectory: true, name: "Dropped", createReader: () => {
        const pages = [entries.slice(0, 2), entries.slice(2), []];
        return { readEntries: (take) => take(pages.shift()) };
      } };
      const event = new Event("drop", { bubbles: true, cancelable: true });
      Object.defineProperty(event, "dataTransfer", { value: { items: [{ webkitGetAsEntry: () => root }], files: [] } });
      document.querySelector(".drop").dispatchEvent(event);`;

    test("brings a model, says what is wrong in one, and offers what is ready to methods", async () => {
      await go("#/models");
      await holdUp();
      const files = Object.fromEntries(smallModel());

      await chooseModel({ "model.safetensors": files["model.safetensors"] ?? "", "optimizer.pt": "x" });
      await page.getByText("This is no whole model: there is no config.json.").waitFor();
      await page.getByText("Left out: optimizer.pt is not taken").waitFor();
      expect(await page.getByRole("button", { name: "Upload" }).isDisabled()).toBe(true);
      await holdUp();

      await chooseModel(files);
      await page.getByLabel("Name").fill("my llama");
      await page.getByRole("button", { name: "Upload" }).click();
      await heading("my llama").waitFor();
      await page.getByText("ready", { exact: true }).waitFor();
      await page.getByText("LlamaForCausalLM").first().waitFor();
      await holdUp();

      await go("#/models");
      await chooseModel({ ...files, "config.json": '{"model_type":"mamba"}' });
      await page.getByLabel("Name").fill("a mamba");
      await page.getByRole("button", { name: "Upload" }).click();
      await heading("a mamba").waitFor();
      await page.getByText("failed", { exact: true }).waitFor();
      await page.getByText(/mamba is none of those known here: llama/).waitFor();
      await page.getByRole("cell", { name: "/model_type" }).waitFor();
      await holdUp();

      await go("#/models");
      await page.getByRole("row", { name: /my llama uploaded ready/ }).waitFor();
      await page.evaluate(dropFolder);
      await page.getByText("Left out: notes.txt").waitFor();
      expect(await page.getByLabel("Name").inputValue()).toBe("Dropped");

      await go("#/methods/fope");
      await page.getByRole("radio", { name: /continue/ }).check();
      const options = page.locator("select option");
      await options.filter({ hasText: "my llama (uploaded" }).waitFor({ state: "attached" });
      expect(await options.filter({ hasText: "a mamba" }).count()).toBe(0);
      expect(complaints).toEqual([]);
    });

    test("shows a model with where it comes from", async () => {
      const client = createClient({ url: stack.url });
      const { id } = await client.createRun("walk", { steps: 2 });
      expect(await waitForRun(client, id)).toMatchObject({ status: "succeeded" });
      await go("#/models");
      await page.getByRole("link", { name: "shoes" }).first().waitFor();
      await holdUp();
      await page.getByRole("link", { name: "shoes" }).first().click();
      await page.getByText("config.json").waitFor();
      await holdUp();
      await go(`#/runs?method=walk&status=succeeded`);
      await page.getByRole("row").nth(1).waitFor();
      await go("#/runs?status=failed");
      await page.getByText("No run is like that.").waitFor();
      await go("#/nowhere");
      await heading("There is nothing here").waitFor();
      await holdUp();
      expect(complaints).toEqual([]);
    });

    test("the reference has every operation, and links lead to them", async () => {
      await go("docs#get-run");
      const operation = page.locator("#get-run");
      await operation.getByText("Show a run").waitFor();
      const top = `document.getElementById("get-run").getBoundingClientRect().top`;
      expect(await page.evaluate(`0 < ${top} && ${top} < innerHeight`)).toBe(true);
      await operation.locator("summary").first().click();
      await operation.getByText("progress", { exact: true }).waitFor();
      await holdUp();
      expect(complaints).toEqual([]);
    });

    test("asks for a key where the API wants one, and sends it to the API alone", async () => {
      const key = "tf_a-key";
      await page.route("**/v1/**", async (route) => {
        const known = route.request().headers().authorization === `Bearer ${key}`;
        if (known) await route.continue();
        else
          await route.fulfill({
            status: 401,
            contentType: "application/json",
            body: '{"message":"Unauthorized"}',
          });
      });
      await go("");
      await page.getByLabel("API key").fill("a key");
      await page.getByRole("button", { name: "Use this key" }).click();
      await page.getByText("begins with tf_").waitFor();
      await holdUp();
      await page.getByLabel("API key").fill(key);
      await page.getByRole("button", { name: "Use this key" }).click();
      await page.getByRole("link", { name: "A walk", exact: true }).waitFor();
      // A file lies in the bucket, at another origin, which must not be sent the key.
      const { id } = await createClient({ url: stack.url }).createRun("walk", { steps: 3 }, { wait: 20 });
      await go(`#/runs/${id}`);
      await page.getByRole("tab", { name: "Report" }).click();
      await page.frameLocator("iframe").getByText("It went 3 steps.").waitFor();
      await page.getByRole("button", { name: "Forget key" }).click();
      await page.getByLabel("API key").waitFor();
    });

    test("keyboard alone reaches the content, and the theme is kept", async () => {
      await go("");
      await heading("Methods").waitFor();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      expect(await page.evaluate("document.activeElement.id")).toBe("content");
      await page.getByRole("button", { name: "Show it dark" }).click();
      const background = "getComputedStyle(document.body).backgroundColor";
      expect(await page.evaluate(background)).toBe("rgb(20, 23, 27)");
      await page.reload();
      await heading("Methods").waitFor();
      expect(await page.evaluate(background)).toBe("rgb(20, 23, 27)");
      expect(complaints).toEqual([]);
    });
  },
);
