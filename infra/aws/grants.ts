import { Stack } from "aws-cdk-lib";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { tableSchema } from "../../shared/resources/table-schema.ts";
import type { Access } from "./access.ts";
import { acknowledge } from "./checks.ts";
import type { Data } from "./data.ts";

/** Writes into a role's policy what `access` allows, and no more. */
export function grantAccess(role: Role, access: Access, data: Data): void {
  for (const statement of [...tableStatements(access, data), ...queueStatements(access, data)])
    role.addToPolicy(statement);
  grantObjects(role, access, data);
}

/** A role sees the partitions of tenants or those of API keys, never both. */
function tableStatements(
  { table = [], live, apiKeys }: Access,
  { table: { tableArn } }: Data,
): PolicyStatement[] {
  const statements: PolicyStatement[] = [];
  if (table.length > 0) statements.push(onPartitions("TENANT#*", table, tableArn));
  if (apiKeys) statements.push(onPartitions("KEY#*", ["GetItem"], tableArn));
  if (live) {
    const resources = [`${tableArn}/index/${tableSchema.index.name}`];
    statements.push(new PolicyStatement({ actions: ["dynamodb:Query"], resources }));
  }
  return statements;
}

function onPartitions(keys: string, actions: readonly string[], tableArn: string): PolicyStatement {
  return new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [tableArn],
    conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [keys] } },
  });
}

function queueStatements({ send }: Access, { queues }: Data): PolicyStatement[] {
  if (!send) return [];
  return [new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [queues.runs.queueArn] })];
}

/** The bucket's keys begin with the tenant, which differs by request: a role is held to a part of each tenant's. */
function grantObjects(role: Role, { bucket: parts = {}, list }: Access, { bucket }: Data): void {
  if (list)
    role.addToPolicy(new PolicyStatement({ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] }));
  for (const [part, actions] of Object.entries(parts)) {
    role.addToPolicy(
      new PolicyStatement({
        actions: actions.map((action) => `s3:${action}`),
        resources: [bucket.arnForObjects(`*/${part}/*`)],
      }),
    );
    acknowledge(
      role,
      `AwsSolutions-IAM5[Resource::${exportName(bucket)}/*/${part}/*]`,
      `The objects of a tenant's ${part} have names that are not known beforehand`,
    );
  }
}

/** Name under which the bucket's ARN is handed from its stack to the others; cdk-nag names findings by it. */
function exportName(bucket: Bucket): string {
  const stack = Stack.of(bucket);
  const imported: { "Fn::ImportValue": string } = stack.resolve(stack.exportValue(bucket.bucketArn));
  return imported["Fn::ImportValue"];
}
