import { checkMatrix } from "../../../shared/resources/datasets/check-matrix.ts";
import { checkRows } from "../../../shared/resources/datasets/check-rows.ts";
import { checkText } from "../../../shared/resources/datasets/check-text.ts";
import type { Checked } from "../../../shared/resources/datasets/checked.ts";

// Runs by itself: checks a content that is made to take memory, and prints what was found and the most that it took.

const chunk = 64 * 1024;

/** So many bytes of a text, over and over, between a beginning and an end. */
async function* repeat(text: string, bytes: number, begin = "", end = ""): AsyncGenerator<Buffer> {
  yield Buffer.from(begin);
  const block = Buffer.from(text.repeat(Math.ceil(chunk / text.length)));
  // A new buffer each time, as from the network: whoever keeps them all is found out.
  for (let sent = 0; sent < bytes; sent += block.length) yield Buffer.from(block);
  yield Buffer.from(end);
}

async function* of(...texts: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const text of texts) {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }
}

const much = 160 * 1024 * 1024;
const row = (begin: string, filling: string, end: string) =>
  `${begin}${filling.repeat(Math.floor((4 * 1024 * 1024 - 200) / filling.length))}${end}\n`;

const contents: Readonly<Record<string, () => Promise<Checked>>> = {
  "one endless row": () => checkRows("instructions", repeat("x", much, '{"instruction": "')),
  "one endless element": () => checkRows("instructions", repeat("[", much, "[")),
  "endless white space": () => checkRows("instructions", repeat(" ", much)),
  "rows of nothing but responses": () => {
    const hostile = row('{"prompt": "p", "responses": [', "{},", "{}]}");
    return checkRows("preferences", of(...Array.from({ length: 8 }, () => hostile)));
  },
  "rows of empty lists": () => checkRows("instructions", of(...Array(8).fill(row('{"a": [', "[],", "[]]}")))),
  "rows nested to the bottom": () => {
    const depth = 2_000_000;
    return checkRows("instructions", of(`{"instruction": ${"[".repeat(depth)}${"]".repeat(depth)}}\n`));
  },
  "rows nested as deep as a row may be": () =>
    checkRows("instructions", of(`{"instruction": ${"[".repeat(190_000)}${"]".repeat(190_000)}}\n`)),
  "rows with as many keys as a row may have": () => {
    const keys = Array.from({ length: 199_000 }, (_, i) => `"k${i}":1`).join(",");
    return checkRows("instructions", of(`{${keys}}\n`));
  },
  "a text in one line": () => checkText(repeat("word ", much)),
  "an endless cell": () => checkMatrix(repeat("x", much, "id\tA\nP1\t")),
  "a quote that is never closed": () => checkMatrix(repeat("1\t2\n", much, 'id\tA\n"')),
  "an endless header": () => checkMatrix(repeat("name\t", much)),
  "a header of very many columns": () =>
    checkMatrix(of(`${Array.from({ length: 500_000 }, (_, i) => `c${i}`).join("\t")}\n`)),
  "more ids than can be held": () => {
    async function* ids() {
      yield Buffer.from("id\tA\n");
      for (let i = 0; i < 3000; i++) {
        const rows = Array.from(
          { length: 500 },
          (_, j) => `an id of some length, number ${i * 500 + j}\t1\n`,
        );
        yield Buffer.from(rows.join(""));
      }
    }
    return checkMatrix(ids());
  },
  "a long table of more pairs than can be held": () => {
    async function* lines() {
      yield Buffer.from("protein\tsample\tvalue\n");
      for (let id = 0; id < 100_000; id += 100)
        yield Buffer.from(Array.from({ length: 100 }, (_, i) => `P${id + i}\tA\t1\n`).join(""));
      for (let sample = 0; sample < 3000; sample++)
        yield Buffer.from(`P99999\tan ordinary sample ${sample}\t1\n`);
    }
    return checkMatrix(lines());
  },
};

/** `node hostile.ts NAME` checks one of them; without a name it lists them. */
const [name = ""] = process.argv.slice(2);
const check = contents[name];
if (check === undefined) console.log(JSON.stringify(Object.keys(contents)));
else {
  const checked = await check();
  const outcome = "errors" in checked ? checked.errors[0]?.message : "ready";
  console.log(JSON.stringify({ outcome, peak: process.resourceUsage().maxRSS * 1024 }));
}
