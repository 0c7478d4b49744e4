/** What kind of token a piece is. */
export type PieceType = "normal" | "unknown" | "control" | "user-defined" | "byte";

export interface Piece {
  /** Its text, a space written as U+2581. */
  readonly text: string;
  /** Of two joints the one of the higher score is made first. */
  readonly score: number;
  readonly type: PieceType;
}

/** A BPE model of sentencepiece; a piece's place is its id. */
export interface PieceModel {
  readonly pieces: readonly Piece[];
  /** What is in no piece is spelled in the pieces of its UTF-8 bytes. */
  readonly byteFallback: boolean;
  /** A space is put before the text. */
  readonly addDummyPrefix: boolean;
  /** Spaces at the ends are dropped, and several in a row are one. */
  readonly removeExtraWhitespaces: boolean;
  /** Put before a text as its first token. */
  readonly bos?: number | undefined;
}

const space = "\u2581";

/** The model as a `tokenizer.json`, with merges made of the scores as transformers makes them. */
export function piecesJson(model: PieceModel): object {
  const { pieces, byteFallback, bos } = model;
  const special = pieces.flatMap(({ text, type }, id) =>
    type === "control" || type === "unknown" || type === "user-defined"
      ? [addedToken(id, text, type !== "user-defined")]
      : [],
  );
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special,
    normalizer: { type: "Sequence", normalizers: normalizers(model) },
    pre_tokenizer: null,
    post_processor: bos === undefined ? null : startingWith(pieces[bos]?.text ?? "", bos),
    decoder: { type: "Sequence", decoders: decoders(model) },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: pieces.find(({ type }) => type === "unknown")?.text ?? null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: byteFallback,
      vocab: Object.fromEntries(pieces.map(({ text }, id) => [text, id])),
      merges: mergesOf(pieces),
    },
  };
}

const addedToken = (id: number, content: string, special: boolean) => ({
  ...{ id, content, special },
  ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
});

function normalizers({ removeExtraWhitespaces, addDummyPrefix }: PieceModel): object[] {
  const replace = (pattern: object, content: string) => ({ type: "Replace", pattern, content });
  return [
    ...(removeExtraWhitespaces ? [replace({ Regex: "^ +| +$" }, ""), replace({ Regex: " {2,}" }, " ")] : []),
    ...(addDummyPrefix ? [{ type: "Prepend", prepend: space }] : []),
    replace({ String: " " }, space),
  ];
}

function decoders({ addDummyPrefix }: PieceModel): object[] {
  return [
    { type: "Replace", pattern: { String: space }, content: " " },
    { type: "ByteFallback" },
    { type: "Fuse" },
    ...(addDummyPrefix ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : []),
  ];
}

/** A post-processor that puts one token before a text. */
function startingWith(token: string, id: number): object {
  const first = { SpecialToken: { id: token, type_id: 0 } };
  const text = (name: string, type: number) => ({ Sequence: { id: name, type_id: type } });
  return {
    type: "TemplateProcessing",
    single: [first, text("A", 0)],
    pair: [first, text("A", 0), first, text("B", 1)],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  };
}

/**
 * Every way to make a piece of two others, the piece of the highest score first. Pieces of one score are made in
 * the order of their halves' lengths, where sentencepiece goes from left to right.
 */
function mergesOf(pieces: readonly Piece[]): [string, string][] {
  const joinable = ({ type }: Piece) => type === "normal";
  const known = new Set(pieces.filter(joinable).map(({ text }) => text));
  const merges = pieces.filter(joinable).flatMap(({ text, score }) => {
    const characters = Array.from(text);
    return characters.slice(1).flatMap((_, at) => {
      const [left, right] = [characters.slice(0, at + 1).join(""), characters.slice(at + 1).join("")];
      return known.has(left) && known.has(right) ? [{ left, right, score }] : [];
    });
  });
  merges.sort(
    (a, b) => b.score - a.score || b.left.length - a.left.length || b.right.length - a.right.length,
  );
  return merges.map(({ left, right }) => [left, right]);
}
