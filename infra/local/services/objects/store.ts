import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { type ObjectRow, openIndex, type PartRow, type UploadRow } from "./index.ts";
import { openPieces } from "./pieces.ts";

export class S3Error extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "S3Error";
    this.status = status;
    this.code = code;
  }
}

/** How an object came to be, as the event of its arrival says. */
export type Arrival = "Put" | "CompleteMultipartUpload";

export interface ObjectStore {
  put(key: string, type: string, body: AsyncIterable<Uint8Array>): Promise<ObjectRow>;
  /** Throws NoSuchKey. */
  get(key: string): ObjectRow;
  read(object: ObjectRow, start: number, end: number): AsyncGenerator<Uint8Array>;
  /** Throws PreconditionFailed where the source has another etag than `ifMatch`. */
  copy(
    from: string,
    to: string,
    options: { ifMatch?: string | undefined; type?: string | undefined },
  ): Promise<ObjectRow>;
  list(prefix: string, after: string, limit: number): ObjectRow[];
  delete(keys: readonly string[]): void;
  begin(key: string, type: string): string;
  putPart(id: string, number: number, body: AsyncIterable<Uint8Array>): Promise<PartRow>;
  parts(id: string): PartRow[];
  complete(id: string, wanted: readonly Pick<PartRow, "number" | "etag">[]): ObjectRow;
  abort(id: string): void;
  close(): void;
}

const minPartBytes = 5 * 1024 * 1024;

/**
 * Objects on disk: an index in SQLite, and the bytes in files that are streamed in and out. An object that
 * came in parts stays in its parts, so finishing an upload, and copying an object, moves no bytes. A file is
 * there before the index names it and goes after the index forgets it; what a kill leaves between is swept at
 * the next start.
 */
export async function openObjects(
  directory: string,
  arrived: (object: ObjectRow, how: Arrival) => void,
): Promise<ObjectStore> {
  const pieces = await openPieces(join(directory, "objects"));
  const index = openIndex(directory);
  pieces.sweep(index.files());
  // A kill may have come between an object's arrival and the word of it. Who hears it twice bears it.
  for (const object of everything(index.list)) arrived(object, "Put");

  const get = (key: string) => {
    const object = index.get(key);
    if (object === undefined) throw new S3Error(404, "NoSuchKey", `There is no object ${key}.`);
    return object;
  };
  const need = (id: string): UploadRow => {
    const upload = index.upload(id);
    if (upload === undefined)
      throw new S3Error(404, "NoSuchUpload", "There is no such upload, or not any more.");
    return upload;
  };
  /** Puts an object in the place of what was there. */
  const place = (object: ObjectRow, write: () => void): ObjectRow => {
    const before = index.get(object.key);
    write();
    if (before !== undefined) pieces.remove(before.pieces);
    return object;
  };

  return {
    async put(key, type, body) {
      const { md5, ...piece } = await pieces.write(body);
      const object = { ...described(key, type, piece.bytes), etag: `"${md5}"`, pieces: [piece] };
      place(object, () => index.put(object));
      arrived(object, "Put");
      return object;
    },
    get,
    read: (object, start, end) => pieces.read(object.pieces, start, end),
    async copy(from, to, { ifMatch, type }) {
      const source = get(from);
      if (ifMatch !== undefined && ifMatch !== source.etag) {
        throw new S3Error(412, "PreconditionFailed", "The object has changed since.");
      }
      const copied = await pieces.copy(source.pieces);
      const object = {
        ...described(to, type ?? source.type, source.size),
        etag: source.etag,
        pieces: copied,
      };
      place(object, () => index.put(object));
      arrived(object, "Put");
      return object;
    },
    list: index.list,
    delete(keys) {
      for (const key of keys) {
        const before = index.get(key);
        index.delete(key);
        if (before !== undefined) pieces.remove(before.pieces);
      }
    },
    begin(key, type) {
      const id = randomUUID();
      index.begin({ id, key, type });
      return id;
    },
    async putPart(id, number, body) {
      need(id);
      const { md5, ...piece } = await pieces.write(body);
      if (index.upload(id) === undefined) pieces.remove([piece]);
      need(id);
      const before = index.parts(id).filter((part) => part.number === number);
      const part = { ...piece, number, etag: `"${md5}"` };
      index.putPart(id, part);
      pieces.remove(before);
      return part;
    },
    parts(id) {
      need(id);
      return index.parts(id);
    },
    complete(id, wanted) {
      const { key, type } = need(id);
      const parts = index.parts(id);
      const chosen = choose(parts, wanted);
      const size = chosen.reduce((sum, { bytes }) => sum + bytes, 0);
      const used = chosen.map(({ file, bytes }) => ({ file, bytes }));
      const object = { ...described(key, type, size), etag: etagOf(chosen), pieces: used };
      place(object, () => index.end(id, object));
      pieces.remove(parts.filter((part) => !chosen.includes(part)));
      arrived(object, "CompleteMultipartUpload");
      return object;
    },
    abort(id) {
      need(id);
      const parts = index.parts(id);
      index.end(id, undefined);
      pieces.remove(parts);
    },
    close: index.close,
  };
}

const described = (key: string, type: string, size: number) => ({ key, type, size, modified: Date.now() });

function* everything(list: ObjectStore["list"]): Generator<ObjectRow> {
  for (let after = ""; ; ) {
    const page = list("", after, 1000);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.key;
  }
}

/** The parts of an upload that are wanted. Throws as S3 does where they do not make an object. */
function choose(parts: readonly PartRow[], wanted: readonly Pick<PartRow, "number" | "etag">[]): PartRow[] {
  if (wanted.length === 0) throw new S3Error(400, "MalformedXML", "An object has at least one part.");
  if (wanted.some(({ number }, i) => number <= (wanted[i - 1]?.number ?? 0))) {
    throw new S3Error(400, "InvalidPartOrder", "Parts have to be listed in ascending order.");
  }
  return wanted.map(({ number, etag }, i) => {
    const part = parts.find((one) => one.number === number);
    if (part === undefined || bare(part.etag) !== bare(etag)) {
      throw new S3Error(400, "InvalidPart", `Part ${number} is not there, or not with this ETag.`);
    }
    if (i < wanted.length - 1 && part.bytes < minPartBytes) {
      throw new S3Error(400, "EntityTooSmall", `Part ${number} has less than ${minPartBytes} bytes.`);
    }
    return part;
  });
}

const bare = (etag: string) => etag.replaceAll('"', "");

/** S3's etag of an object in parts: the MD5 of their MD5s, and how many they are. */
function etagOf(parts: readonly PartRow[]): string {
  const md5 = createHash("md5");
  for (const { etag } of parts) md5.update(Buffer.from(bare(etag), "hex"));
  return `"${md5.digest("hex")}-${parts.length}"`;
}
