import { randomUUID } from "node:crypto";
import { openAsBlob } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { isModelFile, whyNot } from "../resources/models/file-names.ts";
import type { Model } from "../resources/models/record.ts";
import type { Client } from "./client.ts";
import { uploadContent } from "./upload.ts";

/** A file on the disk that is one of a model's. */
export interface LocalFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
}

/** What of a folder, or of some files, makes a model. */
export interface LocalModel {
  /** Name of the folder, or of the first file without its ending. */
  readonly name: string;
  readonly files: readonly LocalFile[];
  /** Names of what is no file of a model, with the reason. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

/**
 * Looks which files of a folder, or of those that are named, make a model. A folder's own folders are not looked into.
 * @throws the errors of the file system.
 */
export async function findModel(paths: readonly string[]): Promise<LocalModel> {
  const [first = "."] = paths;
  const folder = paths.length === 1 && (await stat(first)).isDirectory() ? first : undefined;
  const all = folder === undefined ? paths : (await readdir(folder)).sort().map((name) => join(folder, name));
  const files: LocalFile[] = [];
  const leftOut: LocalModel["leftOut"][number][] = [];
  for (const path of all) {
    const name = basename(path);
    const found = await stat(path);
    if (!found.isFile()) leftOut.push({ name, why: "is not a file" });
    else if (isModelFile(name)) files.push({ name, path, bytes: found.size });
    else if (!name.startsWith(".")) leftOut.push({ name, why: whyNot(name) });
  }
  const name = folder === undefined ? basename(first, extname(first)) : basename(resolve(folder));
  return { name, files, leftOut };
}

/**
 * Registers a model and uploads its files straight from the disk, one after the other, the smallest first: a link is
 * good for an hour. Its check begins by itself.
 * `onBytes` is told how many bytes have arrived, of how many.
 * @throws the errors of the file system, and those of the client.
 */
export async function uploadModel(
  client: Client,
  { name, files }: Pick<LocalModel, "name" | "files">,
  onBytes: (arrived: number, total: number) => void = () => undefined,
): Promise<Model> {
  const given = { name, files: files.map((file) => ({ name: file.name, bytes: file.bytes })) };
  const key = randomUUID();
  const create = () => client.createModel(given, key);
  const { uploads = [], ...model } = await create();
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let before = 0;
  for (const file of files.toSorted((a, b) => a.bytes - b.bytes)) {
    const uploadOf = (all: typeof uploads | undefined) => all?.find((one) => one.name === file.name)?.upload;
    await uploadContent(client, uploadOf(uploads), {
      content: await openAsBlob(file.path),
      renew: async () => uploadOf((await create()).uploads),
      complete: client.completeModelFile,
      onBytes: (arrived) => onBytes(before + arrived, total),
    });
    before += file.bytes;
  }
  return model;
}
