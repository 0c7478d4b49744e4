import { createHash } from "node:crypto";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { handler as getConsole } from "../../functions/http/get-console.ts";
import { handler as getDocs } from "../../functions/http/get-docs.ts";
import { gatewayEvent } from "../../infra/local/gateway/event.ts";
import { lambdaContext } from "../fixtures/call.ts";

afterEach(() => vi.unstubAllEnvs());

const pages = [
  ["the console", getConsole, "/"],
  ["the reference", getDocs, "/docs"],
] as const;

/** Asks for a page as API Gateway does on a route without an authorizer. */
async function ask(handler: typeof getConsole, path: string, headers: Record<string, string> = {}) {
  const wire = {
    method: "GET",
    target: path,
    rawHeaders: Object.entries(headers).flat(),
    body: new Uint8Array(),
  };
  const event = gatewayEvent(
    { ...wire, httpVersion: "1.1", sourceIp: "127.0.0.1" },
    { method: "GET", path },
    {},
  );
  const { authorizer: _, ...requestContext } = event.requestContext;
  const {
    statusCode,
    headers: answered = {},
    body = "",
    isBase64Encoded,
  } = await handler({ ...event, requestContext }, lambdaContext());
  return {
    status: statusCode,
    headers: answered,
    body: Buffer.from(body, isBase64Encoded ? "base64" : "utf8"),
  };
}

describe.each(pages)("%s", (_name, handler, path) => {
  test("is there without a key, whole in one page, compressed as it is asked for", async () => {
    const plain = await ask(handler, path);
    expect(plain).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
    const html = plain.body.toString();
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(
      /<script[^>]+src|<link[^>]+stylesheet|@import|https?:\/\/(?!www\.w3\.org)[^"'\s]*\.(js|css|woff2?)/,
    );
    const brotli = await ask(handler, path, { "accept-encoding": "gzip, deflate, br" });
    expect(brotli.headers["content-encoding"]).toBe("br");
    expect(brotliDecompressSync(brotli.body).toString()).toBe(html);
    const gzip = await ask(handler, path, { "accept-encoding": "gzip, br;q=0" });
    expect(gzip.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(gzip.body).toString()).toBe(html);
    expect(
      (await ask(handler, path, { "accept-encoding": "br;q=0, gzip;q=0.0" })).headers,
    ).not.toHaveProperty("content-encoding");
  });

  test("is not sent again while it is the same", async () => {
    const { headers } = await ask(handler, path);
    const again = await ask(handler, path, { "if-none-match": String(headers.etag) });
    expect(again).toMatchObject({
      status: 304,
      headers: { etag: headers.etag, "cache-control": "no-cache" },
    });
    expect(again.body).toHaveLength(0);
  });

  test("runs its own script and style and no other, and reaches the API and the bucket alone", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_S3", undefined);
    vi.stubEnv("BUCKET_NAME", "files");
    vi.stubEnv("AWS_REGION", "eu-north-1");
    const { headers, body } = await ask(handler, path);
    const policy = new Map(
      String(headers["content-security-policy"])
        .split("; ")
        .map((part) => [part.split(" ")[0], part.split(" ").slice(1)]),
    );
    const html = body.toString();
    const hashOf = (element: string) => {
      const inside = new RegExp(`<${element}>([\\s\\S]*)</${element}>`).exec(html)?.[1] ?? "";
      return `'sha256-${createHash("sha256").update(inside).digest("base64")}'`;
    };
    expect(policy.get("default-src")).toEqual(["'none'"]);
    expect(policy.get("script-src")).toEqual([hashOf("script")]);
    expect(policy.get("style-src")).toEqual([hashOf("style")]);
    expect(policy.get("connect-src")).toEqual(["'self'", "https://files.s3.eu-north-1.amazonaws.com"]);
    expect(policy.get("frame-ancestors")).toEqual(["'none'"]);
  });

  test("is small", async () => {
    const { body } = await ask(handler, path);
    expect(body.length).toBeLessThan(190_000);
  });
});
