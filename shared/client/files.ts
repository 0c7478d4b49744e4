import { randomUUID } from "node:crypto";
import { createWriteStream, openAsBlob } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Dataset, DatasetKind } from "../resources/datasets/record.ts";
import type { Client } from "./client.ts";
import { uploadContent } from "./upload.ts";
import { waitForDataset } from "./wait.ts";

/** A file that the server describes. */
export interface RemoteFile {
  readonly name: string;
  readonly bytes: number;
}

/**
 * The path of a downloaded file, always directly inside `folder`: whatever a server answers, nothing is
 * written elsewhere.
 * @throws Error for a name with anything but letters, digits, `.`, `_`, `-`, or one that begins with a dot.
 */
export function pathInside(folder: string, name: string): string {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name)) {
    throw new Error(`The server named a file ${JSON.stringify(name)}, which is not safe to write`);
  }
  return join(folder, name);
}

/** Times that a transfer is begun before its failure counts. */
const tries = 3;

async function transfer(
  stream: ReadableStream<Uint8Array>,
  path: string,
  file: RemoteFile,
): Promise<undefined> {
  const sink = createWriteStream(path);
  await pipeline(stream, sink);
  if (sink.bytesWritten !== file.bytes) {
    throw new Error(`${file.name}: ${sink.bytesWritten} bytes came, ${file.bytes} were announced`);
  }
}

/**
 * Streams a file into `folder`, under its own name, replacing what was there. It appears when it is whole:
 * a download that is cut is begun again, and in the end leaves nothing behind.
 * @throws Error when fewer or more bytes came than the server announced.
 */
export async function downloadInto(
  folder: string,
  file: RemoteFile,
  open: () => Promise<ReadableStream<Uint8Array>>,
): Promise<string> {
  const target = pathInside(folder, file.name);
  await mkdir(folder, { recursive: true });
  const partial = join(folder, `.${randomUUID()}.part`);
  try {
    for (let left = tries - 1; ; left--) {
      const stream = await open();
      const failure = await transfer(stream, partial, file).catch((error: unknown) => error);
      if (failure === undefined) break;
      if (left === 0) throw failure;
    }
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
  return target;
}

/** Downloads the files of a run, one after another; `onFile` is told of each. Answers their paths. */
export async function downloadArtifacts(
  client: Client,
  run: string,
  folder: string,
  onFile?: (file: RemoteFile, path: string) => void,
): Promise<string[]> {
  const paths: string[] = [];
  for (const file of await client.artifacts(run)) {
    const path = await downloadInto(folder, file, () => client.downloadArtifact(run, file.name));
    onFile?.(file, path);
    paths.push(path);
  }
  return paths;
}

/** Downloads the files of a model in Hugging Face layout. */
export async function downloadModel(
  client: Client,
  model: string,
  folder: string,
  onFile?: (file: RemoteFile, path: string) => void,
): Promise<string[]> {
  const paths: string[] = [];
  for (const file of (await client.model(model)).files) {
    const path = await downloadInto(folder, file, () => client.downloadModelFile(model, file.name));
    onFile?.(file, path);
    paths.push(path);
  }
  return paths;
}

/** How a file becomes a data set. */
export interface AddOptions {
  /** The file's own name when absent. */
  readonly name?: string | undefined;
  readonly kind?: DatasetKind | undefined;
  /** The text of a matrix' sample sheet. */
  readonly samples?: string | undefined;
  /** Told how many bytes have arrived, of how many. */
  readonly onBytes?: (arrived: number, total: number) => void;
}

/**
 * Registers a file as a data set and uploads it straight from the disk. Its check then begins by itself.
 * @throws the errors of the file system, and those of the client.
 */
export async function uploadDatasetFile(
  client: Client,
  path: string,
  { name = basename(path), kind, samples, onBytes }: AddOptions = {},
): Promise<Dataset> {
  const content = await openAsBlob(path);
  const given = { name, bytes: content.size, ...(kind && { kind }), ...(samples && { samples }) };
  const key = randomUUID();
  const created = await client.createDataset(given, key);
  const renew = async () => (await client.createDataset(given, key)).upload;
  await uploadContent(client, created.upload, {
    content,
    renew,
    complete: client.completeUpload,
    onBytes: (arrived) => onBytes?.(arrived, content.size),
  });
  return created;
}

/**
 * Uploads a file as a data set and waits until it was checked: what comes back is `ready` or `invalid`.
 * @throws the errors of the file system, and those of the client.
 */
export async function addDatasetFile(
  client: Client,
  path: string,
  options: AddOptions = {},
): Promise<Dataset> {
  const { id } = await uploadDatasetFile(client, path, options);
  return waitForDataset(client, id);
}
