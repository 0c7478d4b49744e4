import { setTimeout as sleep } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

export interface PollerOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  /** How long a message stays hidden; renewed for as long as it is worked on. */
  readonly visibilitySeconds: number;
  /** Settles before each receive: there is somebody to take a message. */
  readonly ready: () => Promise<unknown>;
  /** Works on a message. True when it is done with; false, or a rejection, leaves it to be delivered again. */
  readonly handle: (message: Message) => Promise<boolean>;
  readonly warn: (message: string) => void;
  readonly signal: AbortSignal;
}

const LONG_POLL_SECONDS = 20;
const RETRY_MS = 500;

/**
 * Takes messages from a queue one by one until `signal` aborts, as Lambda's event source mapping does. What is not
 * done with then is given back at once.
 */
export async function pollQueue(options: PollerOptions): Promise<void> {
  while (!options.signal.aborted) {
    const message = await receive(options);
    if (message?.ReceiptHandle !== undefined) await work(options, message, message.ReceiptHandle);
  }
}

async function receive({ client, queueUrl, visibilitySeconds, ready, signal, warn }: PollerOptions) {
  try {
    await ready();
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 1,
      WaitTimeSeconds: LONG_POLL_SECONDS,
      VisibilityTimeout: visibilitySeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    const { Messages } = await client.send(command, { abortSignal: signal });
    return Messages?.[0];
  } catch (error) {
    if (signal.aborted) return undefined;
    warn(`cannot receive from ${queueUrl}: ${String(error)}`);
    await sleep(RETRY_MS);
    return undefined;
  }
}

async function work(options: PollerOptions, message: Message, receipt: string): Promise<void> {
  const { client, queueUrl, visibilitySeconds, handle, warn, signal } = options;
  const target = { QueueUrl: queueUrl, ReceiptHandle: receipt };
  const renewal = setInterval(
    () => {
      const command = new ChangeMessageVisibilityCommand({ ...target, VisibilityTimeout: visibilitySeconds });
      client.send(command).catch((error: unknown) => warn(`cannot keep a message hidden: ${String(error)}`));
    },
    (visibilitySeconds * 1000) / 3,
  );
  const giveBack = () => client.send(new ChangeMessageVisibilityCommand({ ...target, VisibilityTimeout: 0 }));
  try {
    if (!signal.aborted && (await handle(message))) await client.send(new DeleteMessageCommand(target));
    else if (signal.aborted) await giveBack();
  } catch (error) {
    warn(`a message stays in ${queueUrl}: ${String(error)}`);
  } finally {
    clearInterval(renewal);
  }
}
