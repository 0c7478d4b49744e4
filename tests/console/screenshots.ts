import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { createClient } from "../../shared/client/client.ts";
import { openBrowser } from "./browser.ts";

/**
 * `node tests/console/screenshots.ts URL FOLDER [PAGE]`: pictures of every page of a stack that has something
 * to show, on a screen and on a phone, by day and by night, to be looked at.
 */
const [url = "http://127.0.0.1:8787", folder = "screenshots", only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const client = createClient({ url });

async function places(): Promise<Record<string, string>> {
  const runs = await Array.fromAsync(client.listRuns({ method: "fope", status: "succeeded" }));
  const datasets = await Array.fromAsync(client.datasets());
  const models = await Array.fromAsync(client.models());
  const first = (items: readonly { readonly id: string }[], kind: string) =>
    items[0] === undefined ? {} : { [kind]: `/#/${kind}s/${items[0].id}` };
  return {
    methods: "/",
    method: "/#/methods/fope",
    runs: "/#/runs",
    ...first(runs, "run"),
    compare: `/#/compare?${runs
      .slice(0, 2)
      .map(({ id }) => `run=${id}`)
      .join("&")}`,
    datasets: "/#/datasets",
    ...first(
      datasets.filter(({ status }) => status === "ready"),
      "dataset",
    ),
    models: "/#/models",
    ...first(models, "model"),
    docs: "/docs",
  };
}

const tab = async (page: Page, name: string, content: string) => {
  await page.getByRole("tab", { name }).click();
  await page.locator(content).first().waitFor();
};
const shots: readonly (readonly [string, string, (page: Page) => Promise<void>])[] = [
  [
    "run-report",
    "run",
    async (page) => {
      await tab(page, "Report", "iframe");
      await page.frameLocator("iframe").locator("h1").waitFor();
    },
  ],
  ["run-files", "run", (page) => tab(page, "Files", ".file-image")],
  ["run-events", "run", (page) => tab(page, "Events", ".event")],
];

const all = await places();
const wanted = [
  ...Object.entries(all).map(([name, path]) => [name, path, async () => {}] as const),
  ...shots.flatMap(([name, of, act]) => (all[of] === undefined ? [] : [[name, all[of], act] as const])),
].filter(([name]) => only === undefined || only.split(",").includes(name));

const browser = await openBrowser();
for (const width of [1280, 390]) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [name, path, act] of wanted) {
      const page = await browser.newPage({ viewport: { width, height: 860 }, colorScheme });
      page.on("console", (message) => console.log(name, message.text()));
      page.on("pageerror", (error) => console.log(name, error.message));
      await page.goto(url + path);
      await page.waitForLoadState("networkidle");
      await act(page);
      const over = await page.evaluate("document.documentElement.scrollWidth");
      if (Number(over) > width) console.log(`${name} is ${over} wide at ${width}`);
      await page.screenshot({
        path: join(folder, `${name}-${width}-${colorScheme}.png`),
        fullPage: name !== "docs",
      });
      await page.close();
    }
  }
}
await browser.close();
