import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { byteTokenizer } from "../../../shared/lm/tokenizers/byte.ts";
import { editReport } from "../../../shared/methods/toedit/edit-report.ts";
import toedit from "../../../shared/methods/toedit/method.ts";
import type { EditOutput } from "../../../shared/methods/toedit/output.ts";
import type { Sampled } from "../../../shared/methods/toedit/sample.ts";

const input = toedit.input.parse({ task: "edit", threshold: 0.9, strategy: "high-and-drop" });
const text = '<b a="1">&x';
const tokens = byteTokenizer.encode(text);
/** `b` is drawn anew and changed to a quote, `1` is drawn anew and stays, `x` is dropped. */
const sample: Sampled = {
  row: 4,
  tokens,
  edited: tokens.map((token, i) => (i === 1 ? 34 : i === tokens.length - 1 ? -1 : token)),
  probabilities: Float32Array.from(
    tokens,
    (_, i) => [Number.NaN, 0.95][i] ?? (i === 6 ? 0.92 : i === tokens.length - 1 ? 0.0001 : 0.5),
  ),
};
const output: EditOutput = {
  task: "edit",
  tokens: 1000,
  candidateRate: 0.125,
  changedRate: 0.0004,
  droppedRate: 0.01,
  items: 3,
  documents: 3,
  inexact: 0,
  prior: { name: "a <prior>", window: 65, perplexity: 4.5 },
  histogram: Array.from({ length: 20 }, (_, i) => ({ from: i / 20, to: (i + 1) / 20, tokens: 50 })),
  files: [{ name: "edited-00001.txt", bytes: 900, items: 3 }],
};

describe("the report of an edit", () => {
  if (input.task !== "edit") throw new Error("an edit");
  const files = editReport({
    run: { runId: "0190aa", seed: 7 },
    input,
    output,
    corpus: "a <corpus>",
    sample: [sample],
    tokenizer: byteTokenizer,
  });
  const bodyOf = (name: string) => files.find((file) => file.name === name)?.body ?? "";
  const page = (name: string) => parseHTML(bodyOf(name)).document;

  test("always says both rates, and escapes what comes from texts and names", () => {
    const document = page("report.html");
    expect(document.querySelector(".summary")?.textContent).toBe(
      "Of 1,000 tokens 12.50% were drawn anew and 0.040% came out as another one, 1.00% were dropped.",
    );
    expect(document.querySelector(".detail")?.textContent).toContain(
      "99.7% of the candidates drew themselves again. At temperature 1 that is the rule",
    );
    expect(document.querySelector("corpus, prior")).toBeNull();
    const changed = [...document.querySelectorAll("table")].find((table) =>
      table.textContent?.includes("Before it"),
    );
    expect([...(changed?.querySelectorAll("tbody tr") ?? [])].length).toBe(2);
    expect(changed?.textContent).toContain("(dropped)");
  });

  test("shows the sample token by token, and nothing in it is markup", () => {
    const document = page("diff.html");
    expect(document.querySelectorAll(".text > *").length).toBe(tokens.length + 1);
    expect(document.querySelector(".text b")).toBeNull();
    const [del, dropped] = document.querySelectorAll(".text del");
    expect([del?.textContent, del?.getAttribute("title")]).toEqual(["b", "p 0.950"]);
    expect(document.querySelector(".text ins")?.textContent).toBe('"');
    expect([dropped?.className, dropped?.textContent]).toEqual(["dropped", "x"]);
    expect([...document.querySelectorAll(".text .candidate")].map((span) => span.textContent)).toEqual(["1"]);
    expect(document.querySelector("h2")?.textContent).toBe("5: 11 tokens, 2 drawn anew, 1 changed");
    expect(document.querySelector("script")).toBeNull();
    expect(bodyOf("diff.html")).toContain("default-src 'none'");
  });

  test("gives histogram and changes as tables", () => {
    expect(bodyOf("probabilities.csv").split("\r\n").length).toBe(22);
    expect(bodyOf("changes.csv").split("\r\n")[0]).toBe("row,left,token,now,right,p");
  });
});

describe("the method", () => {
  test("has presets that its own schema takes", () => {
    for (const preset of Object.values(toedit.presets))
      expect(toedit.input.safeParse(preset.input).error).toBeUndefined();
  });

  test("names what its input needs", () => {
    const needs = (given: object) => toedit.needs?.(toedit.input.parse(given));
    expect(needs({ task: "edit", dataset: "d", model: "m" })).toEqual({
      datasets: [
        {
          path: "/dataset",
          id: "d",
          kinds: ["text", "instructions", "preferences", "judgements"],
          minBytes: 1,
        },
      ],
      models: [{ path: "/model", id: "m" }],
    });
    expect(
      needs({ task: "analyse", synthetic: "s", prior: { dataset: "p" } })?.datasets?.map(({ path }) => path),
    ).toEqual(["/synthetic", "/prior/dataset"]);
    expect(needs({ task: "theory" })).toEqual({});
    expect(needs({ dataset: "t" })?.datasets).toEqual([
      { path: "/dataset", id: "t", kinds: ["text"], minBytes: 12 * 65 },
    ]);
  });

  test("refuses what does not fit by its field", () => {
    const path = (given: object) => toedit.input.safeParse(given).error?.issues[0]?.path.join("/");
    expect(path({ task: "edit", threshold: 2 })).toBe("threshold");
    expect(path({ task: "edit", shard: { index: 3, of: 3 } })).toBe("shard/index");
    expect(path({ task: "edit", sampler: { type: "top-k", k: 0 } })).toBe("sampler/k");
    expect(path({ task: "edit", fields: ["a", "a"] })).toBe("fields");
    expect(path({ task: "collapse", mixtures: [0, 0] })).toBe("mixtures");
  });
});
