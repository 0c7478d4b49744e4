import * as z from "zod";
import type { Clock } from "./clock.ts";
import { post } from "./http.ts";
import { LlmError } from "./llm-error.ts";
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

/**
 * A secret's text in AWS Secrets Manager: all of it, or the field `key` where it is a JSON object that has one. One
 * signed call (GetSecretValue), which does not need the service's client. Throws an `LlmError` without any of it.
 */
export async function readSecret({ arn, credentials, endpoint, clock }: SecretRequest): Promise<string> {
  const region = arn.split(":")[3] ?? "";
  const url = new URL(endpoint ?? `https://secretsmanager.${region}.${domainOf(arn)}/`);
  const body = JSON.stringify({ SecretId: arn });
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "secretsmanager.GetSecretValue",
  };
  const { signedHeaders } = await import("./signature.ts");
  const now = clock.now();
  const signed = await signedHeaders({
    service: "secretsmanager",
    region,
    credentials,
    url,
    headers,
    body,
    now,
  });
  const answer = await post({ url, headers: signed, body, timeoutMilliseconds, clock });
  if ("lost" in answer) {
    throw new LlmError("unavailable", `AWS Secrets Manager did not give ${arn}: ${answer.detail}; try again`);
  }
  if (answer.status !== 200) {
    throw new LlmError(
      "unauthorised",
      `AWS Secrets Manager did not give ${arn} (status ${answer.status}): see that it exists, and that the worker ` +
        "may read it (secretsmanager:GetSecretValue, and kms:Decrypt where it has a key of its own)",
    );
  }
  const secret = parse(answer.text, value)?.SecretString;
  const key = secret === undefined ? undefined : (parse(secret, inJson)?.key ?? secret).trim();
  if (key === undefined || key === "") {
    throw new LlmError("unauthorised", `the secret ${arn} holds no text: store the key as its plain text`);
  }
  return key;
}

const domainOf = (arn: string) => (arn.startsWith("arn:aws-cn:") ? "amazonaws.com.cn" : "amazonaws.com");

function parse<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
