import { type App, CfnOutput, Stack } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { filesBucket } from "./bucket.ts";
import { type Queues, runQueues } from "./queues.ts";
import type { Settings } from "./settings.ts";
import { runsTable } from "./table.ts";

/** All that outlives the code: what is lost here is lost. */
export interface Data {
  readonly table: Table;
  readonly bucket: Bucket;
  readonly queues: Queues;
}

/** The stack of the data, apart from that of the code: the code can be taken down and put back. */
export function dataStack(app: App, { name }: Settings): { stack: Stack; data: Data } {
  const stack = new Stack(app, `${name}-data`, {
    description: "Tenfold: table, bucket and queues",
    terminationProtection: true,
  });
  const data: Data = { table: runsTable(stack), bucket: filesBucket(stack), queues: runQueues(stack) };
  new CfnOutput(stack, "TableName", { value: data.table.tableName, description: "For npm run key" });
  return { stack, data };
}
