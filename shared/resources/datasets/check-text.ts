import type { Checked } from "./checked.ts";
import { ContentFault } from "./faults.ts";
import type { Format } from "./profile.ts";
import { openContent } from "./reading/content.ts";
import { countNewlines, utf8Chunks } from "./reading/utf8.ts";
import { tallyLanguages } from "./tally/languages.ts";
import { previewRows, previewTable } from "./tally/preview.ts";

/** Characters of the beginning that the preview is cut from. */
const headCharacters = 16_384;

/**
 * Checks that a content is a text: UTF-8 throughout, no NUL, and more than white space. The first thing wrong
 * is named with its line, from 1, and its offset in bytes, from 0. Memory is one chunk.
 */
export async function checkText(body: AsyncIterable<Uint8Array>): Promise<Checked> {
  try {
    return await readText(body);
  } catch (error) {
    if (error instanceof ContentFault) return { errors: [error.error] };
    throw error;
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<Checked> {
  const content = await openContent(body);
  const languages = tallyLanguages();
  let newlines = 0;
  let returns = 0;
  let characters = 0;
  let blank = true;
  let last: number | undefined;
  let head = "";
  for await (const bytes of utf8Chunks(content.chunks, content.start)) {
    newlines += countNewlines(bytes);
    returns += countReturns(bytes, last);
    characters += countCharacters(bytes);
    last = bytes.at(-1);
    if (head.length < headCharacters) head += bytes.toString("utf8", 0, headCharacters);
    if (blank) blank = bytes.toString("utf8").trim() === "";
    for (let at = 0; at < bytes.length; at += 16_384) languages.add(bytes.toString("utf8", at, at + 1200));
  }
  if (characters === 0) throw new ContentFault({ message: "the file is empty" });
  if (blank) throw new ContentFault({ message: "the file holds nothing but white space" });
  const format = {
    compression: content.compression,
    layout: "text" as const,
    bytes: content.bytes(),
    bom: content.bom,
    newlines: mixture(newlines, returns),
  };
  const lines = newlines + (last === 0x0a ? 0 : 1);
  const preview = previewTable(
    ["text"],
    head
      .split(/\r?\n/)
      .slice(0, Math.min(lines, previewRows))
      .map((line) => [line]),
  );
  return { profile: { kind: "text", lines, characters, format, languages: languages.result() }, preview };
}

function mixture(newlines: number, returns: number): Format["newlines"] {
  if (newlines === 0) return "none";
  if (returns === 0) return "lf";
  return returns === newlines ? "crlf" : "mixed";
}

/** Newlines behind a carriage return; `before` is the byte in front of these. */
function countReturns(bytes: Buffer, before: number | undefined): number {
  let count = bytes[0] === 0x0a && before === 0x0d ? 1 : 0;
  for (let at = bytes.indexOf("\r\n"); at !== -1; at = bytes.indexOf("\r\n", at + 2)) count++;
  return count;
}

/** Bytes that do not continue a sequence, which are as many as there are code points. */
function countCharacters(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if ((byte & 0xc0) !== 0x80) count++;
  return count;
}
