export interface DecoderOptions {
  /** Most tokens that a row holds. */
  readonly window: number;
  /** Logits repeat bit for bit only at the same number. */
  readonly threads: number;
  /** Sequences that are read side by side; one when absent. */
  readonly rows?: number;
}
