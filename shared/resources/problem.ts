import * as z from "zod";

/** The body of every error answer: RFC 9457, with the fields at fault as JSON pointers. */
export const problemSchema = z.object({
  type: z.string().describe("What kind of problem, for programs"),
  title: z.string().describe("The same, for people"),
  status: z.int().min(400).max(599),
  detail: z.string(),
  errors: z
    .array(
      z.object({ path: z.string().describe("JSON pointer, such as /training/steps"), message: z.string() }),
    )
    .optional()
    .describe("The fields at fault"),
});
export type ProblemJson = z.infer<typeof problemSchema>;
export type FieldError = { readonly path: string; readonly message: string };

const kinds = {
  "malformed-request": { status: 400, title: "The request cannot be read" },
  "not-found": { status: 404, title: "There is no such thing" },
  conflict: { status: 409, title: "Not in this state" },
  gone: { status: 410, title: "It is no longer there" },
  "too-large": { status: 413, title: "The body is too large" },
  "invalid-input": { status: 422, title: "The input is not valid" },
  internal: { status: 500, title: "Something went wrong on our side" },
} as const;
export type ProblemKind = keyof typeof kinds;

/** An error that its caller may read: it is answered as it stands. */
export class Problem extends Error {
  readonly json: ProblemJson;

  constructor(kind: ProblemKind, detail: string, errors?: readonly FieldError[]) {
    super(detail);
    this.name = "Problem";
    const { status, title } = kinds[kind];
    this.json = { type: `urn:tenfold:problem:${kind}`, title, status, detail };
    if (errors !== undefined) this.json.errors = [...errors];
  }
}
