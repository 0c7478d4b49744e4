import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import * as z from "zod";
import { didYouMean } from "../../shared/resources/nearest.ts";
import { toPointer } from "../../shared/resources/parse-input.ts";
import { type FieldError, Problem, type ProblemJson } from "../../shared/resources/problem.ts";
import { logger, toError } from "../logger.ts";
import { maxBodyBytes } from "./parameters.ts";

export type Handler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** One call of the API, read with care: each part throws a problem when it is not as it should be. */
export interface Call {
  /** Whose call it is. Throws on a public route, which knows nobody. */
  readonly tenant: string;
  /** A segment of the path. */
  param(name: string): string;
  query<T extends z.ZodObject>(schema: T): z.output<T>;
  /** A header of the request, by its name in lower case. */
  header(name: string): string | undefined;
  /** The body as JSON; an empty object where there is none. */
  body(): unknown;
}

/** Makes a handler out of what a route does: every error becomes problem+json, and none leaks its inside. */
export const respond =
  (answer: (call: Call) => Promise<APIGatewayProxyStructuredResultV2>): Handler =>
  async (event, context) => {
    try {
      return await answer(readCall(event));
    } catch (error) {
      if (error instanceof Problem) return problem(error.json);
      logger.addContext(context);
      logger.error(`${event.routeKey} failed`, toError(error));
      return problem(new Problem("internal", `it is in the log under request ${context.awsRequestId}`).json);
    }
  };

export function json(
  statusCode: number,
  body: unknown,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

export const empty = (
  statusCode: 204 | 304,
  headers: Record<string, string> = {},
): APIGatewayProxyStructuredResultV2 => ({ statusCode, headers });

/** To a file; the link may be followed for a few minutes, so it is not to be kept. */
export const redirect = (location: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 302,
  headers: { location, "cache-control": "no-store" },
});

function problem(body: ProblemJson): APIGatewayProxyStructuredResultV2 {
  const headers = { "content-type": "application/problem+json" };
  return { statusCode: body.status, headers, body: JSON.stringify(body) };
}

const authorized = z.object({ authorizer: z.object({ lambda: z.object({ tenant: z.string().min(1) }) }) });

function readCall(event: APIGatewayProxyEventV2): Call {
  return {
    get tenant() {
      return authorized.parse(event.requestContext).authorizer.lambda.tenant;
    },
    param(name) {
      const value = event.pathParameters?.[name];
      if (value !== undefined && value.length <= 256) return value;
      throw new Problem("not-found", `there is no such ${name}`);
    },
    query(schema) {
      const given = event.queryStringParameters ?? {};
      const parsed = schema.safeParse(given);
      if (parsed.success) return parsed.data;
      const errors = parsed.error.issues.flatMap((issue) => queryErrors(issue, schema, given));
      const told = errors.map(({ path, message }) => `${path.slice(1)}: ${message}`).join("; ");
      throw new Problem("malformed-request", `query parameter ${told}`, errors);
    },
    header: (name) => event.headers[name],
    body: () => readBody(event),
  };
}

function queryErrors(
  issue: z.core.$ZodIssue,
  { shape }: z.ZodObject,
  given: Readonly<Record<string, string | undefined>>,
): FieldError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: toPointer([key]),
      message: `is not a query parameter here${didYouMean(key, Object.keys(shape))}`,
    }));
  }
  const value = given[String(issue.path[0])] ?? "";
  const hint = issue.code === "invalid_value" ? didYouMean(value, issue.values.map(String)) : "";
  return [{ path: toPointer(issue.path), message: `${issue.message}${hint}` }];
}

function readBody({ body = "", isBase64Encoded }: APIGatewayProxyEventV2): unknown {
  const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > maxBodyBytes) {
    throw new Problem("too-large", `the body has ${bytes.length} bytes; ${maxBodyBytes} are allowed`);
  }
  const text = bytes.toString("utf8");
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new Problem("malformed-request", `the body is not JSON: ${detail}`, [
      { path: "", message: detail },
    ]);
  }
}
