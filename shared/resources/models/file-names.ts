/**
 * Which files a model may be made of when somebody brings it: Hugging Face layout, or a llama2.c checkpoint with its
 * tokenizer. For the API, the command and the console alike, so it needs neither Node nor zod.
 */

/** Files that hold numbers; all others are read as a whole, and are small. */
export const isWeights = (name: string): boolean =>
  /^model(-\d{5}-of-\d{5})?\.safetensors$/.test(name) || isCheckpoint(name);

/** A llama2.c checkpoint, or its tokenizer, which has the same ending. */
const isCheckpoint = (name: string) =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,123}\.bin$/.test(name) && !isPickle(name);

/** What PyTorch and its trainers write: code as much as numbers, which is never loaded. */
const isPickle = (name: string) =>
  /^(pytorch_model|training_args|optimizer|scheduler|flax_model|tf_model|consolidated|rng_state)\b/.test(
    name,
  ) || /\.(pt|pth|pkl|ckpt|msgpack|h5)$/.test(name);

const besides = new Set([
  ...["config.json", "generation_config.json", "model.safetensors.index.json"],
  ...["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"],
  ...["vocab.json", "vocab.txt", "merges.txt", "chat_template.jinja"],
  ...["README.md", "LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE"],
]);

/** Whether a file of this name may be one of a model's. `tokenizer.model`, and others that end so, are SentencePiece. */
export const isModelFile = (name: string): boolean =>
  besides.has(name) || isWeights(name) || /^[A-Za-z0-9][A-Za-z0-9._-]{0,121}\.model$/.test(name);

/** Why a file cannot be one of a model's. Only for a name that is none. */
export function whyNot(name: string): string {
  if (isPickle(name)) return "is not taken, since it can hold code: save the weights as safetensors";
  if (/\.gguf$/.test(name)) return "is not taken: bring the model as safetensors, from which it was made";
  if (/\.safetensors$/.test(name)) {
    return "must be called model.safetensors, or model-00001-of-0000N.safetensors for one of N pieces";
  }
  return "is not a file of a model in Hugging Face layout";
}

/** What is missing of a model by the names of its files alone; undefined when nothing is. */
export function whatIsMissing(names: readonly string[]): string | undefined {
  const there = new Set(names);
  const pieces = names.filter((name) => /^model-.*\.safetensors$/.test(name));
  if (pieces.length > 0 || there.has("model.safetensors")) {
    if (!there.has("config.json")) return "there is no config.json";
    if (pieces.length > 0 && there.has("model.safetensors")) {
      return `model.safetensors is there beside ${pieces[0]}: weights come as one file or in pieces`;
    }
    const missing = missingPiece(pieces, there);
    return missing && `there is no ${missing}`;
  }
  if (names.some(isWeights)) return undefined;
  return "there are no weights: neither safetensors nor a checkpoint of llama2.c (.bin)";
}

/** The first piece that is missing of those that the others say there are. */
function missingPiece(pieces: readonly string[], there: ReadonlySet<string>): string | undefined {
  const count = Number(/-of-(\d{5})/.exec(pieces[0] ?? "")?.[1] ?? 0);
  const five = (number: number) => String(number).padStart(5, "0");
  const wanted = Array.from(
    { length: count },
    (_, i) => `model-${five(i + 1)}-of-${five(count)}.safetensors`,
  );
  return wanted.find((name) => !there.has(name)) ?? pieces.find((name) => !wanted.includes(name));
}
