import type { Backend } from "../backend.ts";
import { makeOnce } from "../claims.ts";
import { didYouMean } from "../nearest.ts";
import { invalid } from "../parse-input.ts";
import type { FieldError } from "../problem.ts";
import { uploadPatience } from "../uploads/patience.ts";
import { beginParts, type Transfer, uploadOf } from "../uploads/transfer.ts";
import { isModelFile, isWeights, whatIsMissing, whyNot } from "./file-names.ts";
import { mediaType } from "./media-type.ts";
import { presentModel } from "./present.ts";
import { type CreatedModel, maxModelBytes, maxTextBytes, type NewModel } from "./record.ts";
import { modelUploadKey, readModel, type StoredFile, type StoredModel, toItem } from "./stored.ts";

/** `replayed`: the model was made by an earlier call with the same key. */
export interface Created {
  readonly model: CreatedModel;
  readonly replayed: boolean;
}

/**
 * Registers a model that somebody brings; the answer says where each of its files goes. Calls with the same key make
 * one model, and each is answered with links that are good for an hour. Throws a 422 for files that cannot be a
 * model's, or a key that was used otherwise, and a 410 for a key whose model was deleted.
 */
export async function createModel(
  backend: Backend,
  tenant: string,
  given: NewModel,
  idempotencyKey?: string,
): Promise<Created> {
  const errors = wrongFiles(given.files);
  if (errors.length > 0) throw invalid("create-model", errors.slice(0, 50));
  const { made, replayed } = await makeOnce(
    backend,
    {
      kind: "MODEL",
      tenant,
      called: "model",
      request: given,
      make: (id, now) => make(backend, tenant, given, id, now),
      read: (id) => readModel(backend, tenant, id),
    },
    idempotencyKey,
  );
  return { model: await withUploads(backend, made), replayed };
}

/** What their names and sizes alone say against these files. */
function wrongFiles(files: NewModel["files"]): FieldError[] {
  const names = files.map(({ name }) => name);
  const each = files.flatMap(({ name, bytes }, i) => {
    const path = `/files/${i}`;
    if (!isModelFile(name)) {
      return [{ path: `${path}/name`, message: `${name} ${whyNot(name)}${didYouMean(name, commonNames)}` }];
    }
    if (names.indexOf(name) < i) return [{ path: `${path}/name`, message: `${name} is there twice` }];
    if (bytes <= maxTextBytes || isWeights(name)) return [];
    const message = `${name} has no weights, and so at most ${maxTextBytes} bytes`;
    return [{ path: `${path}/bytes`, message }];
  });
  if (each.length > 0) return each;
  const missing = whatIsMissing(names);
  if (missing !== undefined) return [{ path: "/files", message: missing }];
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= maxModelBytes) return [];
  return [{ path: "/files", message: `${total} bytes are more than the ${maxModelBytes} that are allowed` }];
}

const commonNames = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];

/**
 * Writes a model; undefined when there is one of this id. Uploads in parts that were begun for nothing have no parts,
 * and the bucket forgets them after a day.
 */
async function make(
  backend: Backend,
  tenant: string,
  given: NewModel,
  id: string,
  now: number,
): Promise<StoredModel | undefined> {
  const files = await Promise.all(
    given.files.map(async (file): Promise<StoredFile> => {
      const uploadId = await beginParts(backend, transferOf({ tenant, id }, file));
      return { ...file, ...(uploadId !== undefined && { uploadId }) };
    }),
  );
  const model: StoredModel = {
    tenant,
    id,
    name: given.name,
    createdAt: new Date(now).toISOString(),
    source: "upload",
    status: "uploading",
    summary: {},
    files,
    revision: 0,
    attempts: 0,
    due: now + uploadPatience,
    version: 1,
  };
  return (await backend.table.put(toItem(model), "absent")) ? model : undefined;
}

const transferOf = (
  model: { tenant: string; id: string },
  { name, bytes, uploadId }: StoredFile,
): Transfer => ({
  key: modelUploadKey(model, name),
  type: mediaType(name),
  bytes,
  uploadId,
});

async function withUploads(backend: Backend, model: StoredModel): Promise<CreatedModel> {
  if (model.status !== "uploading") return presentModel(model);
  const uploads = await Promise.all(
    model.files.map(async (file) => {
      const complete = `/v1/models/${model.id}/files/${file.name}/upload/complete`;
      return { name: file.name, upload: await uploadOf(backend, transferOf(model, file), complete) };
    }),
  );
  return { ...presentModel(model), uploads };
}
