/** The files of a model cannot be read; the message says why. */
export class ModelError extends Error {
  override readonly name = "ModelError";
}
