import type { ContentError } from "../uploads/record.ts";
import type { Preview, Profile } from "./profile.ts";

/** What came of a check: what the content holds and how it begins, or what is wrong with it. */
export type Checked =
  | { readonly profile: Profile; readonly preview: Preview }
  | { readonly errors: readonly ContentError[] };
