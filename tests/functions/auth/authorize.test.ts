import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { apiKeyItemKey, bearerKey, newApiKey } from "../../../functions/auth/api-key.ts";
import { handler } from "../../../functions/auth/authorize.ts";
import { TABLE } from "../../../infra/local/services/names.ts";
import { type Endpoint, serveTable } from "../../../infra/local/services/table.ts";

const folder = await mkdtemp(join(tmpdir(), "tenfold-keys-"));
let endpoint: Endpoint;

beforeAll(async () => {
  endpoint = await serveTable(join(folder, "table"), 0);
  const variables = {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${endpoint.port}`,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    TABLE_NAME: TABLE,
    BUCKET_NAME: "none",
    QUEUE_URL: "none",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});

afterAll(async () => {
  await endpoint.close();
  await rm(folder, { recursive: true });
});

/** `npm run key`, in a process of its own as its user runs it. */
async function createKey(...options: string[]): Promise<string> {
  const program = join(import.meta.dirname, "../../../infra/aws/create-key.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...options]);
  return stdout.trim();
}

function authorize(authorization?: string) {
  const headers = authorization === undefined ? {} : { authorization };
  return handler({ headers } as APIGatewayRequestAuthorizerEventV2);
}

describe("an API key", () => {
  it("lets its tenant in, and is not in the table", async () => {
    const key = await createKey("--table", TABLE, "--tenant", "acme", "--name", "notebook");
    expect(await authorize(`Bearer ${key}`)).toEqual({ isAuthorized: true, context: { tenant: "acme" } });

    const { Items } = await new DynamoDBClient({}).send(new ScanCommand({ TableName: TABLE }));
    expect(Items).toHaveLength(1);
    expect(Items?.[0]).toMatchObject({ tenant: { S: "acme" }, name: { S: "notebook" } });
    expect(JSON.stringify(Items)).not.toContain(key.slice(3));
  });

  it("that nobody made lets nobody in", async () => {
    expect(await authorize(`Bearer ${newApiKey()}`)).toEqual({ isAuthorized: false });
  });

  it("is not made for a tenant that could be taken for a path", async () => {
    await expect(createKey("--table", TABLE, "--tenant", "a/b")).rejects.toMatchObject({ code: 2 });
  });
});

it.each([
  undefined,
  "",
  "Bearer",
  "Bearer tf_short",
  newApiKey(),
  `Basic ${newApiKey()}`,
  `Bearer ${newApiKey()} ${newApiKey()}`,
])("refuses the header %j without a look at the table", async (header) => {
  expect(bearerKey(header)).toBeUndefined();
  expect(await authorize(header)).toEqual({ isAuthorized: false });
});

it("finds in a header the key that was put there, and every key a place of its own", () => {
  const keys = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((b) => `tf_${Buffer.from(b).toString("base64url")}`);
  fc.assert(
    fc.property(keys, fc.constantFrom("Bearer", "bearer", "BEARER"), (key, scheme) => {
      expect(bearerKey(`${scheme} ${key}`)).toBe(key);
    }),
  );
  fc.assert(
    fc.property(keys, keys, (one, other) => {
      expect(apiKeyItemKey(one).PK === apiKeyItemKey(other).PK).toBe(one === other);
    }),
  );
});
