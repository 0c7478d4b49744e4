export interface DecoderOptions {
  /** Most tokens that a row holds. */
  readonly window: number;
  /** Logits repeat bit for bit only at the same number. */
  readonly threads: number;
  /** Sequences that are read side by side; one when absent. */
  readonly rows?: number;
  /** `int8` holds the matrices in 8 bits: a quarter of the memory, for a little of the quality. Not for models of Memory Layers. */
  readonly precision?: "float32" | "int8";
  /** How a cached decoder's graph goes over its cache: by what costs less, when absent. */
  readonly attention?: "kernel" | "products";
}
