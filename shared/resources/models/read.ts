import type { ModelContent, Needs } from "../../methods/contract.ts";
import type { Backend } from "../backend.ts";
import { NoSuchObject } from "../bucket.ts";
import { didYouMean } from "../nearest.ts";
import { type FieldError, Problem } from "../problem.ts";
import { mediaType } from "./media-type.ts";
import { modelFileKey, needModel, readModel, type StoredFile, type StoredModel } from "./stored.ts";

/** Bytes that one request to the bucket answers; more are read in pieces, so that a failure costs one piece. */
const pieceBytes = 64 * 1024 ** 2;

/** The files of a model, read from the bucket by ranges of bytes; `keyOf` says where each lies. */
export function contentOf(
  { bucket }: Backend,
  { id, name, files }: StoredModel,
  keyOf: (file: StoredFile) => string,
): ModelContent {
  return {
    id,
    name,
    files: files.map((file) => ({ name: file.name, bytes: file.bytes })),
    async read(fileName, from, to) {
      const file = files.find((one) => one.name === fileName);
      if (file === undefined) throw new Error(`model ${id} has no file ${fileName}`);
      if (from < 0 || to < from || to > file.bytes) {
        throw new RangeError(`${fileName} has no bytes ${from} to ${to}: it has ${file.bytes}`);
      }
      try {
        return await readPieces(bucket, keyOf(file), from, to);
      } catch (error) {
        if (error instanceof NoSuchObject) throw new Problem("gone", `model ${id} was deleted`);
        throw error;
      }
    },
  };
}

async function readPieces(
  bucket: Backend["bucket"],
  key: string,
  from: number,
  to: number,
): Promise<Uint8Array> {
  if (to - from <= pieceBytes) return whole(await bucket.range(key, from, to), key, to - from);
  const bytes = new Uint8Array(to - from);
  for (let at = from; at < to; at += pieceBytes) {
    const end = Math.min(to, at + pieceBytes);
    bytes.set(whole(await bucket.range(key, at, end), key, end - at), at - from);
  }
  return bytes;
}

function whole(bytes: Uint8Array, key: string, length: number): Uint8Array {
  if (bytes.length === length) return bytes;
  throw new Error(`${bytes.length} of ${length} bytes came of ${key}`);
}

/** The model as a method reads it. Throws when it is unknown or not ready. */
export async function openModel(backend: Backend, tenant: string, id: string): Promise<ModelContent> {
  const model = await needModel(backend, tenant, id);
  refuseUnready(model);
  return contentOf(backend, model, (file) => modelFileKey(model, file));
}

/** What keeps these models from being used: each that is unknown or not ready. */
export async function checkModels(
  backend: Backend,
  tenant: string,
  wanted: NonNullable<Needs["models"]>,
): Promise<FieldError[]> {
  const errors = await Promise.all(
    wanted.map(async ({ path, id }) => {
      const message = obstacle(await readModel(backend, tenant, id), id);
      return message === undefined ? [] : [{ path, message }];
    }),
  );
  return errors.flat();
}

function obstacle(model: StoredModel | undefined, id: string): string | undefined {
  if (model === undefined) return `there is no model ${id}`;
  if (model.status === "uploading") return `model ${id} has not been uploaded yet`;
  if (model.status === "checking") return `model ${id} is still being checked`;
  if (model.status === "ready") return undefined;
  const [error] = model.errors ?? [];
  const place = [error?.file, error?.field].filter((part) => part !== undefined).join(" ");
  const why = error === undefined ? "its files are not valid" : `${place && `${place}: `}${error.message}`;
  return `model ${id} was refused: ${why}`;
}

function refuseUnready(model: StoredModel): void {
  if (model.status !== "ready")
    throw new Problem("conflict", `model ${model.id} is ${model.status}, not ready`);
}

/** A file of a model. Throws a 404 when there is none of this name. */
export function fileOf({ id, files }: StoredModel, name: string): StoredFile {
  const file = files.find((one) => one.name === name);
  if (file !== undefined) return file;
  const names = files.map((one) => one.name);
  throw new Problem("not-found", `model ${id} has no file ${name}${didYouMean(name, names)}`);
}

/** Where a file of a model can be read. Throws a 404 when there is none of this name, and a 409 for a model that is not ready. */
export async function modelFileUrl(backend: Backend, model: StoredModel, name: string): Promise<string> {
  const file = fileOf(model, name);
  refuseUnready(model);
  return backend.bucket.downloadUrl(modelFileKey(model, file), name, mediaType(name));
}
