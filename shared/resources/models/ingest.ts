import type { ModelContent } from "../../methods/contract.ts";
import type { Backend } from "../backend.ts";
import { checkPatience, couldNotCheck, maxAttempts } from "../uploads/patience.ts";
import type { ContentError } from "../uploads/record.ts";
import { removeLeftovers } from "./leftovers.ts";
import { mediaType } from "./media-type.ts";
import { contentOf } from "./read.ts";
import type { ModelSummary } from "./record.ts";
import {
  changeOpen,
  isOpen,
  modelFileKey,
  modelUploadKey,
  readModel,
  revisionKey,
  type StoredModel,
} from "./stored.ts";
import { summarize } from "./summarize.ts";

/** What came of a check: what is known of the model beside what its files tell by themselves, or what is wrong. */
export type CheckedModel = { readonly summary: ModelSummary } | { readonly errors: readonly ContentError[] };

/**
 * Looks a model over without reading its weights whole. It is given by whoever knows the architectures: the resources
 * know none. What it throws is a fault of the machine, and worth another try.
 */
export type CheckModel = (model: ModelContent) => Promise<CheckedModel>;

/** Tenant and model of an uploaded file's key; undefined for the key of anything else. */
export function fromModelUploadKey(key: string): { tenant: string; id: string } | undefined {
  const [, tenant, id] = /^([^/]+)\/models\/([^/]+)\/upload\/[^/]+$/.exec(key) ?? [];
  return tenant === undefined || id === undefined ? undefined : { tenant, id };
}

/**
 * A file of a model has arrived. When it was the last, checks the model and makes it ready or failed. What the
 * uploader could still overwrite is copied away first, on the condition that it is still what was counted, and the
 * copies are checked. Done twice, or after the model was deleted, it only removes what lies around. What it throws is
 * worth another try, up to three in all; the last of them makes the model failed instead, with the reason.
 */
export async function ingestModel(
  backend: Backend,
  tenant: string,
  id: string,
  check: CheckModel,
): Promise<void> {
  const before = await readModel(backend, tenant, id);
  if (before === undefined || !isOpen(before)) return removeLeftovers(backend, tenant, id);
  const arrived = await arrivedFiles(backend, before);
  if (before.files.some(({ name }) => !arrived.has(name))) return;
  const model = await changeOpen(backend, tenant, id, (open) => ({
    ...open,
    status: "checking",
    attempts: open.attempts + 1,
    due: backend.now() + checkPatience,
  }));
  if (model === undefined) return removeLeftovers(backend, tenant, id);
  try {
    await checkAndSettle(backend, model, arrived, check);
  } catch (error) {
    const now = await readModel(backend, tenant, id);
    const decided = now === undefined || !isOpen(now);
    if (!decided && model.attempts < maxAttempts) throw error;
    await settle(backend, model, { status: "failed", errors: [{ message: couldNotCheck(error) }] });
  }
}

interface Arrived {
  readonly bytes: number;
  readonly etag: string;
}

/** The files of a model that are there, by their names. */
async function arrivedFiles({ bucket }: Backend, model: StoredModel): Promise<ReadonlyMap<string, Arrived>> {
  const prefix = modelUploadKey(model, "");
  return new Map((await bucket.list(prefix)).map(({ key, ...object }) => [key.slice(prefix.length), object]));
}

async function checkAndSettle(
  backend: Backend,
  model: StoredModel,
  arrived: ReadonlyMap<string, Arrived>,
  check: CheckModel,
): Promise<void> {
  const [wrong, ...others] = wrongSizes(model, arrived);
  if (wrong !== undefined) return settle(backend, model, { status: "failed", errors: [wrong, ...others] });
  // No other check has this number, so nobody else writes there.
  const revision = model.attempts;
  await copyAway(backend, model, arrived, revision);
  const content = contentOf(backend, model, (file) => modelFileKey({ ...model, revision }, file));
  const checked = await check(content);
  if ("errors" in checked) {
    return settle(backend, model, { status: "failed", errors: [...checked.errors] });
  }
  const summary = { ...(await summarize(content)), ...checked.summary };
  await settle(backend, model, { status: "ready", summary, revision });
}

function wrongSizes({ files }: StoredModel, arrived: ReadonlyMap<string, Arrived>): ContentError[] {
  return files.flatMap(({ name, bytes }) => {
    const came = arrived.get(name)?.bytes;
    if (came === bytes) return [];
    return [{ file: name, message: `${came} bytes arrived where ${bytes} were announced` }];
  });
}

/** Copies that are under way at the same time. */
const lanes = 8;

async function copyAway(
  { bucket }: Backend,
  model: StoredModel,
  arrived: ReadonlyMap<string, Arrived>,
  revision: number,
): Promise<void> {
  const files = model.files.filter(({ uploadId }) => uploadId === undefined).values();
  const lane = async () => {
    for (const { name } of files) {
      const from = { key: modelUploadKey(model, name), etag: arrived.get(name)?.etag ?? "" };
      await bucket.copy(from, revisionKey(model, revision, name), mediaType(name));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

type Outcome =
  | (Pick<StoredModel, "errors"> & { readonly status: "failed" })
  | (Pick<StoredModel, "summary" | "revision"> & { readonly status: "ready" });

/** Writes what came of a check, if no other check came first, and removes what the model does not need. */
async function settle(backend: Backend, { tenant, id }: StoredModel, outcome: Outcome): Promise<void> {
  const checkedAt = new Date(backend.now()).toISOString();
  await changeOpen(backend, tenant, id, ({ due: _, ...open }) => ({ ...open, checkedAt, ...outcome }));
  await removeLeftovers(backend, tenant, id);
}
