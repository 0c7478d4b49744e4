import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { answerForm } from "../../shared/llm/answer-form.ts";
import { portableSchema } from "../../shared/llm/json-schema.ts";
import { anyText } from "./any-text.ts";
import { verdict } from "./verdict.ts";

describe("a portable schema", () => {
  const strictness: readonly (readonly [string, z.ZodType, boolean])[] = [
    ["a closed object", verdict, true],
    ["fields that may be null", z.strictObject({ a: z.string().nullable() }), true],
    [
      "a union by a field",
      z.strictObject({ u: z.discriminatedUnion("k", [z.object({ k: z.literal(1) })]) }),
      true,
    ],
    [
      "an object that refers to itself",
      z.strictObject({
        get kids() {
          return z.array(z.lazy(() => verdict));
        },
      }),
      true,
    ],
    ["fields that may be absent", z.strictObject({ a: z.string().optional() }), false],
    ["fields with a default", z.strictObject({ a: z.string().default("x") }), false],
    ["an object that takes any field", z.looseObject({ a: z.string() }), false],
    ["a map", z.record(z.string(), z.int()), false],
    ["a tuple", z.strictObject({ t: z.tuple([z.int(), z.int()]) }), false],
    ["an intersection of objects", z.intersection(z.object({ a: z.int() }), z.object({ b: z.int() })), true],
    [
      "an intersection of others",
      z.strictObject({ i: z.intersection(z.record(z.string(), z.int()), z.object({ b: z.int() })) }),
      false,
    ],
  ];
  it.each(strictness)("of %s can be enforced word by word or not", (_, schema, strict) => {
    expect(portableSchema(schema).strict).toBe(strict);
  });

  it("says in words what providers do not enforce, and nothing else", () => {
    const schema = z.strictObject({
      n: z.number().min(0.5).multipleOf(0.5).describe("A mark"),
      s: z.string().min(1).max(9).regex(/^a/),
      d: z.iso.date(),
      l: z.array(z.int()).min(1).max(2),
      c: z.literal("x"),
      i: z.int(),
    });
    expect(portableSchema(schema).schema).toEqual({
      type: "object",
      properties: {
        n: { type: "number", description: "A mark; minimum 0.5, multipleOf 0.5" },
        s: { type: "string", description: "minLength 1, maxLength 9, pattern ^a" },
        d: { type: "string", description: "format date" },
        l: { type: "array", items: { type: "integer" }, description: "minItems 1, maxItems 2" },
        c: { type: "string", enum: ["x"] },
        i: { type: "integer" },
      },
      required: ["n", "s", "d", "l", "c", "i"],
      additionalProperties: false,
    });
  });

  it("keeps fields whose names are words of JSON Schema", () => {
    const names = ["title", "id", "default", "pattern", "format", "minimum", "description", "oneOf", "const"];
    const schema = z.strictObject(Object.fromEntries(names.map((name) => [name, z.string()])));
    expect(portableSchema(schema)).toEqual({
      schema: {
        type: "object",
        properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
        required: names,
        additionalProperties: false,
      },
      strict: true,
    });
  });

  it("turns nothing away that the schema takes", () => {
    const portable: Parameters<typeof z.fromJSONSchema>[0] = portableSchema(verdict).schema;
    const back = z.fromJSONSchema(portable);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.string({ maxLength: 200 }), (score, why) => {
        const value = { winner: "same", score, why };
        expect(verdict.safeParse(value).success).toBe(true);
        expect(back.safeParse(value).success).toBe(true);
      }),
    );
    expect(back.safeParse({ winner: "none", score: 1, why: "" }).success).toBe(false);
  });
});

describe("an answer's form", () => {
  const form = answerForm(verdict, "verdict");
  const good = { winner: "a", score: 1, why: "because {it} is" };
  const json = JSON.stringify(good);

  it.each([
    ["alone", json],
    ["in a block", `Here:\n\`\`\`json\n${json}\n\`\`\`\nDone.`],
    ["in a block without a language", `\`\`\`\n${json}\n\`\`\``],
    ["amid words", `The answer is ${json}, as asked.`],
    ["after its thinking", `<think>\nMaybe {"winner": "b"}?\n</think>\n\n${json}`],
    ["in many lines", JSON.stringify(good, undefined, 2)],
  ])("reads JSON %s", (_, text) => expect(form.read(text)).toMatchObject({ value: good }));

  it("reads whatever JSON fits, with whatever around it", () => {
    const words = fc.string({ unit: fc.constantFrom("a", "b", " ", ",", ".", "\n"), maxLength: 40 });
    fc.assert(
      fc.property(anyText(100), words, words, (why, before, after) => {
        const value = { winner: "b", score: 0, why };
        expect(form.read(`${before}${JSON.stringify(value)}${after}`)).toMatchObject({ value });
      }),
    );
  });

  it.each(["```\n", "\n ", "<think>", "{", "```json\n{", " ", "```"])(
    "reads a long text of %j in no time",
    (part) => {
      // A pattern that goes back again and again would take hours.
      expect(form.read(`\`\`\`${part.repeat(100_000)}x`)).toMatchObject({ isJson: false });
    },
  );

  it("never throws, and says what is wrong", () => {
    fc.assert(fc.property(anyText(100), (text) => void form.read(text)));
    expect(form.read("no")).toEqual({ fault: "it is not JSON", isJson: false });
    expect(form.read('{"winner":"c"}')).toEqual({
      fault: expect.stringMatching(/winner[\s\S]+score/),
      isJson: true,
    });
  });

  it("of what is no object is a field of one, or as it is", () => {
    const list = answerForm(z.array(z.int()), "numbers");
    expect(list.schema).toMatchObject({ type: "object", required: ["value"] });
    expect(list.read('{"value":[1,2]}')).toEqual({ value: [1, 2], json: '{"value":[1,2]}' });
    expect(list.read("[3]")).toEqual({ value: [3], json: "[3]" });
    expect(list.read('{"value":["x"]}')).toMatchObject({ isJson: true });
    type Tree = { readonly kids: readonly Tree[] } | number;
    const tree: z.ZodType<Tree> = z.union([z.int(), z.object({ kids: z.array(z.lazy(() => tree)) })]);
    const deep = { kids: [{ kids: [1] }, 2] };
    expect(answerForm(tree, "tree").read(JSON.stringify({ value: deep }))).toMatchObject({ value: deep });
    expect(JSON.stringify(answerForm(tree, "tree").schema)).not.toContain('"$ref":"#"}');
  });
});
