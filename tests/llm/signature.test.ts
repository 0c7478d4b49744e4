import { createHash, createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { expect, it } from "vitest";
import { openSession } from "../../shared/llm/session.ts";
import { useChatServer } from "./chat-server.ts";
import { skippingClock } from "./manual-clock.ts";
import { bedrock, configured } from "./providers.ts";
import { good, question } from "./verdict.ts";

const server = useChatServer();
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

interface Signed {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Signature Version 4 from its description: what the `Authorization` of a POST ought to be. */
function authorization(
  { path, headers, body }: Signed,
  names: readonly string[],
  secret: string,
  scope: string,
) {
  const [, , region = "", service = ""] = scope.split("/");
  const date = String(headers["x-amz-date"]);
  const canonical = [
    "POST",
    path.split("/").map(encodeURIComponent).join("/"),
    "",
    ...names.map((name) => `${name}:${String(headers[name]).trim()}`),
    "",
    names.join(";"),
    sha256(body),
  ].join("\n");
  const credential = scope.split("/").slice(1).join("/");
  const toSign = ["AWS4-HMAC-SHA256", date, credential, sha256(canonical)].join("\n");
  const key = [date.slice(0, 8), region, service, "aws4_request"].reduce<string | Buffer>(
    hmac,
    `AWS4${secret}`,
  );
  const signature = hmac(key, toSign).toString("hex");
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
}

it("has a verifier that agrees with AWS's own vector post-vanilla", () => {
  const headers = { host: "example.amazonaws.com", "x-amz-date": "20150830T123600Z" };
  const scope = "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request";
  const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  expect(authorization({ path: "/", headers, body: "" }, ["host", "x-amz-date"], secret, scope)).toMatch(
    /Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b$/,
  );
});

it.each([
  "test-model",
  "eu.anthropic.claude-test-v1:0",
  "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/x",
])("signs calls of Bedrock where there is no API key: %s", async (model) => {
  server.script({ body: bedrock.answered(good) });
  const credentials = {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    sessionToken: "a-session-token",
  };
  const configuration = configured(bedrock, server.url, { key: undefined, credentials, model });
  await openSession(configuration, { clock: skippingClock() }).model().complete(question());
  const [received] = server.received;
  if (received === undefined) throw new Error("nothing came");
  expect(received.path).toBe(`/model/${encodeURIComponent(model)}/converse`);
  expect(received.headers["x-amz-security-token"]).toBe("a-session-token");
  const given = String(received.headers.authorization);
  const [, scope = "", names = ""] = /Credential=(\S+), SignedHeaders=(\S+),/.exec(given) ?? [];
  expect(names.split(";")).toEqual(expect.arrayContaining(["host", "x-amz-date", "x-amz-security-token"]));
  expect(scope).toBe("AKIDEXAMPLE/20260101/eu-west-1/bedrock/aws4_request");
  const signed = { ...received, body: JSON.stringify(received.body) };
  expect(given).toBe(authorization(signed, names.split(";"), credentials.secretAccessKey, scope));
});

it("says what Bedrock needs where there is neither a key nor credentials", async () => {
  const configuration = configured(bedrock, server.url, { key: undefined });
  await expect(openSession(configuration).model().complete(question())).rejects.toMatchObject({
    kind: "unauthorised",
    message: expect.stringMatching(/AWS credentials.+TENFOLD_LLM_KEY/),
  });
});
