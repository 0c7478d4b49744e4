import * as z from "zod";

/** One field that was refused; `path` is a JSON pointer such as `/training/steps`. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** An answer of the API that is an error: problem+json (RFC 9457), read. */
export class TenfoldError extends Error {
  override name = "TenfoldError";
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldProblem[];

  constructor(problem: {
    status: number;
    type: string;
    title: string;
    detail: string;
    errors: FieldProblem[];
  }) {
    super(problem.detail || problem.title);
    this.status = problem.status;
    this.type = problem.type;
    this.title = problem.title;
    this.detail = problem.detail;
    this.errors = problem.errors;
  }
}

/** Nothing answered, also after the retries; `cause` is what the network said. */
export class UnreachableError extends Error {
  override name = "UnreachableError";
  readonly url: string;

  constructor(url: string, cause: unknown) {
    super(`Nothing answers at ${new URL(url).origin}`, { cause });
    this.url = url;
  }
}

/** The API's answer is not of the shape that this client knows: the two are of different versions. */
export class UnknownAnswerError extends Error {
  override name = "UnknownAnswerError";

  constructor(path: string, cause: z.ZodError) {
    const [issue] = cause.issues;
    const place = issue?.path.join("/") ?? "";
    super(
      `The API answers ${path} in a way that this version does not know: ${place}: ${issue?.message ?? ""}`,
      { cause },
    );
  }
}

/** Lenient on purpose: a proxy on the way may answer with a problem of its own, or with no JSON at all. */
const problem = z.object({
  type: z.string().catch("about:blank"),
  title: z.string().catch(""),
  detail: z.string().catch(""),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).catch([]),
});

/** The error that a failed response stands for. Reads the body. */
export async function errorOf(response: Response): Promise<TenfoldError> {
  const text = await response.text().catch(() => "");
  const { type, title, detail, errors } = problem.parse(readObject(text));
  return new TenfoldError({
    status: response.status,
    type,
    title: title || response.statusText || `HTTP ${response.status}`,
    detail: detail || title || text.slice(0, 200),
    errors,
  });
}

function readObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
