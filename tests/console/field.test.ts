import { describe, expect, test } from "vitest";
import { describeMethod } from "../../functions/http/describe-method.ts";
import type { Json } from "../../shared/client/json.ts";
import { check } from "../../shared/console/form/check.ts";
import { type Field, fieldOf } from "../../shared/console/form/field.ts";
import { limitsOf } from "../../shared/console/form/range.ts";
import { variantOf } from "../../shared/console/form/union.ts";
import { methods } from "../../shared/methods/registry.ts";
import walk from "./fixtures/walk.ts";

const walkField = fieldOf(describeMethod(walk).input);

function union(field: Field) {
  if (field.kind !== "union") throw new Error(`a union was expected, not ${field.kind}`);
  return field;
}

describe("a form's fields follow the schema", () => {
  test("a union of tagged objects is a choice of shapes, told by the tag", () => {
    const { tag, variants } = union(walkField);
    expect(tag).toBe("task");
    expect(variants.map(({ value, usual, description }) => ({ value, usual, description }))).toEqual([
      { value: "walk", usual: true, description: "Go along" },
      { value: "rest", usual: false, description: "Stay" },
    ]);
    expect(variants[0]?.properties.map(({ name, field }) => [name, field.kind])).toEqual([
      ["steps", "number"],
      ["dataset", "dataset"],
      ["feet", "choices"],
      ["gait", "object"],
    ]);
  });

  test("limits, defaults and descriptions come along", () => {
    const properties = union(walkField).variants[0]?.properties ?? [];
    const [steps, dataset, feet] = properties.map(({ field }) => field);
    expect(steps).toEqual({
      kind: "number",
      whole: true,
      range: { least: 1, most: 1000 },
      default: 40,
      description: "Steps of the walk",
    });
    expect(dataset).toMatchObject({ kind: "dataset", kinds: ["text"] });
    expect(feet).toMatchObject({ options: ["left", "right", "both"], default: ["left", "right"] });
  });

  test.each<[string, object, Partial<Field>]>([
    ["a text", { type: "string", maxLength: 9 }, { kind: "text", longest: 9 }],
    ["numbers", { type: "array", items: { type: "number" }, minItems: 1 }, { kind: "numbers", fewest: 1 }],
    ["texts", { type: "array", items: { type: "string" } }, { kind: "texts" }],
    ["a switch", { type: "boolean" }, { kind: "switch" }],
    ["a constant", { const: 3 }, { kind: "constant", value: 3 }],
    [
      "a nullable number",
      { anyOf: [{ type: "integer" }, { type: "null" }] },
      { kind: "number", nullable: true },
    ],
    ["a model", { type: "string", format: "model" }, { kind: "model" }],
    ["a list of objects", { type: "array", items: { type: "object", properties: {} } }, { kind: "list" }],
    ["a union without a tag", { anyOf: [{ type: "string" }, { type: "number" }] }, { kind: "json" }],
    ["a map", { type: "object", additionalProperties: { type: "string" } }, { kind: "json" }],
    ["anything", {}, { kind: "json" }],
    ["nothing known", { type: "string", enum: ["a", null] }, { kind: "text" }],
  ])("%s", (_what, schema, expected) => expect(fieldOf(schema)).toMatchObject(expected));

  test("a schema that refers to itself ends", () => {
    const tree = {
      type: "object",
      properties: { name: { type: "string" }, below: { type: "array", items: { $ref: "#" } } },
    };
    let depth = 0;
    let field: Field | undefined = fieldOf(tree);
    while (field?.kind === "object" || field?.kind === "list") {
      field = field.kind === "list" ? field.item : field.properties[1]?.field;
      depth++;
    }
    expect(field?.kind).toBe("json");
    expect(depth).toBeLessThan(20);
  });

  test.each(methods.map((method) => [method.id, method] as const))(
    "%s: every preset passes the form's own check",
    (_id, method) => {
      const field = fieldOf(describeMethod(method).input);
      for (const preset of Object.values(method.presets)) {
        const input: Json = JSON.parse(JSON.stringify(preset.input));
        expect(check(field, undefined, input)).toEqual([]);
        expect(check(field, input, undefined)).toEqual([]);
      }
    },
  );

  test("limits in words", () => {
    const words = (schema: object) => limitsOf(fieldOf(schema));
    expect(words({ type: "integer", minimum: 32, maximum: 40_960 })).toBe("32 to 40,960");
    expect(words({ type: "number", exclusiveMinimum: 0, maximum: 1 })).toBe("above 0, at most 1");
    expect(words({ type: "integer", minimum: -9007199254740991, maximum: 9007199254740991 })).toBe("");
    expect(words({ type: "integer", minimum: 2, multipleOf: 2 })).toBe("at least 2, a multiple of 2");
    expect(words({ type: "array", items: { type: "integer", minimum: 1 }, minItems: 1, maxItems: 3 })).toBe(
      "1 to 3 numbers, each at least 1",
    );
  });
});

describe("the form's own check", () => {
  test("names each fault by its pointer", () => {
    const given = { steps: "many", gait: { stride: 9 } };
    expect(check(walkField, given, undefined)).toEqual([
      { path: "/steps", message: "must be a whole number" },
      { path: "/gait/stride", message: "must be at most 2" },
    ]);
  });

  test("asks for what is needed unless the preset has it", () => {
    const rest = { task: "rest" };
    expect(check(walkField, rest, undefined)).toEqual([{ path: "/minutes", message: "is needed" }]);
    expect(check(walkField, rest, { minutes: 3 })).toEqual([]);
  });

  test("a number in a list is named by its place", () => {
    const field = fieldOf({ type: "array", items: { type: "integer", minimum: 1 } });
    expect(check(field, [1, 0, 1.5, "x"], undefined).map(({ path }) => path)).toEqual(["/1", "/2", "/3"]);
  });
});

test("the shape is the entered one, else the preset's, else the usual one", () => {
  const field = union(walkField);
  expect(variantOf(field, { task: "rest" }, { task: "walk" })?.value).toBe("rest");
  expect(variantOf(field, {}, { task: "rest" })?.value).toBe("rest");
  expect(variantOf(field, {}, undefined)?.value).toBe("walk");
  expect(variantOf(field, { task: "fly" }, undefined)?.value).toBe("walk");
});
