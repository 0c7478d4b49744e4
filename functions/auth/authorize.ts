import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from "aws-lambda";
import { tenantOfKey } from "../../shared/resources/api-keys.ts";
import { backend } from "../../shared/resources/backend.ts";

/** Lambda authorizer of the HTTP API, payload 2.0 with a simple response: an API key stands for its tenant. */
export const handler = async (
  event: APIGatewayRequestAuthorizerEventV2,
): Promise<APIGatewaySimpleAuthorizerWithContextResult<{ tenant: string }>> => {
  const [, key = ""] = /^Bearer\s+(\S+)$/i.exec(event.headers?.authorization ?? "") ?? [];
  const tenant = await tenantOfKey(backend(), key);
  return { isAuthorized: tenant !== undefined, context: { tenant: tenant ?? "" } };
};
