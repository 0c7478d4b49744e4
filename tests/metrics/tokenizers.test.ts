import { describe, expect, test } from "vitest";
import { scriptOf } from "../../shared/metrics/tokenizers/script.ts";
import { tercomTokens } from "../../shared/metrics/tokenizers/tercom.ts";
import { tokenizerNamed } from "../../shared/metrics/tokenizers/tokenizer.ts";
import { splitWords, strip } from "../../shared/metrics/tokenizers/whitespace.ts";
import { cases, ofSacrebleu } from "./cases.ts";

describe("sacrebleu's tokens of the odd cases", () => {
  test.each([
    ["13a", tokenizerNamed("13a")],
    ["intl", tokenizerNamed("intl")],
    ["zh", tokenizerNamed("zh")],
    ["char", tokenizerNamed("char")],
    ["tercom", tercomTokens()],
    ["tercom normalized", tercomTokens({ normalized: true, caseSensitive: true })],
    ["tercom asian", tercomTokens({ normalized: true, noPunctuation: true, asianSupport: true })],
  ])("%s", (name, tokenize) => {
    const expected = ofSacrebleu.tokens[name] ?? [];
    expect(expected.length).toBeGreaterThan(30);
    expect(cases.slice(0, expected.length).map(({ answer }) => tokenize(answer))).toEqual(expected);
  });
});

describe("sacrebleu's own tests of tercom's tokens", () => {
  test.each([
    [{}, "A B C D.", "a b c d."],
    [{ noPunctuation: true }, "A ; B ) C : D.", "a b c d"],
    [{ normalized: true }, "a b (c) d.", "a b ( c ) d ."],
    [{ normalized: true }, "Jim's car.", "jim 's car ."],
    [{ normalized: true }, "4.2", "4.2"],
    [{ normalized: true, asianSupport: true }, "美众院公布对特", "美 众 院 公 布 对 特"],
    [{ normalized: true, asianSupport: true }, "りの拳銃を持", "りの 拳 銃 を 持"],
  ])("%j: %j", (options, text, expected) => {
    expect(tercomTokens(options)(text).join(" ")).toBe(expected);
  });
});

test.each([
  ["calf", "DNA含有100个A，Α和３３。", "dna 含 有 100 个 a 和 ３３"],
  ["unicode", "DNA含有100个A，Α和café, naïve ☃ ス한.", "dna 含 有 100 个 a α 和 café naïve ス 한"],
  ["rouge", "Café's 3.5 Dogs_run", "caf s 3 5 dogs run"],
  ["squad", "The cat's  an a-theme, A.", "cats atheme"],
] as const)("%s: %j", (name, text, expected) => {
  expect(tokenizerNamed(name)(text).join(" ")).toBe(expected);
});

test("stems of long words alone, and of Latin ones", () => {
  const text = "the dogs was running Прошла";
  expect(tokenizerNamed("rouge", true)(text).join(" ")).toBe("the dog was run");
  expect(tokenizerNamed("unicode", true)(text).join(" ")).toBe("the dog was run прошла");
});

test.each([
  ["latin", ["", "...", "123", "Élan — “vital”", "It is called 北京 in Chinese today"]],
  ["chinese", ["水", "DNA是双螺旋结构", "GDP增长5.2%，CPI持平。"]],
  ["japanese", ["太陽は恒星です", "カメラ"]],
  ["korean", ["한국의 수도는 서울입니다", "大韓民國은 나라이다"]],
  ["other", ["Москва — столица", "القاهرة", "ไทย"]],
] as const)("script %s", (script, texts) => {
  for (const text of texts) expect([text, scriptOf([text])]).toEqual([text, script]);
});

test("whitespace is Python's", () => {
  const text = "\u001ca\u0085b\u00a0c\u2003d\u3000e\ufefff\u200bg\u180eh\u001f ";
  expect(splitWords(text)).toEqual(["a", "b", "c", "d", "e\ufefff\u200bg\u180eh"]);
  expect(strip(text)).toBe(text.slice(1, -2));
});
