import { readFileSync } from "node:fs";
import fc from "fast-check";
import * as z from "zod";

const folder = new URL("./reference/", import.meta.url);

/** What a reference implementation computed for `cases`; `reference/` has the scripts. */
export function readReference<T extends z.ZodType>(name: string, schema: T): z.infer<T> {
  return schema.parse(JSON.parse(readFileSync(new URL(name, folder), "utf8")));
}

export const cases = readReference(
  "cases.json",
  z.array(z.object({ answer: z.string(), references: z.array(z.string()) })),
);

/** Texts of few words, so that they share some; English, Chinese, and anything at all. */
export const shortText = fc.oneof(
  fc
    .array(fc.constantFrom("the", "cat", "cats", "sat", "on", "a", "mat.", "3.5", "\n"), { maxLength: 14 })
    .map((words) => words.join(" ")),
  fc
    .array(fc.constantFrom("水", "的", "沸", "点", "是", "DNA", "，", "100"), { maxLength: 14 })
    .map((words) => words.join("")),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);
