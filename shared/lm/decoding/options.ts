export interface DecoderOptions {
  /** Most tokens that a row holds. */
  readonly window: number;
  /** Logits repeat bit for bit only at the same number. */
  readonly threads: number;
  /** Sequences that are read side by side; one when absent. */
  readonly rows?: number;
  /** `int8` holds the matrices in 8 bits: a quarter of the memory, for a little of the quality. For the decoder with a cache alone. */
  readonly precision?: "float32" | "int8";
}
