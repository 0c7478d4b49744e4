import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { backend } from "../../shared/resources/backend.ts";
import { workMessageSchema } from "../../shared/resources/queue.ts";
import { performSlice } from "../../shared/resources/runs/slice.ts";
import { chatSession } from "../chat-session.ts";
import { logger, warn } from "../logger.ts";

const processor = new BatchProcessor(EventType.SQS);

/** The work queue: each message lets one run go on for a slice. */
export const handler = (event: SQSEvent, context: Context) =>
  processPartialResponse(event, (record: SQSRecord) => work(record, context), processor, { context });

async function work(record: SQSRecord, context: Context): Promise<void> {
  const { tenant, run } = workMessageSchema.parse(JSON.parse(record.body));
  const remainingMilliseconds = () => context.getRemainingTimeInMillis();
  const chat = await chatSession();
  const end = await performSlice(backend(), { tenant, run, remainingMilliseconds, warn, chat });
  logger.info("slice ended", { tenant, run, end });
}
