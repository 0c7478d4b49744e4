import type { S3Event } from "aws-lambda";
import { backend } from "../../shared/resources/backend.ts";
import { fromUploadKey, ingestDataset } from "../../shared/resources/datasets/ingest.ts";

/** The bucket: checks what was uploaded for a data set. Keys come form-encoded. */
export const handler = async (event: S3Event): Promise<void> => {
  for (const { s3 } of event.Records) {
    const dataset = fromUploadKey(decodeURIComponent(s3.object.key.replaceAll("+", " ")));
    if (dataset !== undefined) await ingestDataset(backend(), dataset.tenant, dataset.id);
  }
};
