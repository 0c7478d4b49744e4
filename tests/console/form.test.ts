import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../shared/client/json.ts";
import { applySettings, parseSetting } from "../../shared/client/setting.ts";
import { errorOf, isKeyRefused } from "../../shared/console/api/problem.ts";
import { toPointer, valueAt, withValue } from "../../shared/console/data/path.ts";
import { asClient, asCommand, asCurl, quoted } from "../../shared/console/form/code.ts";
import { readNumber, readNumbers, readTexts, written } from "../../shared/console/form/entry.ts";
import { faultsAt, nearestPointer } from "../../shared/console/form/faults.ts";

const name = fc.stringMatching(/^[a-z][A-Za-z]{0,5}$/);
const json = fc.jsonValue({ maxDepth: 3 }).map((value): Json => JSON.parse(JSON.stringify(value)));

describe("values at paths", () => {
  test("what is put is found, beside all that was there", () => {
    const property = fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), json, (path, value) => {
      const before: JsonObject = { Other: [1, { two: 2 }] };
      const after = withValue(before, path, value);
      expect(valueAt(after, path)).toEqual(value);
      expect(valueAt(after, ["Other"])).toEqual(before.Other);
      expect(withValue(after, path, undefined)).toEqual(before);
    });
    fc.assert(property);
  });

  test("an element of a list is replaced and taken out in its place", () => {
    expect(withValue({ a: [1, 2, 3] }, ["a", 1], 9)).toEqual({ a: [1, 9, 3] });
    expect(withValue({ a: [1, 2, 3] }, ["a", 1], undefined)).toEqual({ a: [1, 3] });
  });

  test("pointers escape as RFC 6901 says", () => {
    expect(toPointer(["a/b", "c~d", 0])).toBe("/a~1b/c~0d/0");
    expect(toPointer([])).toBe("");
  });
});

describe("what is typed", () => {
  test("numbers are read as they are written, in every notation of theirs", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(readNumber(written(value))).toBe(value === 0 ? 0 : value);
      }),
    );
    expect(readNumber(" 1 000 000 ")).toBe(1_000_000);
    expect(readNumber("  ")).toBeUndefined();
    expect(readNumber("3e")).toBe("3e");
    expect(readNumber("Infinity")).toBe("Infinity");
  });

  test("lists of numbers are read back as they are written", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (list) => {
        expect(readNumbers(written(list))).toEqual(list);
      }),
    );
    expect(readNumbers("1, 2;x")).toEqual([1, 2, "x"]);
    expect(readNumbers(" , ")).toBeUndefined();
  });

  test("texts stand one a line", () => {
    expect(readTexts("a b\n\nc\n")).toEqual(["a b", "c"]);
    expect(readTexts("\n")).toBeUndefined();
  });
});

describe("errors by pointer", () => {
  const errors = [
    { path: "/training/steps", message: "too few" },
    { path: "/variants/2", message: "unknown" },
    { path: "/training", message: "odd" },
  ];
  test("stand at the field that shows them", () => {
    expect(faultsAt(errors, "/training", false).map(({ message }) => message)).toEqual(["odd"]);
    expect(faultsAt(errors, "/training/steps", true).map(({ message }) => message)).toEqual(["too few"]);
    expect(faultsAt(errors, "/variants", true).map(({ message }) => message)).toEqual(["unknown"]);
    expect(faultsAt(errors, "/train", true)).toEqual([]);
  });
  test("lead to the nearest control", () => {
    const shown = ["/variants", "/training/steps", "/train"];
    expect(nearestPointer(shown, "/variants/2")).toBe("/variants");
    expect(nearestPointer(shown, "/training")).toBeUndefined();
    expect(nearestPointer(["", "/training"], "/trainings")).toBe("");
  });
});

describe("failed answers", () => {
  test("problem+json, API Gateway's own words, and none at all", () => {
    const problem = {
      title: "Not valid",
      detail: "steps: too few",
      errors: [{ path: "/steps", message: "too few" }, 3],
    };
    expect(errorOf(422, "", JSON.stringify(problem))).toMatchObject({
      status: 422,
      title: "Not valid",
      message: "steps: too few",
      errors: [{ path: "/steps", message: "too few" }],
    });
    expect(errorOf(403, "", '{"message":"Forbidden"}')).toMatchObject({ message: "Forbidden", errors: [] });
    expect(errorOf(502, "Bad Gateway", "<html>")).toMatchObject({ message: "Bad Gateway" });
  });
  test("a refused key is told from a refusal of the API's own", () => {
    expect(isKeyRefused(401, "application/problem+json")).toBe(true);
    expect(isKeyRefused(403, "application/json")).toBe(true);
    expect(isKeyRefused(403, "application/problem+json")).toBe(false);
    expect(isKeyRefused(422, "application/json")).toBe(false);
  });
});

describe("a run as code", () => {
  const origin = "http://127.0.0.1:8787";
  const request = { method: "fope", preset: "quick", seed: 3, origin, keyed: false };
  /** The words that a POSIX shell makes of a command. */
  const words = (command: string) =>
    execFileSync("/bin/sh", ["-c", `for word in ${command}; do printf '%s\\0' "$word"; done`], {
      encoding: "utf8",
    })
      .split("\0")
      .slice(0, -1);

  test("a shell gives back every word as it was", () => {
    const text = fc.string({ unit: "grapheme" }).filter((one) => !one.includes("\0") && one.isWellFormed());
    const property = fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (given) => {
      expect(words(given.map(quoted).join(" "))).toEqual(given);
    });
    fc.assert(property, { numRuns: 30 });
  });

  test("curl sends the input", () => {
    const input = { note: "it's", steps: 3 };
    const all = words(asCurl({ ...request, input }).replaceAll("\\\n", " "));
    expect(all).toContain(`${origin}/v1/methods/fope/runs?preset=quick&seed=3`);
    expect(all.at(-1)).toBe(JSON.stringify(input));
    expect(asCurl({ ...request, input, keyed: true })).toContain('"Authorization: Bearer $TENFOLD_KEY"');
  });

  test("the command's settings make the same input", () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.integer(), { maxLength: 3 }));
    const inputs = fc.dictionary(
      name,
      fc.oneof(value, fc.dictionary(name, value, { minKeys: 1, maxKeys: 3 })),
      {
        maxKeys: 3,
      },
    );
    const property = fc.property(inputs, (given) => {
      const input: JsonObject = JSON.parse(JSON.stringify(given));
      fc.pre(!JSON.stringify(input).includes("\\u0000"));
      const all = words(asCommand({ ...request, input }).replaceAll("\\\n", " "));
      const settings = all.flatMap((word, index) => (all[index - 1] === "--set" ? [parseSetting(word)] : []));
      expect(applySettings({}, settings)).toEqual(input);
    });
    fc.assert(property, { numRuns: 40 });
  });

  test("TypeScript names the options that are there, and no others", () => {
    const whole = asClient({ ...request, input: {} });
    expect(whole).toContain('createRun("fope", {}, { preset: "quick", seed: 3 })');
    expect(asClient({ ...request, preset: undefined, seed: undefined, input: {} })).toContain(
      'createRun("fope", {})',
    );
  });
});
