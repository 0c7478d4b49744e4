/** Names and places of the local stack's resources, which the table, the bucket and the queues agree on. */
export const REGION = "us-east-1";
/** Account that the embedded endpoints put into ARNs and queue URLs. */
export const ACCOUNT = "000000000000";
export const TABLE = "tenfold";
export const BUCKET = "tenfold";
export const QUEUES = {
  runs: "tenfold-runs",
  deadRuns: "tenfold-runs-dead",
  uploads: "tenfold-uploads",
  deadUploads: "tenfold-uploads-dead",
} as const;

export function queueArn(name: string): string {
  return `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
}

export function queueUrl(endpoint: string, name: string): string {
  return `${endpoint}/${ACCOUNT}/${name}`;
}

/** What an AWS SDK client needs to talk to an embedded endpoint. */
export function clientConfig(endpoint: string) {
  return { endpoint, region: REGION, credentials: { accessKeyId: "local", secretAccessKey: "local" } };
}
