/** One field that was refused; `path` is a JSON pointer such as `/training/steps`. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** An answer of the API that is an error, or the want of an answer (status 0). */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  readonly title: string;
  readonly errors: readonly FieldError[];

  constructor(status: number, title: string, detail: string, errors: readonly FieldError[] = []) {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.errors = errors;
  }
}

/** The error in a failed answer's body: problem+json, what API Gateway says itself, or neither. */
export function errorOf(status: number, statusText: string, body: string): ApiError {
  const { title, detail, message, errors } = readObject(body);
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const heading = text(title) || statusText || `HTTP ${status}`;
  const fields = Array.isArray(errors) ? errors.filter(isFieldError) : [];
  return new ApiError(status, heading, text(detail) || text(message) || heading, fields);
}

/** Whether an answer says that the key is missing or wrong: 401, or the 403 that API Gateway gives itself. */
export const isKeyRefused = (status: number, type: string | null): boolean =>
  status === 401 || (status === 403 && !(type ?? "").startsWith("application/problem+json"));

function readObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function isFieldError(value: unknown): value is FieldError {
  if (typeof value !== "object" || value === null) return false;
  const { path, message } = value as { path?: unknown; message?: unknown };
  return typeof path === "string" && typeof message === "string";
}
