import fc from "fast-check";
import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { csvTable, htmlTable, type Table } from "../../shared/report/table.ts";

const table: Table = {
  caption: "Loss",
  columns: [
    { label: "Variant", key: "variant" },
    { label: "64 (1×)", key: "loss_64", numeric: true, decimals: 3, best: "lowest" },
    { label: "Tokens", key: "tokens", numeric: true },
  ],
  rows: [
    ["RoPE", { mean: 1.73342, sd: 0.01234 }, 12_345],
    ['a "b", c', { mean: 1.75, sd: 0.02 }, null],
    ["pipe | slash \\", { mean: Number.NaN }, -0.5],
  ],
};

test("CSV carries numbers in full, and a column for each spread", () => {
  expect(csvTable(table)).toBe(
    [
      "variant,loss_64,loss_64_sd,tokens",
      "RoPE,1.73342,0.01234,12345",
      '"a ""b"", c",1.75,0.02,',
      "pipe | slash \\,,,-0.5",
      "",
    ].join("\r\n"),
  );
});

test("what CSV holds is read back, whatever the text", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.double()), { minLength: 1 }),
      (given) => {
        const text = csvTable({ columns: [{ label: "name" }, { label: "value" }], rows: given });
        const expected = given.map(([name, value]) => [name, Number.isFinite(value) ? String(value) : ""]);
        expect(readCsv(text)).toEqual([["name", "value"], ...expected]);
      },
    ),
  );
});

test("HTML sets the best in bold, keeps the value to sort by, and marks numbers", () => {
  const { document } = parseHTML(`<html><body>${htmlTable(table).markup}</body></html>`);
  const rows = [...document.querySelectorAll("tbody tr")];
  expect(rows.map((row) => row.querySelector("th")?.textContent)).toEqual([
    "RoPE",
    'a "b", c',
    "pipe | slash \\",
  ]);
  expect([...document.querySelectorAll("strong")].map((one) => one.textContent)).toEqual(["1.733 ± 0.012"]);
  const values = [...document.querySelectorAll("td")].map((cell) => cell.getAttribute("data-value"));
  expect(values).toEqual(["1.73342", "12345", "1.75", "", "", "-0.5"]);
  expect(document.querySelectorAll("td.number")).toHaveLength(6);
});

/** RFC 4180, read one character at a time. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (quoted && character === '"' && text[index + 1] === '"') {
      field += '"';
      index++;
    } else if (character === '"') quoted = !quoted;
    else if (!quoted && character === ",") {
      row.push(field);
      field = "";
    } else if (!quoted && character === "\r" && text[index + 1] === "\n") {
      rows.push([...row, field]);
      row = [];
      field = "";
      index++;
    } else field += character;
  }
  return rows;
}
