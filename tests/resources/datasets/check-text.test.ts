import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkText } from "../../../shared/resources/datasets/check-text.ts";

/** The bytes in chunks of these sizes, again and again. */
async function* chunks(bytes: Uint8Array, sizes: readonly number[]) {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
const check = (bytes: Uint8Array | string, sizes: readonly number[] = [7]) =>
  checkText(chunks(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes, sizes));

const counts = async (bytes: Uint8Array | string, sizes?: readonly number[]) => {
  const checked = await check(bytes, sizes);
  if ("errors" in checked || checked.profile.kind !== "text") return checked;
  const { lines, characters } = checked.profile;
  return { lines, characters };
};
const firstError = async (bytes: Uint8Array | string, sizes?: readonly number[]) => {
  const checked = await check(bytes, sizes);
  return "errors" in checked ? checked.errors[0] : checked;
};

/** The first byte at which strict UTF-8 decoding fails, by trying every prefix. */
function firstInvalidByTrial(bytes: Uint8Array): number | undefined {
  const decodes = (part: Uint8Array, stream: boolean) => {
    try {
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(part, { stream });
      return true;
    } catch {
      return false;
    }
  };
  if (decodes(bytes, false)) return undefined;
  let good = 0;
  for (let end = 0; end <= bytes.length; end++) if (decodes(bytes.subarray(0, end), false)) good = end;
  return good;
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

describe("a text", () => {
  test.each<[string, number, number]>([
    ["a", 1, 1],
    ["a\n", 1, 2],
    ["a\nb", 2, 3],
    ["\n\na\n", 3, 4],
    ["é€😀\n", 1, 4],
    ["\ufeffbom", 1, 3],
    ["a \ufffd is a character too", 1, 22],
  ])("%j has its lines and characters counted", async (text, lines, characters) => {
    expect(await counts(text)).toEqual({ lines, characters });
  });

  test("is counted alike however it comes in pieces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), sizes, async (text, pieces) => {
        fc.pre(text.trim() !== "" && !text.includes("\0") && !/^(\ufeff|PK|BZh|PAR1)/.test(text));
        const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
        expect(await counts(text, pieces)).toEqual({ lines, characters: [...text].length });
      }),
    );
  });
});

describe("what is not a text", () => {
  test.each<[string, Uint8Array | string, RegExp]>([
    ["nothing", "", /empty/],
    ["white space", " \n\t\r\n ", /white space/],
  ])("%s is refused", async (_, bytes, message) => {
    expect(await firstError(bytes)).toEqual({ message: expect.stringMatching(message) });
  });

  test("a NUL byte is named with its line and offset", async () => {
    expect(await firstError("one\ntwo\nth\0ree")).toEqual({
      message: expect.stringMatching(/NUL/),
      line: 3,
      offset: 10,
    });
  });

  test("UTF-16 is refused at its first byte", async () => {
    const bytes = Buffer.from("\ufeffhello", "utf16le");
    expect(await firstError(bytes)).toMatchObject({
      message: expect.stringMatching(/UTF-16/),
      line: 1,
      offset: 0,
    });
  });

  test("a sequence that the end cuts off is refused where it begins", async () => {
    const bytes = new TextEncoder().encode("ab\n€").subarray(0, 5);
    expect(await firstError(bytes)).toEqual({ message: expect.stringMatching(/0xe2/), line: 2, offset: 3 });
  });

  test("the first fault of any bytes is found, however they come in pieces", async () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary" }).map((text) => new TextEncoder().encode(text.replaceAll("\0", ""))),
      fc
        .constantFrom(
          [0xff],
          [0xc0, 0x80],
          [0xed, 0xa0, 0x80],
          [0xf4, 0x90, 0x80, 0x80],
          [0xe2, 0x82],
          [0x80],
        )
        .map((b) => Uint8Array.from(b)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), sizes, async (pieces, cuts) => {
        const bytes = Buffer.concat(pieces);
        const offset = firstInvalidByTrial(bytes);
        fc.pre(offset !== undefined && !bytes.subarray(0, 3).equals(Buffer.from("\ufeff")));
        const line = bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1;
        expect(await firstError(bytes, cuts)).toMatchObject({ offset, line });
      }),
    );
  });
});
