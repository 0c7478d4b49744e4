import type { Backend } from "../backend.ts";
import { Problem } from "../problem.ts";
import { finishParts } from "../uploads/transfer.ts";
import { fileOf } from "./read.ts";
import { modelUploadKey, needModel, type StoredModel } from "./stored.ts";

/**
 * Makes one file of a model of the parts that were uploaded; when it was the last file, the check begins by itself.
 * Done again, it changes nothing. Throws a 404 for an unknown model or file, a 409 while parts are missing, naming
 * them, and for a file that does not come in parts, and a 410 when the parts were dropped because they lay too long.
 */
export async function completeModelFile(
  backend: Backend,
  tenant: string,
  id: string,
  name: string,
): Promise<StoredModel> {
  const model = await needModel(backend, tenant, id);
  const { bytes, uploadId } = fileOf(model, name);
  if (model.status !== "uploading") return model;
  const found = await finishParts(
    backend,
    { key: modelUploadKey(model, name), bytes, uploadId },
    `${name} of model ${id}`,
  );
  const now = await needModel(backend, tenant, id);
  if (found === "there" || now.status !== "uploading") return now;
  throw new Problem("gone", `the parts of ${name} of model ${id} were dropped; create the model again`);
}
