import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { backend } from "../../shared/resources/backend.ts";
import { workMessageSchema } from "../../shared/resources/queue.ts";
import { buryRun } from "../../shared/resources/runs/tidy.ts";
import { logger } from "../logger.ts";

const processor = new BatchProcessor(EventType.SQS);

/** The dead letters of the work queue: their runs end, if nobody else has them. */
export const handler = (event: SQSEvent, context: Context) =>
  processPartialResponse(event, bury, processor, { context });

async function bury(record: SQSRecord): Promise<void> {
  const message = workMessageSchema.parse(JSON.parse(record.body));
  logger.error("a message could not be worked on", { ...message, done: await buryRun(backend(), message) });
}
