import { Aws, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { readChatEnvironment } from "../../shared/llm/environment.ts";
import { acknowledge } from "./checks.ts";
import type { Settings } from "./settings.ts";

/**
 * The variables by which the worker finds its chat model: `TENFOLD_LLM_MODEL` of `llmModel`, and so on; none where the
 * settings name none. Throws, naming what is missing or malformed.
 */
export function chatVariables(settings: Settings): Readonly<Record<string, string>> {
  const variables = Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      name.startsWith("llm") && value !== undefined ? [[variableOf(name), String(value)]] : [],
    ),
  );
  // In the function the region comes from Lambda.
  const configuration = readChatEnvironment({ AWS_REGION: "any", ...variables });
  if (configuration === undefined && Object.keys(variables).length > 0) {
    throw new Error("settings: a chat model needs llmProvider");
  }
  return variables;
}

const variableOf = (setting: string) =>
  `TENFOLD_LLM${setting.slice("llm".length).replace(/[A-Z]/g, "_$&").toUpperCase()}`;

/** Lets the worker read the key's secret, and call the one model of Bedrock, where the settings name them. */
export function grantChat(work: LambdaFunction, settings: Settings): void {
  const { llmProvider, llmModel, llmRegion, llmSecretArn } = settings;
  if (llmSecretArn !== undefined) {
    work.addToRolePolicy(
      new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [llmSecretArn] }),
    );
  }
  // With a key of Bedrock's own the worker's role has no part in it.
  if (llmProvider !== "bedrock" || llmModel === undefined || llmSecretArn !== undefined) return;
  const resources = bedrockResources(Stack.of(work), llmModel, llmRegion);
  work.addToRolePolicy(new PolicyStatement({ actions: ["bedrock:InvokeModel"], resources }));
  for (const resource of resources.filter((one) => one.includes("*")))
    acknowledge(
      work.role ?? work,
      `AwsSolutions-IAM5[Resource::${resource.replace(Aws.PARTITION, "<AWS::Partition>")}]`,
      "An inference profile calls its one model in whichever of its regions has room",
    );
}

/** Beginnings of the names of inference profiles, which send calls on to regions of their part of the world. */
const acrossRegions = /^(us|us-gov|eu|apac|jp|au|ca|sa|me|global)\./;

/** What a model's name stands for: an ARN, a foundation model, or an inference profile with the model behind it. */
function bedrockResources(stack: Stack, model: string, region = stack.region): string[] {
  if (model.startsWith("arn:")) return [model];
  const foundation = (name: string, where: string) =>
    `arn:${Aws.PARTITION}:bedrock:${where}::foundation-model/${name}`;
  const behind = model.replace(acrossRegions, "");
  if (behind === model) return [foundation(model, region)];
  const profile = `arn:${Aws.PARTITION}:bedrock:${region}:${stack.account}:inference-profile/${model}`;
  return [profile, foundation(behind, "*")];
}
