import { once } from "node:events";
import { type IncomingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { GatewayEvent } from "../../../infra/local/gateway/event.ts";
import { createGateway } from "../../../infra/local/gateway/server.ts";

const routes = [
  { name: "list", method: "GET", path: "/v1/things", tag: "api", summary: "" },
  { name: "create", method: "POST", path: "/v1/things", tag: "api", summary: "" },
  { name: "get", method: "GET", path: "/v1/things/{thing}", tag: "api", summary: "" },
  { name: "latest", method: "GET", path: "/v1/things/latest", tag: "api", summary: "" },
  { name: "part", method: "GET", path: "/v1/things/{thing}/parts/{name}", tag: "api", summary: "" },
] as const;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let server: Server;
let port: number;
let events: { readonly name: string; readonly event: GatewayEvent }[];
let result: unknown;

beforeAll(async () => {
  server = createGateway(routes, ({ name }) => async (event) => {
    events.push({ name, event });
    if (result instanceof Error) throw result;
    return result;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());
beforeEach(() => {
  events = [];
  result = { statusCode: 200 };
});

async function call(
  method: string,
  path: string,
  headers: Record<string, string | string[]> = {},
  body?: Uint8Array | string,
): Promise<Answer> {
  const sent = request({ host: "127.0.0.1", port, method, path, headers });
  sent.end(body);
  const [response] = await once(sent, "response");
  const chunks: Buffer[] = await Array.fromAsync(response);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

async function eventOf(...parameters: Parameters<typeof call>): Promise<GatewayEvent> {
  events = [];
  await call(...parameters);
  const event = events[0]?.event;
  if (event === undefined) throw new Error("no function was called");
  return event;
}

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const wellFormed = text.filter((value) => value.isWellFormed());

describe("events", () => {
  test("path parameters arrive decoded, whatever they hold", async () => {
    const property = fc.asyncProperty(wellFormed, wellFormed, async (thing, name) => {
      const path = `/v1/things/${encodeURIComponent(thing)}/parts/${encodeURIComponent(name)}`;
      const event = await eventOf("GET", path);
      expect(event.pathParameters).toEqual({ thing, name });
      expect(event.rawPath).toBe(`/v1/things/${thing}/parts/${name}`);
      expect(event.requestContext.http.path).toBe(event.rawPath);
      expect(event.routeKey).toBe("GET /v1/things/{thing}/parts/{name}");
    });
    await fc.assert(property, { numRuns: 200 });
  });

  test("the query arrives raw and decoded, repeated names joined by commas", async () => {
    const pairs = fc.array(fc.tuple(fc.constantFrom("a", "b", "ü", "x y"), wellFormed), { maxLength: 6 });
    const property = fc.asyncProperty(pairs, fc.boolean(), async (given, plus) => {
      const encoded = given.map(
        ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
      );
      const query = encoded.join("&").replaceAll("%20", plus ? "+" : "%20");
      const event = await eventOf("GET", `/v1/things?${query}`);
      expect(event.rawQueryString).toBe(query);
      const expected: Record<string, string> = {};
      for (const [name, value] of given) {
        expected[name] = name in expected ? `${expected[name]},${value}` : value;
      }
      expect(event.queryStringParameters).toEqual(given.length === 0 ? undefined : expected);
    });
    await fc.assert(property, { numRuns: 200 });
  });

  test("header names are lower-cased, repeated headers joined, cookies apart", async () => {
    const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    const property = fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 4 }), async (values) => {
      const event = await eventOf("GET", "/v1/things", { "X-Some-Thing": values, Cookie: "a=1; b=2" });
      expect(event.headers["x-some-thing"]).toBe(values.join(","));
      expect(Object.keys(event.headers).every((name) => name === name.toLowerCase())).toBe(true);
      expect(event.cookies).toEqual(["a=1", "b=2"]);
      expect(event.headers.cookie).toBeUndefined();
    });
    await fc.assert(property, { numRuns: 100 });
  });

  test("every body arrives byte for byte, as text or in base64", async () => {
    const type = fc.constantFrom(
      undefined,
      "application/json",
      "application/problem+json; charset=utf-8",
      "text/plain",
      "application/octet-stream",
      "application/x-www-form-urlencoded",
    );
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      wellFormed.map((s) => Buffer.from(s)),
    );
    const property = fc.asyncProperty(type, body, async (contentType, sent) => {
      const headers = contentType === undefined ? {} : { "content-type": contentType };
      const event = await eventOf("POST", "/v1/things", headers, sent);
      const got = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
      expect(got.equals(sent)).toBe(true);
      if (contentType?.includes("octet") && sent.length > 0) expect(event.isBase64Encoded).toBe(true);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  test("have the fields of payload format 2.0", async () => {
    const event = await eventOf("POST", "/v1/things?a=1", { "content-type": "application/json" }, "{}");
    expect(event).toMatchObject({
      version: "2.0",
      routeKey: "POST /v1/things",
      rawPath: "/v1/things",
      rawQueryString: "a=1",
      body: "{}",
      isBase64Encoded: false,
      requestContext: {
        authorizer: { lambda: { tenant: "local" } },
        http: { method: "POST", path: "/v1/things", protocol: "HTTP/1.1", sourceIp: "127.0.0.1" },
        stage: "$default",
      },
    });
    expect(event.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(event).not.toHaveProperty("pathParameters");
    expect(event).not.toHaveProperty("cookies");
  });

  test("a literal segment goes before a parameter", async () => {
    await call("GET", "/v1/things/latest");
    await call("GET", "/v1/things/other");
    expect(events.map(({ name }) => name)).toEqual(["latest", "get"]);
  });
});

describe("responses", () => {
  test("base64 bodies leave as bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        const body = Buffer.from(bytes).toString("base64");
        result = { statusCode: 201, headers: { "Content-Type": "image/png" }, body, isBase64Encoded: true };
        const answer = await call("GET", "/v1/things");
        expect(answer.status).toBe(201);
        expect(answer.body.equals(bytes)).toBe(true);
        expect(answer.headers["content-type"]).toBe("image/png");
      }),
      { numRuns: 50 },
    );
  });

  test("cookies leave as headers of their own; a plain value is the JSON of a 200", async () => {
    result = { statusCode: 200, cookies: ["a=1", "b=2"] };
    expect((await call("GET", "/v1/things")).headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    result = { hello: "world" };
    const answer = await call("GET", "/v1/things");
    expect(JSON.parse(answer.body.toString())).toEqual({ hello: "world" });
    expect(answer.headers["content-type"]).toBe("application/json");
  });

  test("a 304 and a HEAD have no body", async () => {
    result = { statusCode: 304, headers: { etag: '"7"' } };
    expect((await call("GET", "/v1/things")).body.length).toBe(0);
    result = { statusCode: 200, body: "four" };
    const head = await call("HEAD", "/v1/things");
    expect(head.body.length).toBe(0);
    expect(head.headers["content-length"]).toBe("4");
  });

  test("a function that throws gives a 500 that tells nothing of why", async () => {
    result = new Error("secret detail");
    const answer = await call("GET", "/v1/things");
    expect(answer.status).toBe(500);
    expect(answer.body.toString()).not.toContain("secret");
  });
});

describe("what reaches no function", () => {
  const problem = (answer: Answer) => {
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    const parsed = JSON.parse(answer.body.toString());
    expect(parsed.status).toBe(answer.status);
    expect(events).toEqual([]);
    return answer.status;
  };

  test("an unknown path, a method that is not there, a broken path", async () => {
    expect(problem(await call("GET", "/nothing"))).toBe(404);
    expect(problem(await call("GET", "/v1/things/"))).toBe(404);
    const wrong = await call("DELETE", "/v1/things");
    expect(problem(wrong)).toBe(405);
    expect(wrong.headers.allow).toBe("GET, POST, HEAD, OPTIONS");
    expect(problem(await call("GET", "/v1/things/%E0%A4%A"))).toBe(400);
  });

  test("OPTIONS names the methods and allows no other origin", async () => {
    const answer = await call("OPTIONS", "/v1/things");
    expect(answer.status).toBe(204);
    expect(answer.headers.allow).toContain("POST");
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("a body over the limit, announced or not", async () => {
    const large = Buffer.alloc(10 * 1024 * 1024 + 1);
    const announced = { "content-length": String(large.length) };
    expect(problem(await call("POST", "/v1/things", announced))).toBe(413);
    expect(problem(await call("POST", "/v1/things", { "transfer-encoding": "chunked" }, large))).toBe(413);
  });

  test("a rebound name and a page of another origin", async () => {
    expect(problem(await call("GET", "/v1/things", { host: "evil.example" }))).toBe(403);
    expect(problem(await call("GET", "/v1/things", { host: "127.0.0.1.evil.example" }))).toBe(403);
    expect(problem(await call("POST", "/v1/things", { origin: "https://evil.example" }))).toBe(403);
    expect(problem(await call("POST", "/v1/things", { origin: "null" }))).toBe(403);
    expect(problem(await call("POST", "/v1/things", { origin: "http://127.0.0.1:1" }))).toBe(403);
  });

  test("but this machine's names and its own page do", async () => {
    for (const host of [`localhost:${port}`, `[::1]:${port}`, `127.0.0.1:${port}`]) {
      expect((await call("GET", "/v1/things", { host, origin: `http://${host}` })).status).toBe(200);
    }
  });
});
