import { App, Stack, Validations } from "aws-cdk-lib";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { routes } from "../../../functions/http/routes.ts";
import { access } from "../../../infra/aws/access.ts";
import { checkPractices } from "../../../infra/aws/checks.ts";
import { synthesise } from "./synthesised.ts";

const { app, all } = synthesise();

const list = (value: unknown) => (Array.isArray(value) ? value : [value]);
const statement = z.object({
  Action: z.preprocess(list, z.array(z.string())),
  Resource: z.preprocess(list, z.array(z.unknown())),
  Condition: z.unknown().optional(),
});
const policies = all("AWS::IAM::Policy").map(([id, { Properties }]) => ({
  id,
  statements: z.object({ Statement: z.array(statement) }).parse(Properties.PolicyDocument).Statement,
}));
const statements = policies.flatMap((policy) => policy.statements);

describe("policies", () => {
  it("name every action", () => {
    expect(statements.length).toBeGreaterThan(policies.length);
    for (const { Action } of statements)
      for (const action of Action) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
  });

  it("name every resource, but for the objects below a part of the bucket", () => {
    for (const { Action, Resource } of statements) {
      for (const resource of Resource) {
        const text = JSON.stringify(resource);
        if (!text.includes("*")) continue;
        expect(text).toMatch(/ImportValue.+Bucket.+"\/\*\/(runs|datasets|models)\/\*"/);
        for (const action of Action)
          expect(action).toMatch(/^s3:.+(Object|MultipartUpload|MultipartUploadParts)$/);
      }
    }
  });

  it("come with no role that AWS manages", () => {
    for (const [, { Properties }] of all("AWS::IAM::Role")) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
      expect(Properties.Policies).toBeUndefined();
    }
  });

  it("keep tenants' items and API keys apart", () => {
    const onItems = statements.filter(
      ({ Action, Resource }) =>
        Action.some((action) => action.startsWith("dynamodb:")) &&
        !JSON.stringify(Resource).includes("/index/"),
    );
    const leading = onItems.map(({ Condition }) => JSON.stringify(Condition));
    expect(leading.filter((condition) => condition.includes('"KEY#*"'))).toHaveLength(1);
    expect(leading.filter((condition) => condition.includes('"TENANT#*"'))).toHaveLength(onItems.length - 1);
  });

  it("let nobody call a chat model or read a secret where none is set up", () => {
    for (const { Action } of statements)
      for (const action of Action) expect(action).not.toMatch(/^(bedrock|secretsmanager|kms):/);
    expect(JSON.stringify(all("AWS::Lambda::Function"))).not.toContain("TENFOLD_LLM");
  });

  it("give the functions of GET routes nothing that writes", () => {
    const writes = /Put|Delete|Write|Update|Send/;
    for (const { name } of routes.filter(({ method }) => method === "GET")) {
      expect(JSON.stringify(access[name])).not.toMatch(writes);
    }
    expect(JSON.stringify(access["create-run"])).toMatch(writes);
  });
});

describe("the AWS Solutions rules", () => {
  it("find nothing that is not explained", () => {
    expect(new AwsSolutionsChecks(app).validateScope(app)).toMatchObject({ success: true, violations: [] });
  });

  it("are acknowledged with a reason each", () => {
    const reasons = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.values(z.record(z.string(), z.string()).parse(data)));
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(reason.length).toBeGreaterThan(40);
  });

  it("stop the synthesis of what breaks them", () => {
    const careless = new App();
    new Bucket(new Stack(careless, "careless"), "Open");
    checkPractices(careless);
    expect(() => careless.synth()).toThrow(/SSL/);
  });
});
