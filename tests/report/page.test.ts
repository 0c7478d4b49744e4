import { createHash } from "node:crypto";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { curves } from "../../shared/report/curves.ts";
import { type Report, renderReport } from "../../shared/report/page.ts";

/** A report with the same text everywhere that a caller's text can go. */
function reportOf(text: string): Report {
  const figure = (id: string) => ({
    id,
    caption: text,
    draw: (size: { width: number; id: string }) =>
      curves({
        ...size,
        title: "Plot",
        description: text,
        x: { label: "x" },
        y: { label: "y" },
        labels: "direct",
        series: [
          {
            name: text,
            style: 0,
            points: [
              { x: 1, y: 1 },
              { x: 2, y: 3 },
            ],
          },
        ],
      }),
  });
  return {
    title: text,
    summary: text,
    detail: text,
    main: figure("main"),
    facts: [
      { label: text, value: text },
      { label: text, value: text, href: text },
    ],
    sections: [
      {
        heading: text,
        text: [text],
        verdicts: [{ claim: text, holds: true, text }],
        verdictWords: [text, text],
        plots: [figure("second")],
        tables: [{ caption: text, columns: [{ label: text }], rows: [[text]] }],
        notes: [text],
      },
      { heading: text },
    ],
    input: { [text]: text },
    downloads: [{ name: text, type: text, body: text }],
  };
}

const parse = (page: string) => parseHTML(page).document;

/** Tags and attribute names of a page in order, without the values. */
function skeleton(page: string): string[] {
  return [...parse(page).querySelectorAll("*")].map(
    (element) => `${element.tagName} ${[...element.attributes].map(({ name }) => name).join(" ")}`,
  );
}

const attacks = [
  "<script>alert(1)</script>",
  "</title><img src=x onerror=alert(1)>",
  '" onmouseover="alert(1)',
  "'><svg onload=alert(1)>",
  "</style></script><!--",
  "]]><![CDATA[",
  "&lt;b&gt; &amp;amp;",
  "\u0000\u0008\ud800",
  "$& $1 $`",
];
const scraps = ["<", ">", '"', "'", "&", "/", "=", "-", "!", "script", "img", " ", "x"];
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom(...scraps), { maxLength: 12 }).map((parts) => parts.join("")),
);

describe("text stays text", () => {
  test("no caller's text changes the page's elements or attributes", () => {
    const expected = skeleton(renderReport(reportOf("word")));
    fc.assert(
      fc.property(hostile, (text) => {
        expect(skeleton(renderReport(reportOf(text)))).toEqual(expected);
      }),
      { numRuns: 40 + attacks.length, examples: attacks.map((attack): [string] => [attack]) },
    );
  });

  test("what is shown is what was given", () => {
    const text = `<b>"Tom" & 'Jerry'</b> </script>`;
    const document = parse(renderReport(reportOf(text)));
    for (const selector of [
      "title",
      "h1",
      ".summary",
      ".claim",
      "dd",
      "th button, th",
      "td, tbody th",
      "svg title ~ desc",
    ])
      expect(document.querySelector(selector)?.textContent).toBe(text);
    const link = document.querySelector("a[download]");
    expect(link?.getAttribute("download")).toBe(text);
    expect(Buffer.from(link?.getAttribute("href")?.split(",")[1] ?? "", "base64").toString()).toBe(text);
  });

  test.each([
    ["https://arxiv.org/abs/2412.17739", true],
    ["http://127.0.0.1/x", true],
    ["javascript:alert(1)", false],
    [" JavaScript:alert(1)", false],
    ["data:text/html,x", false],
    ["//example.com", false],
    ["", false],
  ])("%s is a link: %s", (href, linked) => {
    const report = { title: "t", summary: "s", facts: [{ label: "l", value: "v", href }], sections: [] };
    const link = parse(renderReport(report)).querySelector("dd a");
    expect(link !== null).toBe(linked);
  });
});

describe("one page with all inside", () => {
  const page = renderReport(reportOf("word"));
  const document = parse(page);

  test("nothing is fetched, and nothing runs but one script", () => {
    expect(document.querySelectorAll("script")).toHaveLength(1);
    expect(document.querySelectorAll("style")).toHaveLength(1);
    expect(document.querySelectorAll("link, img, iframe, object, [src], [srcset], [style]")).toHaveLength(0);
    expect(page).not.toMatch(/url\(|@import/);
    const names = [...document.querySelectorAll("*")].flatMap((one) =>
      [...one.attributes].map(({ name }) => name),
    );
    expect(names.filter((name) => name.startsWith("on"))).toEqual([]);
  });

  test("its policy names the very style and script that it carries", () => {
    const policy = document.querySelector("meta[http-equiv]")?.getAttribute("content");
    for (const [tag, directive] of [
      ["style", "style-src"],
      ["script", "script-src"],
    ] as const) {
      const body = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)?.[1] ?? "";
      const hash = createHash("sha256").update(body).digest("base64");
      expect(policy).toContain(`${directive} 'sha256-${hash}'`);
    }
    expect(policy).toContain("default-src 'none'");
  });

  test("ids are unique, every link inside leads somewhere, figures are numbered through", () => {
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of document.querySelectorAll('a[href^="#"]'))
      expect(ids).toContain(link.getAttribute("href")?.slice(1));
    expect([...document.querySelectorAll("figcaption b")].map((one) => one.textContent)).toEqual([
      "Figure 1.",
      "Figure 2.",
    ]);
  });

  test("two plots of one id are refused", () => {
    const { main } = reportOf("word");
    if (main === undefined) throw new Error("The report has a main plot");
    const twice = { ...reportOf("word"), sections: [{ heading: "h", plots: [main] }] };
    expect(() => renderReport(twice)).toThrow("Two plots of a report have the id main");
  });

  test("the same report gives the same bytes", () => expect(renderReport(reportOf("word"))).toBe(page));
});

test("no line of prose ends between a figure and its spread or unit, and its text stays as it was", () => {
  const prose = "At τ 8, r 24: 1.675 ± 0.010 nats, 1,024 kB in 13.9 µs, and 5 models, d 512.";
  const { document } = parseHTML(renderReport({ ...reportOf("x"), summary: prose }));
  expect(document.querySelector(".summary")?.textContent).toBe(prose);
  const whole = [...document.querySelectorAll(".summary .whole")].map((one) => one.textContent);
  expect(whole).toEqual(["τ 8", "r 24", "1.675 ± 0.010", "1,024 kB", "13.9 µs", "d 512"]);
});
