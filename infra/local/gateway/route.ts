import type { Route } from "../../../functions/http/routes.ts";

export type PathParameters = Record<string, string>;

/** Where a request goes: to a route, or, for want of one, what to say. */
export type Match<R extends Route> =
  | { readonly kind: "route"; readonly route: R; readonly pathParameters: PathParameters }
  | { readonly kind: "method"; readonly allowed: readonly string[] }
  | { readonly kind: "path" };

/**
 * Finds the route of a method and a percent-encoded path. Literal segments go before parameters, as in API
 * Gateway; HEAD goes where GET goes.
 *
 * @throws {URIError} when a segment is not valid percent-encoding.
 */
export function matchRoute<R extends Route>(routes: readonly R[], method: string, path: string): Match<R> {
  const segments = path.split("/").map(decodeURIComponent);
  const found = routes
    .map((route) => ({ route, template: route.path.split("/") }))
    .filter(({ template }) => fits(template, segments))
    .sort((a, b) => parameters(a.template) - parameters(b.template));
  const wanted = method === "HEAD" ? "GET" : method;
  const best = found.find(({ route }) => route.method === wanted);
  if (best) return { kind: "route", route: best.route, pathParameters: bind(best.template, segments) };
  if (found.length === 0) return { kind: "path" };
  const methods = found.map(({ route }) => route.method as string);
  return { kind: "method", allowed: [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"] };
}

const PARAMETER = /^\{(\w+)\}$/;

function fits(template: readonly string[], segments: readonly string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, i) => (PARAMETER.test(part) ? segments[i] !== "" : part === segments[i]))
  );
}

function parameters(template: readonly string[]): number {
  return template.filter((part) => PARAMETER.test(part)).length;
}

function bind(template: readonly string[], segments: readonly string[]): PathParameters {
  const bound: PathParameters = {};
  template.forEach((part, i) => {
    const name = PARAMETER.exec(part)?.[1];
    if (name !== undefined) bound[name] = segments[i] ?? "";
  });
  return bound;
}
