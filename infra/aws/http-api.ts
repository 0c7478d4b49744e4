import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { routes } from "../../functions/http/routes.ts";
import { acknowledge } from "./checks.ts";
import { type FunctionContext, lambdaFunction } from "./function.ts";
import { requestTimeout, waitingTimeout } from "./limits.ts";
import type { Settings } from "./settings.ts";

export interface Api {
  readonly api: HttpApi;
  readonly authorizer: LambdaFunction;
  readonly url: string;
}

const whyPublic =
  "A browser opens the console before anybody can give it a key, and the description of the API is part of the published code: neither knows anything of a tenant's, and every call that the page makes needs the key";

/**
 * The HTTP API: a function for each route, all behind one authorizer that knows the API keys but those that
 * the table of routes calls public.
 */
export function httpApi(scope: Construct, context: FunctionContext, settings: Settings): Api {
  const api = new HttpApi(scope, "Api", { apiName: settings.name, createDefaultStage: false });
  const authorizer = lambdaFunction(scope, "authorize", context, {
    memory: 256,
    timeout: requestTimeout,
    description: "Looks the caller's API key up",
  });
  const defaultAuthorizer = new HttpLambdaAuthorizer("ApiKey", authorizer, {
    identitySource: ["$request.header.Authorization"],
    responseTypes: [HttpLambdaResponseType.SIMPLE],
    resultsCacheTtl: Duration.minutes(5),
  });
  for (const route of routes) {
    const isPublic = "public" in route;
    const added = api.addRoutes({
      path: route.path,
      methods: [HttpMethod[route.method]],
      integration: new HttpLambdaIntegration(route.name, routeFunction(scope, context, route)),
      ...(!isPublic && { authorizer: defaultAuthorizer }),
    });
    if (isPublic) for (const one of added) acknowledge(one, "AwsSolutions-APIG4", whyPublic);
  }
  return { api, authorizer, url: publish(scope, api, settings) };
}

function routeFunction(scope: Construct, context: FunctionContext, route: (typeof routes)[number]) {
  return lambdaFunction(scope, route.name, context, {
    memory: 512,
    timeout: route.name === "create-run" ? waitingTimeout : requestTimeout,
    description: `${route.method} ${route.path}: ${route.summary}`,
  });
}

/** Publishes the API, within the limits of the settings and with a line in the log for each request. */
function publish(
  scope: Construct,
  api: HttpApi,
  { name, requestsPerSecond, requestBurst }: Settings,
): string {
  const logGroup = new LogGroup(scope, "AccessLog", {
    // Groups under this name do not use up the account's ten log resource policies.
    logGroupName: `/aws/vendedlogs/${name}/http-api`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const stage = new HttpStage(scope, "Stage", {
    httpApi: api,
    autoDeploy: true,
    throttle: { rateLimit: requestsPerSecond, burstLimit: requestBurst },
    accessLogSettings: {
      destination: new LogGroupLogDestination(logGroup),
      format: AccessLogFormat.custom(accessLogLine),
    },
  });
  return stage.url;
}

const accessLogLine = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  tenant: "$context.authorizer.tenant",
  ip: "$context.identity.sourceIp",
  route: "$context.routeKey",
  path: "$context.path",
  status: "$context.status",
  bytes: "$context.responseLength",
  milliseconds: "$context.responseLatency",
  error: "$context.error.message",
  authorizerError: "$context.authorizer.error",
  integrationError: "$context.integrationErrorMessage",
});
