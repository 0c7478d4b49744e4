import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { curves } from "../../shared/report/curves.ts";
import { type Figure, type Report, renderReport } from "../../shared/report/page.ts";
import { standaloneSvg } from "../../shared/report/svg.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);

const figure: Figure = {
  id: "plot",
  caption: "A plot",
  draw: (size) =>
    curves({
      ...size,
      title: "A plot with a title that is long enough to be broken on a narrow screen, and then some",
      x: { label: "Length (tokens)", scale: "log2", ticks: [1, 2, 4] },
      y: { label: "Loss" },
      series: ["RoPE <&\"'>", "FoPE\u0001"].map((name, style) => ({
        name,
        style,
        points: [1, 2, 4].map((x) => ({ x, y: x + style, sd: 0.1 })),
      })),
    }),
};

const report: Report = {
  title: "A report",
  summary: "A result in a sentence.",
  main: figure,
  facts: [{ label: "Run", value: "x".repeat(120) }],
  sections: [
    {
      heading: "Table",
      tables: [
        {
          columns: [
            { label: "Name" },
            ...Array.from({ length: 12 }, (_, n) => ({ label: `Value ${n}`, numeric: true })),
          ],
          rows: [9, 100, null, 20].map((value) => [
            `row ${value}`,
            ...Array.from({ length: 12 }, () => value),
          ]),
        },
      ],
    },
  ],
};

describe.skipIf(executablePath === undefined)("in a browser (skipped where there is no Chromium)", () => {
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    if (executablePath === undefined) throw new Error("No Chromium");
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
    });
  });
  afterAll(() => browser?.close());

  async function open(width: number, colorScheme: "light" | "dark"): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => complaints.push(`asked for ${request.url()}`));
    await page.setContent(renderReport(report));
    return page;
  }

  test("a phone shows the narrow plot and nothing to the side of the screen", async () => {
    const page = await open(390, "light");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await page.locator("figure .narrow svg").isVisible()).toBe(true);
    expect(await page.locator("figure .wide svg").isVisible()).toBe(false);
    const outside = `[...document.querySelectorAll(".narrow svg text")].filter((text) => {
      const { left, right } = text.getBoundingClientRect();
      return left < 0 || right > 390;
    }).map((text) => text.textContent)`;
    expect(await page.evaluate(outside)).toEqual([]);
    await page.close();
  });

  test("day and night differ, and paper is white in both", async () => {
    const background = "getComputedStyle(document.body).backgroundColor";
    const [day, night] = [await open(1280, "light"), await open(1280, "dark")];
    expect(await day.evaluate(background)).toBe("rgb(255, 255, 255)");
    expect(await night.evaluate(background)).toBe("rgb(20, 23, 27)");
    await night.emulateMedia({ media: "print" });
    expect(await night.evaluate(background)).toBe("rgb(255, 255, 255)");
    await Promise.all([day.close(), night.close()]);
  });

  test("a heading sorts by number, up and then down, empty cells last", async () => {
    const page = await open(1280, "light");
    const names = () => page.locator("tbody th").allTextContents();
    const heading = page.getByRole("button", { name: "Value 0" });
    await heading.click();
    expect(await names()).toEqual(["row 9", "row 20", "row 100", "row null"]);
    await heading.click();
    expect(await names()).toEqual(["row 100", "row 20", "row 9", "row null"]);
    expect(await page.locator("th[aria-sort=descending]").count()).toBe(1);
    await page.close();
  });

  test("a plot's file is well-formed XML, whatever its names", async () => {
    const page = await browser.newPage();
    const file = standaloneSvg(figure.draw({ width: 720, id: "plot" }));
    const errors = `new DOMParser().parseFromString(${JSON.stringify(file)}, "image/svg+xml").querySelectorAll("parsererror").length`;
    expect(await page.evaluate(errors)).toBe(0);
    await page.close();
  });

  test("the browser had nothing to complain of, and asked for nothing", () => expect(complaints).toEqual([]));
});
