import type { S3Event } from "aws-lambda";
import { checkModel } from "../../shared/lm/check-model.ts";
import { backend } from "../../shared/resources/backend.ts";
import { fromUploadKey, ingestDataset } from "../../shared/resources/datasets/ingest.ts";
import { fromModelUploadKey, ingestModel } from "../../shared/resources/models/ingest.ts";

/** The bucket: checks what was uploaded for a data set or a model. Keys come form-encoded. */
export const handler = async (event: S3Event): Promise<void> => {
  for (const { s3 } of event.Records) {
    const key = decodeURIComponent(s3.object.key.replaceAll("+", " "));
    const [dataset, model] = [fromUploadKey(key), fromModelUploadKey(key)];
    if (dataset !== undefined) await ingestDataset(backend(), dataset.tenant, dataset.id);
    if (model !== undefined) await ingestModel(backend(), model.tenant, model.id, checkModel);
  }
};
