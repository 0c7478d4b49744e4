import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from "aws-lambda";
import * as z from "zod";
import { backend } from "../../shared/resources/backend.ts";
import { apiKeyItemKey, bearerKey } from "./api-key.ts";

const stored = z.object({ tenant: z.string().min(1) });

type Answer = Partial<APIGatewaySimpleAuthorizerWithContextResult<{ tenant: string }>> & {
  isAuthorized: boolean;
};

/** Tells API Gateway which tenant an API key belongs to; what it answers is kept for five minutes. */
export async function handler({ headers }: APIGatewayRequestAuthorizerEventV2): Promise<Answer> {
  const key = bearerKey(headers?.authorization);
  const item = key === undefined ? undefined : await backend().table.get(apiKeyItemKey(key));
  if (item === undefined) return { isAuthorized: false };
  return { isAuthorized: true, context: { tenant: stored.parse(item).tenant } };
}
