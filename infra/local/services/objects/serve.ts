import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { decodeAwsChunks } from "./aws-chunked.ts";
import type { ObjectRow } from "./index.ts";
import { type ObjectStore, S3Error } from "./store.ts";
import { beginXml, completeXml, copyXml, deletedXml, errorXml, listXml, partsXml, textsOf } from "./xml.ts";

export interface ObjectsOptions {
  readonly bucket: string;
  readonly store: ObjectStore;
  /** Throws an S3Error where an object of this size cannot be taken. */
  readonly admit: (bytes: number) => Promise<void>;
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/** Answers what S3 is asked of one bucket, by path: the part of its API that the SDK, presigned links and we use. */
export function serveObjects(options: ObjectsOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const url = new URL(request.url ?? "/", "http://localhost");
      const [, name = "", ...rest] = url.pathname.split("/");
      if (name !== options.bucket) throw new S3Error(404, "NoSuchBucket", `There is no bucket ${name}.`);
      const key = rest.map(decodeURIComponent).join("/");
      await answer(options, { request, response, key, query: url.searchParams });
    } catch (error) {
      fail(response, error, request.method === "HEAD");
    }
  };
}

async function answer(options: ObjectsOptions, call: Call): Promise<void> {
  const { request, key, query } = call;
  switch (request.method) {
    case "PUT":
      return put(options, call);
    case "POST":
      return post(options, call);
    case "DELETE":
      return remove(options, call);
    case "GET":
    case "HEAD":
      if (key === "") return list(options, call);
      if (query.has("uploadId")) return listParts(options, call);
      return get(options, call);
    default:
      throw new S3Error(405, "MethodNotAllowed", `${request.method} is not possible here.`);
  }
}

async function put({ store, admit }: ObjectsOptions, { request, response, key, query }: Call): Promise<void> {
  const { headers } = request;
  const source = headers["x-amz-copy-source"];
  if (typeof source === "string") {
    const from = decodeURIComponent(source).replace(/^\/?[^/]+\//, "");
    const ifMatch = headers["x-amz-copy-source-if-match"];
    const replaced = headers["x-amz-metadata-directive"] === "REPLACE";
    const object = await store.copy(from, key, {
      ifMatch: typeof ifMatch === "string" ? ifMatch : undefined,
      type: replaced ? headers["content-type"] : undefined,
    });
    return sendXml(response, copyXml(object));
  }
  await admit(Number(headers["content-length"] ?? 0));
  const chunked = headers["content-encoding"]?.includes("aws-chunked") === true;
  const body = chunked ? decodeAwsChunks(request) : request;
  const upload = query.get("uploadId");
  const { etag } =
    upload === null
      ? await store.put(key, headers["content-type"] ?? "application/octet-stream", body)
      : await store.putPart(upload, Number(query.get("partNumber")), body);
  response.writeHead(200, { etag }).end();
}

async function post({ store, bucket }: ObjectsOptions, { request, response, key, query }: Call) {
  if (query.has("uploads")) {
    const id = store.begin(key, request.headers["content-type"] ?? "application/octet-stream");
    return sendXml(response, beginXml(bucket, key, id));
  }
  const xml = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString("utf8");
  const upload = query.get("uploadId");
  if (upload !== null) {
    const parts = textsOf(xml, "Part").map((part) => ({
      number: Number(textsOf(part, "PartNumber")[0]),
      etag: textsOf(part, "ETag")[0] ?? "",
    }));
    return sendXml(response, completeXml(bucket, store.complete(upload, parts)));
  }
  if (!query.has("delete")) throw new S3Error(400, "InvalidRequest", "This is not known here.");
  const keys = textsOf(xml, "Key");
  store.delete(keys);
  sendXml(response, deletedXml(keys));
}

function remove({ store }: ObjectsOptions, { response, key, query }: Call): void {
  const upload = query.get("uploadId");
  if (upload === null) store.delete([key]);
  else store.abort(upload);
  response.writeHead(204).end();
}

function list({ store, bucket }: ObjectsOptions, { request, response, query }: Call): void {
  if (request.method === "HEAD") {
    response.writeHead(200).end();
    return;
  }
  const prefix = query.get("prefix") ?? "";
  const limit = Math.min(1000, Number(query.get("max-keys") ?? 1000));
  const token = query.get("continuation-token");
  const after =
    token === null ? (query.get("start-after") ?? "") : Buffer.from(token, "base64url").toString();
  const found = store.list(prefix, after, limit + 1);
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1)?.key : undefined;
  const next = last === undefined ? undefined : Buffer.from(last).toString("base64url");
  sendXml(response, listXml(bucket, prefix, page, next));
}

function listParts({ store, bucket }: ObjectsOptions, { response, query }: Call): void {
  const id = query.get("uploadId") ?? "";
  sendXml(response, partsXml(bucket, id, store.parts(id)));
}

async function get({ store }: ObjectsOptions, { request, response, key, query }: Call): Promise<void> {
  const object = store.get(key);
  const range = rangeOf(request.headers.range, object.size);
  const { start, end } = range ?? { start: 0, end: object.size };
  response.writeHead(range === undefined ? 200 : 206, {
    ...headersOf(object, query),
    "content-length": end - start,
    ...(range !== undefined && { "content-range": `bytes ${start}-${end - 1}/${object.size}` }),
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  await pipeline(Readable.from(store.read(object, start, end), { objectMode: false }), response);
}

function headersOf({ type, etag, modified }: ObjectRow, query: URLSearchParams) {
  const disposition = query.get("response-content-disposition");
  return {
    "content-type": query.get("response-content-type") ?? type,
    ...(disposition !== null && { "content-disposition": disposition }),
    "accept-ranges": "bytes",
    etag,
    "last-modified": new Date(modified).toUTCString(),
    "x-content-type-options": "nosniff",
  };
}

/** What a Range header asks for; undefined for all of it. Throws InvalidRange. */
function rangeOf(header: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size : Math.min(size, Number(to) + 1);
  if (start < end) return { start, end };
  throw new S3Error(416, "InvalidRange", "The object has no such bytes.");
}

function sendXml(response: ServerResponse, xml: string): void {
  response.writeHead(200, { "content-type": "application/xml" }).end(xml);
}

function fail(response: ServerResponse, error: unknown, bare: boolean): void {
  // Whoever asked has gone, or has half of an object: there is nothing to say.
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const known = error instanceof S3Error ? error : new S3Error(500, "InternalError", String(error));
  if (known.status === 500) console.error(error);
  // The rest of a body that was not read would be taken for the next request.
  response.writeHead(known.status, { "content-type": "application/xml", connection: "close" });
  response.end(bare ? undefined : errorXml(known.code, known.message));
}
