import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readLlama2cTokenizer } from "../../../shared/lm/tokenizers/llama2c.ts";
import { loadTokenizer } from "../../../shared/lm/tokenizers/load.ts";
import type { Piece, PieceModel } from "../../../shared/lm/tokenizers/pieces.ts";
import { readSentencePiece } from "../../../shared/lm/tokenizers/sentencepiece.ts";
import { brutePieces } from "./brute-pieces.ts";

const special: Piece[] = [
  { text: "<unk>", score: 0, type: "unknown" },
  { text: "<s>", score: 0, type: "control" },
  { text: "</s>", score: 0, type: "control" },
];
const bytes: Piece[] = Array.from({ length: 256 }, (_, byte) => ({
  text: `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
  score: 0,
  type: "byte",
}));
const words =
  "\u2581|t|h|e|a|c|\n|é|he|\u2581t|\u2581the|th|at|\u2581c|ca|\u2581\u2581|\u2581a|cat|the".split("|");
const normal = words.map((text, i): Piece => ({ text, score: -i, type: "normal" }));

/** The two formats that a model may come in. */
const typeNumbers = { normal: 1, unknown: 2, control: 3, "user-defined": 4, byte: 6 } as const;
interface SentencePieceOptions {
  readonly modelType?: number;
  readonly charsmap?: Uint8Array;
  readonly normalizer?: { readonly addDummyPrefix: boolean; readonly removeExtraWhitespaces: boolean };
}
function sentencePieceFile(pieces: readonly Piece[], options: SentencePieceOptions = {}): Uint8Array {
  const { modelType = 2, charsmap, normalizer } = options;
  const file = new BinaryWriter();
  for (const { text, score, type } of pieces) {
    const piece = file.tag(1, WireType.LengthDelimited).fork();
    piece.tag(1, WireType.LengthDelimited).string(text);
    piece.tag(2, WireType.Bit32).float(score);
    if (type !== "normal") piece.tag(3, WireType.Varint).int32(typeNumbers[type]);
    piece.join();
  }
  const trainer = file.tag(2, WireType.LengthDelimited).fork();
  trainer.tag(1, WireType.LengthDelimited).string("corpus.txt");
  trainer.tag(3, WireType.Varint).int32(modelType);
  trainer.tag(35, WireType.Varint).bool(pieces.some(({ type }) => type === "byte"));
  trainer.join();
  const rules = file.tag(3, WireType.LengthDelimited).fork();
  rules.tag(1, WireType.LengthDelimited).string("identity");
  if (charsmap !== undefined) rules.tag(2, WireType.LengthDelimited).bytes(charsmap);
  if (normalizer !== undefined) {
    rules.tag(3, WireType.Varint).bool(normalizer.addDummyPrefix);
    rules.tag(4, WireType.Varint).bool(normalizer.removeExtraWhitespaces);
  }
  rules.join();
  return file.finish();
}
function llama2cFile(pieces: readonly Piece[]): Uint8Array {
  const parts = pieces.map(({ text, score }) => {
    const characters = new TextEncoder().encode(text.replaceAll("\u2581", " "));
    const part = new Uint8Array(8 + characters.length);
    new DataView(part.buffer).setFloat32(0, score, true);
    new DataView(part.buffer).setInt32(4, characters.length, true);
    part.set(characters, 8);
    return part;
  });
  return Buffer.concat([Uint8Array.of(7, 0, 0, 0), ...parts]);
}

const withBytes = [...special, ...bytes, ...normal];
const kept = { addDummyPrefix: true, removeExtraWhitespaces: false };
const formats: readonly (readonly [string, string, Uint8Array])[] = [
  ["sentencepiece", "tokenizer.model", sentencePieceFile(withBytes, { normalizer: kept })],
  ["llama2.c", "tok512.bin", llama2cFile(withBytes)],
];
const text = fc.string({ unit: fc.constantFrom(..."thecat the cat é\n😀z "), maxLength: 40 });

describe.each(formats)("a BPE model in the format of %s", (_, name, file) => {
  const tokenizer = loadTokenizer(new Map([[name, file]]));

  test("joins by scores, and spells in bytes what it has no piece for", () => {
    const model: PieceModel = { pieces: withBytes, byteFallback: true, ...kept };
    fc.assert(
      fc.property(text, (given) => {
        expect([...tokenizer.encode(given)]).toEqual(brutePieces(model, given));
      }),
      { numRuns: 300 },
    );
  });

  test("gives the text back", () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(tokenizer.decode(tokenizer.encode(given))).toBe(given);
      }),
    );
  });

  test("is a tokenizer.json that loads again, with the first token before a text", () => {
    const again = loadTokenizer(
      new Map([["tokenizer.json", new TextEncoder().encode(JSON.stringify(tokenizer))]]),
    );
    expect(again.encode("the cat é😀")).toEqual(tokenizer.encode("the cat é😀"));
    expect(tokenizer.toJSON()).toMatchObject({
      post_processor: { single: [{ SpecialToken: { id: "<s>" } }, { Sequence: { id: "A" } }] },
      added_tokens: [{ id: 0, content: "<unk>" }, { id: 1 }, { id: 2, content: "</s>", special: true }],
    });
  });
});

test("without byte pieces what is unknown is one unknown token", () => {
  const pieces = [...special, ...normal];
  const tokenizer = loadTokenizer(
    new Map([["tokenizer.model", sentencePieceFile(pieces, { normalizer: kept })]]),
  );
  const model: PieceModel = { pieces, byteFallback: false, ...kept };
  for (const given of ["xyz the", "the 😀 cat", "a"])
    expect([...tokenizer.encode(given)]).toEqual(brutePieces(model, given));
});

test("sentencepiece's defaults: spaces at the ends dropped, several are one, one before the text", () => {
  const pieces = [...special, ...normal];
  const tokenizer = loadTokenizer(new Map([["tokenizer.model", sentencePieceFile(pieces)]]));
  expect(tokenizer.encode("  the   cat ")).toEqual(tokenizer.encode("the cat"));
  const bare = { addDummyPrefix: false, removeExtraWhitespaces: false };
  const plain = loadTokenizer(
    new Map([["tokenizer.model", sentencePieceFile(pieces, { normalizer: bare })]]),
  );
  expect([...plain.encode("the")]).toEqual([pieces.findIndex(({ text }) => text === "the")]);
  expect(plain.decode(plain.encode(" the"))).toBe(" the");
});

test("`add_bos_token` of tokenizer_config.json says whether a text begins with bos", () => {
  const files = (config: object) =>
    new Map([
      ["tokenizer.model", sentencePieceFile(withBytes)],
      ["tokenizer_config.json", new TextEncoder().encode(JSON.stringify(config))],
    ]);
  expect(loadTokenizer(files({})).toJSON()).toMatchObject({ post_processor: { type: "TemplateProcessing" } });
  expect(loadTokenizer(files({ add_bos_token: false })).toJSON()).toMatchObject({ post_processor: null });
});

describe("what is no such file is refused", () => {
  test("a sentencepiece model of another kind, or one that changes characters", () => {
    const read = (options: SentencePieceOptions) => () =>
      readSentencePiece(sentencePieceFile(special, options), true);
    expect(read({ modelType: 1 })).toThrow("a unigram model of sentencepiece is not supported");
    expect(read({ charsmap: Uint8Array.of(1, 2) })).toThrow("normalises characters");
    expect(() => readSentencePiece(Uint8Array.of(0x0a, 0xff, 0x01), true)).toThrow(
      "no model of sentencepiece",
    );
  });

  test("a llama2.c tokenizer that is cut", () => {
    const file = llama2cFile(withBytes);
    expect(readLlama2cTokenizer(file).pieces.length).toBe(withBytes.length);
    for (const end of [file.length - 1, 9, 6]) {
      expect(() => readLlama2cTokenizer(file.slice(0, end))).toThrow("no tokenizer of llama2.c");
    }
  });
});
