import * as z from "zod";

/**
 * What the work queue carries: "this run can go on". `fence` is the run's fence when the message was sent;
 * it tells a dead letter whether anybody has taken the run since.
 */
export const workMessageSchema = z.object({
  tenant: z.string().min(1),
  run: z.string().min(1),
  fence: z.int().default(0),
});
export type WorkMessage = z.infer<typeof workMessageSchema>;

export interface Queue {
  send(message: WorkMessage): Promise<void>;
}

/** A queue at SQS, or at whatever `AWS_ENDPOINT_URL_SQS` points to; the SDK is loaded on first use. */
export function openQueue(QueueUrl: string): Queue {
  let loaded: ReturnType<typeof load> | undefined;
  return {
    async send(message) {
      loaded ??= load();
      const { sqs, client } = await loaded;
      await client.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
    },
  };
}

async function load() {
  const sqs = await import("@aws-sdk/client-sqs");
  return { sqs, client: new sqs.SQSClient({}) };
}
