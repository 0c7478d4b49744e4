import type { Json, JsonObject } from "../../client/json.ts";
import type { ContentError } from "../../resources/uploads/record.ts";

/** A page of a list; `next` is the cursor of the page after it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

export interface Preset {
  readonly summary: string;
  readonly cost: string;
}

/** A method as the list of methods has it. */
export interface MethodSummary {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly paper: { readonly title: string; readonly url: string };
  readonly presets: Readonly<Record<string, Preset>>;
}

/** A method with what its form is made from. */
export interface Method extends MethodSummary {
  readonly presets: Readonly<Record<string, Preset & { readonly input: JsonObject }>>;
  /** JSON Schemas. */
  readonly input: Json;
  readonly output: Json;
}

/** A data set. What the check found differs by kind and is shown as it comes. */
export interface Dataset {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly status: "pending" | "ready" | "invalid";
  readonly createdAt: string;
  readonly bytes?: number;
  readonly sha256?: string;
  readonly summary?: JsonObject;
  readonly preview?: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };
  readonly errors?: readonly ContentError[];
}

/** Where a content goes: as a whole, or in parts and then a call that completes it. */
export type Upload = WholeUpload | PartsUpload;
export interface WholeUpload {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}
export interface PartsUpload {
  readonly partBytes: number;
  readonly parts: readonly { readonly number: number; readonly url: string }[];
  readonly complete: string;
}
