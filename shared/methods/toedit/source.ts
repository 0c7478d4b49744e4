import * as z from "zod";
import type { DatasetContent } from "../contract.ts";
import { instructionRow, judgementRow, preferenceRow } from "../rows.ts";
import type { EditInput } from "./input.ts";

/** A row of a corpus, or a document of a plain text: its texts, and how it is written with others in their place. */
export interface Item {
  readonly index: number;
  readonly texts: readonly string[];
  write(texts: readonly string[]): string;
}

/** A corpus: its items in order, and what a file of them is. */
export interface Corpus {
  readonly name: string;
  readonly bytes: number;
  readonly extension: "txt" | "jsonl";
  readonly type: string;
  items(): AsyncIterable<Item>;
}

export type DocumentOptions = Pick<EditInput, "fields" | "splitAt">;

/** Longest document of a plain text in characters: what has no break is cut here, so that memory is bounded. */
export const longestDocument = 2 ** 18;

/** A data set as a corpus. Throws RangeError where `fields` does not fit its kind. */
export function corpusOf(content: DatasetContent, options: DocumentOptions): Corpus {
  const { name, bytes, kind } = content;
  if (kind === "text") {
    if (options.fields !== undefined) throw new RangeError("fields: a plain text has none");
    const { extension, type } = plainText;
    return { name, bytes, extension, type, items: () => textItems(content.stream(), options.splitAt) };
  }
  const paths = (options.fields ?? answerFields(kind)).map((path) => path.split("/"));
  const items = () => rowItems(content, kind, paths);
  return { name, bytes, extension: "jsonl", type: "application/jsonl", items };
}

const plainText = { extension: "txt", type: "text/plain; charset=utf-8" } as const;

/** A text at hand as a corpus. */
export function textCorpus(name: string, text: string, splitAt: DocumentOptions["splitAt"]): Corpus {
  const body = new TextEncoder().encode(text);
  const stream = async function* () {
    yield body;
  };
  return { name, bytes: body.length, ...plainText, items: () => textItems(stream(), splitAt) };
}

/** Documents of a text, each with the line breaks that follow it. */
export async function* textItems(
  stream: AsyncIterable<Uint8Array>,
  splitAt: DocumentOptions["splitAt"],
): AsyncGenerator<Item> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const breaks = splitAt === "line" ? /\n+/g : /\n(?:[ \t]*\n)+/g;
  let rest = "";
  let index = 0;
  // What is cut must not depend on how the stream comes in pieces: a break counts once it is known what follows it.
  const cut = function* (final: boolean) {
    const settled = final ? rest.length : rest.search(/[ \t\n]*$/);
    let from = 0;
    const pieces = function* (end: number) {
      while (end - from > longestDocument) {
        const to = wholeCharacters(rest, from + longestDocument);
        yield item(index++, rest.slice(from, to), "");
        from = to;
      }
    };
    for (const match of rest.matchAll(breaks)) {
      const end = match.index + match[0].length;
      if (end > settled || (end === settled && !final)) break;
      yield* pieces(match.index);
      yield item(index++, rest.slice(from, match.index), match[0]);
      from = end;
    }
    yield* pieces(settled);
    if (final && from < rest.length) {
      yield item(index++, rest.slice(from), "");
      from = rest.length;
    }
    rest = rest.slice(from);
  };
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    yield* cut(false);
  }
  rest += decoder.decode();
  yield* cut(true);
}

const item = (index: number, text: string, end: string): Item => ({
  index,
  texts: [text],
  write: ([edited = ""]) => edited + end,
});

/** `end`, or one before it where it would cut a surrogate pair. */
function wholeCharacters(text: string, end: number): number {
  if (end >= text.length) return text.length;
  const code = text.charCodeAt(end);
  return code >= 0xdc00 && code <= 0xdfff ? end - 1 : end;
}

type Json = Record<string, unknown>;
const schemas = {
  instructions: instructionRow,
  preferences: preferenceRow,
  judgements: judgementRow,
} as const;
const isRowKind = (kind: string): kind is keyof typeof schemas => kind in schemas;

/** Where the texts stand that a model would be trained on. */
function answerFields(kind: string): readonly string[] {
  if (kind === "instructions") return ["output"];
  return kind === "preferences" ? ["responses/*/text"] : ["responses/*"];
}

async function* rowItems(
  content: DatasetContent,
  kind: string,
  paths: readonly (readonly string[])[],
): AsyncGenerator<Item> {
  if (!isRowKind(kind)) throw new RangeError(`data set ${content.id} is of kind ${kind}, which has no texts`);
  const schema = schemas[kind];
  let index = 0;
  for await (const given of content.rows(z.looseObject({}))) {
    const row: Json = schema.parse(given);
    const places = paths.flatMap((path) => textsAt(row, path, []));
    if (index === 0 && places.length === 0) {
      throw new RangeError(
        `fields: a row of ${content.name} has no text at ${paths.map((p) => p.join("/")).join(", ")}`,
      );
    }
    yield {
      index: index++,
      texts: places.map(({ text }) => text),
      write: (texts) =>
        `${JSON.stringify(written(kind, withTexts(row, places, texts), extras(row, given)))}\n`,
    };
  }
}

interface TextPlace {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** The texts at a path of names, where `*` is every element of a list. */
function textsAt(value: unknown, path: readonly string[], at: readonly (string | number)[]): TextPlace[] {
  const [name, ...deeper] = path;
  if (name === undefined) return typeof value === "string" ? [{ path: at, text: value }] : [];
  if (name === "*") {
    return Array.isArray(value) ? value.flatMap((each, i) => textsAt(each, deeper, [...at, i])) : [];
  }
  const object: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return object === undefined ? [] : textsAt(object, deeper, [...at, name]);
}

function withTexts(row: Json, places: readonly TextPlace[], texts: readonly string[]): Json {
  const copy: Json = structuredClone(row);
  for (const [i, { path }] of places.entries()) {
    const last = path.at(-1) ?? "";
    const parent: unknown = path
      .slice(0, -1)
      .reduce<unknown>((value, name) => Reflect.get(Object(value), name), copy);
    Reflect.set(Object(parent), last, texts[i]);
  }
  return copy;
}

/** Numbers and short facts of the row besides what its kind knows; not its texts under their first names. */
function extras(row: Json, given: Json): Json {
  const known = new Set(stringsOf(row));
  return Object.fromEntries(
    Object.entries(given).filter(
      ([name, value]) =>
        !(name in row) &&
        (typeof value === "number" ||
          typeof value === "boolean" ||
          (typeof value === "string" && !known.has(value))),
    ),
  );
}

function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

/** A row as it can be uploaded again: a pair of preferences under the names that say that it is one. */
function written(kind: keyof typeof schemas, row: Json, more: Json): Json {
  if (kind !== "preferences") return { ...row, ...more };
  const { prompt, responses, pair } = preferenceRow.parse(row);
  const [chosen, rejected] = responses;
  if (!pair || chosen === undefined || rejected === undefined) return { prompt, responses, ...more };
  return { prompt, chosen: chosen.text, rejected: rejected.text, ...more };
}
