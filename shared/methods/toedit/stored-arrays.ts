import * as z from "zod";

/** Typed arrays as they come out of a checkpoint. */
export const storedBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
export const storedTokens = z.custom<Int32Array>((value) => value instanceof Int32Array);
export const storedFloats = z.custom<Float32Array>((value) => value instanceof Float32Array);
