import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../shared/client/json.ts";
import { applySettings, parseSetting, SettingError } from "../../shared/client/setting.ts";

const field = fc.stringMatching(/^[a-z][A-Za-z_-]{0,6}$/);
const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
const at = (value: Json | undefined, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], value);

describe("--set", () => {
  it("reads back any path and JSON value, and leaves the other fields as they were", () => {
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 4 }), json, json, (path, value, other) => {
        const input: JsonObject = { Other: other };
        const before = JSON.stringify(input);
        const result = applySettings(input, [parseSetting(`${path.join(".")}=${JSON.stringify(value)}`)]);
        expect(JSON.stringify(at(result, path))).toBe(JSON.stringify(value));
        expect(JSON.stringify(result.Other)).toBe(JSON.stringify(other));
        expect(JSON.stringify(input)).toBe(before);
      }),
    );
  });

  it("takes what is no JSON as the text that it is, whatever follows the first =", () => {
    const isJson = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(field, fc.string(), (name, text) => {
        fc.pre(!isJson(text));
        expect(parseSetting(`${name}=${text}`)).toEqual({ path: [name], value: text });
      }),
    );
  });

  it("lets the later one win, and never makes a hole in a list", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(6), json), { maxLength: 12 }), (puts) => {
        let list: Json[] = [];
        for (const [index, value] of puts) {
          const set = () => applySettings({ list }, [parseSetting(`list.${index}=${JSON.stringify(value)}`)]);
          if (index > list.length) {
            expect(set).toThrow(SettingError);
            continue;
          }
          list = set().list as Json[];
          expect(JSON.stringify(list[index])).toBe(JSON.stringify(value));
        }
        expect(Object.keys(list)).toHaveLength(list.length);
      }),
    );
  });

  it("knows both ways to write an index", () => {
    expect(parseSetting("a[0].b[12]=1")).toEqual(parseSetting("a.0.b.12=1"));
  });

  it("begins a list that only the preset has from the preset's", () => {
    const preset = { variants: ["rope", "fope"], model: { sizes: [1, 2, 3] } };
    const settings = ["variants.1=nope", "model.sizes.3=4"].map(parseSetting);
    expect(applySettings({}, settings, preset)).toEqual({
      variants: ["rope", "nope"],
      model: { sizes: [1, 2, 3, 4] },
    });
    expect(preset.variants).toEqual(["rope", "fope"]);
  });

  it.each([
    ["steps", "steps: write it as field=value"],
    ["=3", "the field's name has an empty part"],
    ["a..b=3", "the field's name has an empty part"],
    ["a.=3", "the field's name has an empty part"],
    ["a.__proto__.b=3", "__proto__ is no field"],
  ])("refuses %s", (text, message) => {
    expect(() => parseSetting(text)).toThrow(message);
  });

  it("says where a path leads through something without fields", () => {
    const put = (text: string) => applySettings({ a: { b: 3 }, list: ["x"] }, [parseSetting(text)]);
    expect(() => put("a.b.c=1")).toThrow("a.b: is 3, which has no fields");
    expect(() => put("list.first=1")).toThrow('list: is a list, so "first" must be a number');
    expect(() => put("list.2=1")).toThrow("list: has 1 elements, so the next one is 1, not 2");
  });

  it("leaves the prototypes alone", () => {
    applySettings({}, [parseSetting("constructor.prototype.polluted=1")]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
