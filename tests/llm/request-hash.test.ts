import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, requestHash } from "../../shared/llm/request-hash.ts";

/** The same value with the keys of every object in the opposite order, and undefined fields beside them. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, part]) => [key, reordered(part)] as const);
  return Object.fromEntries([...entries.reverse(), ["undefined field", undefined]]);
}

const call = {
  provider: "openai",
  model: "m",
  system: "s",
  messages: [{ role: "user", content: "hello" }],
  form: { name: "verdict", schema: { type: "object" }, strict: true },
  maxTokens: 10,
  temperature: 0,
  seed: undefined,
} as const;

describe("a request's hash", () => {
  it("does not depend on the order in which its fields were written", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (schema) => {
        const form = { ...call.form, schema: { schema } };
        const swapped = { ...call.form, schema: reordered({ schema }) as { schema: unknown } };
        expect(requestHash({ ...call, form: swapped })).toBe(requestHash({ ...call, form }));
      }),
    );
  });

  it("is another for every other value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const same = isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));
        expect(canonicalJson(one) === canonicalJson(other)).toBe(same);
        expect(JSON.parse(canonicalJson(one))).toEqual(JSON.parse(JSON.stringify(one)));
      }),
    );
  });

  it("stays what it is from version to version, so that recorded files keep their worth", () => {
    expect(requestHash(call)).toMatchInlineSnapshot(
      `"493efd0a1f62c9d25e24b3a1bf2009ba06253bc3eebfc3fe60e7d936b91725a9"`,
    );
  });

  it.each([
    ["provider", { provider: "anthropic" }],
    ["model", { model: "n" }],
    ["system", { system: "t" }],
    ["messages", { messages: [{ role: "user", content: "hello " }] }],
    ["schema", { form: { ...call.form, schema: { type: "array" } } }],
    ["schema's name", { form: { ...call.form, name: "other" } }],
    ["maxTokens", { maxTokens: 11 }],
    ["temperature", { temperature: 0.1 }],
    ["seed", { seed: 0 }],
  ] as const)("depends on the %s", (_, given) => {
    expect(requestHash({ ...call, ...given })).not.toBe(requestHash(call));
  });
});
