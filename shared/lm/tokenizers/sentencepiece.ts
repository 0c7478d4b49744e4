import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { Piece, PieceModel, PieceType } from "./pieces.ts";
import { TokenizerError } from "./tokenizer.ts";

/** SentencePiece.Type of sentencepiece_model.proto. */
const pieceTypes: Readonly<Record<number, PieceType>> = {
  1: "normal",
  2: "unknown",
  3: "control",
  4: "user-defined",
  6: "byte",
};

/** TrainerSpec.ModelType. */
const modelTypes: Readonly<Record<number, string>> = { 1: "unigram", 2: "BPE", 3: "words", 4: "characters" };

/**
 * A `tokenizer.model` of sentencepiece (protobuf). `addBos` puts the model's `bos` before texts. Throws a
 * TokenizerError when it is no BPE model, or changes characters before it splits them.
 */
export function readSentencePiece(file: Uint8Array, addBos: boolean): PieceModel {
  const pieces: Piece[] = [];
  const trainer = { modelType: 1, byteFallback: false, bosId: 1 };
  const normalizer = { charsmap: 0, addDummyPrefix: true, removeExtraWhitespaces: true };
  fields(file, (field, reader) => {
    if (field === 1) pieces.push(readPiece(reader.bytes()));
    else if (field === 2) readTrainer(reader.bytes(), trainer);
    else if (field === 3) readNormalizer(reader.bytes(), normalizer);
    else return false;
    return true;
  });
  if (trainer.modelType !== 2) {
    throw new TokenizerError(`a ${modelTypes[trainer.modelType]} model of sentencepiece is not supported`);
  }
  if (normalizer.charsmap > 0) {
    throw new TokenizerError("a model of sentencepiece that normalises characters is not supported");
  }
  const { addDummyPrefix, removeExtraWhitespaces } = normalizer;
  const bos = addBos && pieces[trainer.bosId]?.type === "control" ? trainer.bosId : undefined;
  return { pieces, byteFallback: trainer.byteFallback, addDummyPrefix, removeExtraWhitespaces, bos };
}

function readPiece(bytes: Uint8Array): Piece {
  let [text, score, type] = ["", 0, 1];
  fields(bytes, (field, reader) => {
    if (field === 1) text = reader.string();
    else if (field === 2) score = reader.float();
    else if (field === 3) type = reader.int32();
    else return false;
    return true;
  });
  const known = pieceTypes[type];
  if (known === undefined) throw new TokenizerError(`piece "${text}" is of unknown type ${type}`);
  return { text, score, type: known };
}

function readTrainer(
  bytes: Uint8Array,
  trainer: { modelType: number; byteFallback: boolean; bosId: number },
): void {
  fields(bytes, (field, reader) => {
    if (field === 3) trainer.modelType = reader.int32();
    else if (field === 35) trainer.byteFallback = reader.bool();
    else if (field === 41) trainer.bosId = reader.int32();
    else return false;
    return true;
  });
}

function readNormalizer(
  bytes: Uint8Array,
  normalizer: { charsmap: number; addDummyPrefix: boolean; removeExtraWhitespaces: boolean },
): void {
  fields(bytes, (field, reader) => {
    if (field === 2) normalizer.charsmap = reader.bytes().length;
    else if (field === 3) normalizer.addDummyPrefix = reader.bool();
    else if (field === 4) normalizer.removeExtraWhitespaces = reader.bool();
    else return false;
    return true;
  });
}

/** Calls `take` with each field of a message, which reads it, or answers false to have it skipped. */
function fields(bytes: Uint8Array, take: (field: number, reader: BinaryReader) => boolean): void {
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < reader.len) {
      const [field, wire] = reader.tag();
      if (!take(field, reader)) reader.skip(wire, wire === WireType.StartGroup ? field : undefined);
    }
  } catch (cause) {
    if (cause instanceof TokenizerError) throw cause;
    throw new TokenizerError(`no model of sentencepiece: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
