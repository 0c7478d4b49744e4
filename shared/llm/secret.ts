import * as z from "zod";
import { type Clock, pause } from "./clock.ts";
import { type HttpOutcome, post } from "./http.ts";
import { LlmError } from "./llm-error.ts";
import { backoff, isPassing } from "./retry.ts";
import type { AwsCredentials } from "./signature.ts";

export interface SecretRequest {
  readonly arn: string;
  readonly credentials: AwsCredentials;
  /** Of an endpoint that takes the place of AWS's. */
  readonly endpoint?: string | undefined;
  readonly clock: Clock;
}

const value = z.looseObject({ SecretString: z.string() });
const inJson = z.looseObject({ key: z.string() });
const timeoutMilliseconds = 10_000;

const tries = 3;

/**
 * A secret's text in AWS Secrets Manager: all of it, or the field `key` where it is a JSON object that has one. One
 * signed call (GetSecretValue), which does not need the service's client. Throws an `LlmError` without any of it.
 */
export async function readSecret(request: SecretRequest): Promise<string> {
  const { arn, clock } = request;
  for (let count = 1; ; count++) {
    const answer = await getSecretValue(request);
    if (!("lost" in answer) && answer.status === 200) return keyIn(answer.text, arn);
    if (!("lost" in answer) && !isPassing(answer.status)) {
      throw new LlmError(
        "unauthorised",
        `AWS Secrets Manager did not give ${arn} (status ${answer.status}): see that it exists, and that the worker ` +
          "may read it (secretsmanager:GetSecretValue, and kms:Decrypt where it has a key of its own)",
      );
    }
    if (count === tries) {
      const why = "lost" in answer ? answer.detail : `status ${answer.status}`;
      throw new LlmError("unavailable", `AWS Secrets Manager did not give ${arn} (${why}); try later`);
    }
    await pause(clock, backoff(count, 0.5));
  }
}

async function getSecretValue({ arn, credentials, endpoint, clock }: SecretRequest): Promise<HttpOutcome> {
  const region = arn.split(":")[3] ?? "";
  const url = new URL(endpoint ?? `https://secretsmanager.${region}.${domainOf(arn)}/`);
  const body = JSON.stringify({ SecretId: arn });
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "secretsmanager.GetSecretValue",
  };
  const { signedHeaders } = await import("./signature.ts");
  const now = clock.now();
  const service = "secretsmanager";
  const signed = await signedHeaders({ service, region, credentials, url, headers, body, now });
  return await post({ url, headers: signed, body, timeoutMilliseconds, clock });
}

function keyIn(body: string, arn: string): string {
  const text = parse(body, value)?.SecretString;
  const key = text === undefined ? "" : (parse(text, inJson)?.key ?? text).trim();
  if (key === "") {
    throw new LlmError("unauthorised", `the secret ${arn} holds no text: store the key as its plain text`);
  }
  if (!isKey(key)) {
    throw new LlmError(
      "unauthorised",
      `the secret ${arn} holds no key: a key is printable ASCII without spaces`,
    );
  }
  return key;
}

/** What could not be part of a header would be part of the error that says so. */
export const isKey = (text: string): boolean => /^[\x21-\x7e]+$/.test(text);

const domainOf = (arn: string) => (arn.startsWith("arn:aws-cn:") ? "amazonaws.com.cn" : "amazonaws.com");

function parse<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
