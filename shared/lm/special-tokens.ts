import * as z from "zod";
import { jsonFile, type ModelSource, sizeOfFile } from "./model-source.ts";
import type { Tokenizer } from "./tokenizers/tokenizer.ts";

/** The tokens that begin and end a text. */
export interface SpecialTokens {
  readonly bos?: number;
  /** Each of these ends a text. */
  readonly eos: readonly number[];
  /** Whether the model was trained on texts with `bos` before them. */
  readonly startsWithBos: boolean;
}

/** Our own texts have no marks of beginning and end. */
export const noSpecialTokens: SpecialTokens = { eos: [], startsWithBos: false };

/** The special tokens of a model whose texts follow each other with nothing but `bos` between them, as llama2.c's. */
export function delimitedByBos(special: SpecialTokens): SpecialTokens {
  return special.bos === undefined ? special : { ...special, eos: [special.bos] };
}

/** The tokens of a text that begins here: `bos` first where the model was trained so. */
export function encodeFromStart(
  { tokenizer, specialTokens = noSpecialTokens }: { tokenizer: Tokenizer; specialTokens?: SpecialTokens },
  text: string,
): Int32Array {
  const { bos, startsWithBos } = specialTokens;
  const tokens = tokenizer.encode(text);
  return bos !== undefined && startsWithBos ? Int32Array.of(bos, ...tokens) : tokens;
}

const oneOrMore = z.union([z.int().min(0), z.array(z.int().min(0))]).nullish();
const ids = z.looseObject({
  bos_token_id: oneOrMore.catch(undefined),
  eos_token_id: oneOrMore.catch(undefined),
});
const tokenName = z.union([
  z.string(),
  z.object({ content: z.string() }).transform(({ content }) => content),
]);
const names = z.looseObject({
  bos_token: tokenName.nullish().catch(undefined),
  eos_token: tokenName.nullish().catch(undefined),
});

/** Of `tokenizer.json`: what is put around a text, and the ids of tokens. */
const tokenizerJson = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string() })).catch([]),
  post_processor: z.unknown().optional(),
});
const template = z.object({
  single: z.array(z.looseObject({ SpecialToken: z.object({ id: z.string() }).optional() })),
  special_tokens: z.record(z.string(), z.object({ ids: z.array(z.int()) })),
});
const sequence = z.object({ processors: z.array(z.unknown()) });

/**
 * The special tokens as the files say: ids of generation_config.json, else of config.json, else the names of
 * tokenizer_config.json. Texts start with `bos` where tokenizer.json's post-processor puts it before them.
 */
export async function readSpecialTokens(source: ModelSource, tokenizer: Tokenizer): Promise<SpecialTokens> {
  const given = async (name: string) =>
    sizeOfFile(source, name) === undefined ? {} : await jsonFile(source, name);
  const generation = ids.safeParse(await given("generation_config.json")).data;
  const config = ids.safeParse(await given("config.json")).data;
  const named = names.safeParse(await given("tokenizer_config.json")).data;
  const json = tokenizerJson.safeParse(tokenizer.toJSON()).data;
  const idOf = (name: string | null | undefined) =>
    json?.added_tokens.find(({ content }) => content === name)?.id;
  const first = firstToken(json?.post_processor);
  const list = (...candidates: (number | number[] | null | undefined)[]) =>
    [candidates.find((candidate) => candidate != null) ?? []].flat();
  const [bos] = list(first, generation?.bos_token_id, config?.bos_token_id, idOf(named?.bos_token));
  const eos = list(generation?.eos_token_id, config?.eos_token_id, idOf(named?.eos_token));
  return { ...(bos !== undefined && { bos }), eos, startsWithBos: first !== undefined };
}

/** The token that a post-processor puts before a text. */
function firstToken(processor: unknown): number | undefined {
  const several = sequence.safeParse(processor).data;
  if (several !== undefined) {
    return several.processors.map(firstToken).find((token) => token !== undefined);
  }
  const parsed = template.safeParse(processor).data;
  const name = parsed?.single[0]?.SpecialToken?.id;
  return name === undefined ? undefined : parsed?.special_tokens[name]?.ids[0];
}

/** The fields of config.json and generation_config.json; null says that there is none, which transformers would not guess. */
export function specialTokenFields({ bos, eos }: SpecialTokens): object {
  const ends = eos.length > 1 ? eos : (eos[0] ?? null);
  return { bos_token_id: bos ?? null, eos_token_id: ends, pad_token_id: null };
}
