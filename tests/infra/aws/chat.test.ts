import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { chatVariables, grantChat } from "../../../infra/aws/chat.ts";
import { readSettings } from "../../../infra/aws/settings.ts";
import { readChatEnvironment } from "../../../shared/llm/environment.ts";
import { synthesise } from "./synthesised.ts";

const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:chat-model-a1B2c3";
const bedrock = { llmProvider: "bedrock", llmModel: "eu.anthropic.claude-test-v1:0", llmConcurrency: "2" };

const list = (value: unknown) => (Array.isArray(value) ? value : [value]);
const policy = z.object({
  Roles: z.array(z.object({ Ref: z.string() })),
  PolicyDocument: z.object({
    Statement: z.array(
      z.object({
        Action: z.preprocess(list, z.array(z.string())),
        Resource: z.preprocess(list, z.array(z.unknown())),
      }),
    ),
  }),
});

/** Who may do what of chat models, on what. */
const rights = (template: Template) =>
  Object.values(template.findResources("AWS::IAM::Policy")).flatMap(({ Properties }) => {
    const { Roles, PolicyDocument } = policy.parse(Properties);
    return PolicyDocument.Statement.flatMap(({ Action, Resource }) => {
      const chat = Action.filter((action) => /^(secretsmanager|bedrock):/.test(action));
      if (chat.length === 0) return [];
      return [
        {
          role: Roles.map(({ Ref }) => Ref).join(),
          Action,
          Resource: Resource.map((one) => JSON.stringify(one)),
        },
      ];
    });
  });

const settingsOf = (given: Readonly<Record<string, string>>) =>
  readSettings(new App({ context: given }).node);

/** The rights of a function in a stack of its own. */
function granted(given: Readonly<Record<string, string>>) {
  const stack = new Stack(new App(), "stack");
  const code = Code.fromInline("exports.handler = () => 1");
  const work = new LambdaFunction(stack, "Work", {
    runtime: Runtime.NODEJS_24_X,
    handler: "index.handler",
    code,
  });
  grantChat(work, settingsOf(given));
  return rights(Template.fromStack(stack));
}

describe("the deployed stacks", () => {
  it("let the worker alone know its chat model and call it, within the AWS Solutions rules", () => {
    const { app, compute } = synthesise(bedrock);
    const knowing = Object.entries(compute.findResources("AWS::Lambda::Function")).filter(([, resource]) =>
      JSON.stringify(resource).includes("TENFOLD_LLM"),
    );
    expect(knowing.map(([id]) => id)).toEqual([expect.stringMatching(/^WorkFunction/)]);
    expect(knowing[0]?.[1].Properties.Environment.Variables).toMatchObject({
      TENFOLD_LLM_PROVIDER: "bedrock",
      TENFOLD_LLM_MODEL: "eu.anthropic.claude-test-v1:0",
      TENFOLD_LLM_CONCURRENCY: "2",
    });
    expect(rights(compute)).toEqual([
      {
        role: expect.stringMatching(/^WorkRole/),
        Action: ["bedrock:InvokeModel"],
        Resource: [
          expect.stringMatching(
            /:bedrock:.*AWS::Region.+AWS::AccountId.+:inference-profile\/eu\.anthropic\.claude-test-v1:0"/,
          ),
          expect.stringMatching(/:bedrock:\*::foundation-model\/anthropic\.claude-test-v1:0"/),
        ],
      },
    ]);
    expect(new AwsSolutionsChecks(app).validateScope(app)).toMatchObject({ success: true, violations: [] });
  });
});

describe("the worker", () => {
  const openai = { llmProvider: "openai", llmModel: "some-model", llmSecretArn: arn };

  it("finds every setting under its variable's name", () => {
    const given = {
      ...openai,
      llmUrl: "https://example.com/v1",
      llmInputPrice: "2.5",
      llmOutputPrice: "10",
      llmBudget: "5",
      llmRequestsPerMinute: "60",
      llmTokensPerMinute: "9000",
      llmTimeoutSeconds: "30",
      llmAttempts: "3",
    };
    expect(readChatEnvironment(chatVariables(settingsOf(given)))).toMatchObject({
      provider: "openai",
      model: "some-model",
      secretArn: arn,
      url: "https://example.com/v1",
      prices: { input: 2.5, output: 10 },
      budget: 5,
      requestsPerMinute: 60,
      tokensPerMinute: 9000,
      timeoutMilliseconds: 30_000,
      attempts: 3,
    });
  });

  it("may read the secret of its key, and that one alone", () => {
    const read = { Action: ["secretsmanager:GetSecretValue"], Resource: [JSON.stringify(arn)] };
    expect(granted(openai)).toMatchObject([read]);
    // Of Bedrock with a key of its own, its role has no part in it.
    expect(granted({ ...openai, llmProvider: "bedrock" })).toMatchObject([read]);
  });

  it("may call that one model of Bedrock", () => {
    const [right, ...others] = granted({ ...bedrock, llmModel: "amazon.nova-lite-v1:0" });
    expect(others).toEqual([]);
    expect(right?.Action).toEqual(["bedrock:InvokeModel"]);
    expect(right?.Resource).toEqual([expect.stringMatching(/::foundation-model\/amazon\.nova-lite-v1:0"/)]);
    expect(right?.Resource.join()).not.toContain("*");
    const model = "arn:aws:bedrock:eu-west-1:123456789012:provisioned-model/abc123def456";
    expect(granted({ ...bedrock, llmModel: model })).toMatchObject([{ Resource: [JSON.stringify(model)] }]);
  });

  it("may do nothing without a chat model", () => {
    expect(granted({})).toEqual([]);
    expect(chatVariables(settingsOf({}))).toEqual({});
  });

  it.each([
    ["TENFOLD_LLM_MODEL", { llmProvider: "openai", llmSecretArn: arn }],
    ["llmProvider", { llmModel: "m" }],
    ["TENFOLD_LLM_SECRET_ARN", { ...openai, llmSecretArn: "sk-a-key" }],
    ["TENFOLD_LLM_KEY", { llmProvider: "anthropic", llmModel: "m" }],
  ])("is not deployed with what is wrong: %s", (name, given) => {
    expect(() => chatVariables(settingsOf(given))).toThrow(name);
  });
});
