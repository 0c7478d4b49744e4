import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import type { Piece } from "./pieces.ts";

/** What is known of an object, besides its bytes. */
export interface ObjectRow {
  readonly key: string;
  readonly type: string;
  /** With its quotes, as HTTP has it. */
  readonly etag: string;
  readonly size: number;
  /** Epoch ms. */
  readonly modified: number;
  readonly pieces: readonly Piece[];
}

export interface UploadRow {
  readonly id: string;
  readonly key: string;
  readonly type: string;
}

export interface PartRow extends Piece {
  readonly number: number;
  readonly etag: string;
}

/** Which objects and uploads there are. What a call has done is there after a kill. */
export interface ObjectIndex {
  get(key: string): ObjectRow | undefined;
  put(row: ObjectRow): void;
  delete(key: string): void;
  /** Objects whose keys begin so, in the order of their bytes, from behind `after` on. */
  list(prefix: string, after: string, limit: number): ObjectRow[];
  upload(id: string): UploadRow | undefined;
  begin(upload: UploadRow): void;
  putPart(id: string, part: PartRow): void;
  parts(id: string): PartRow[];
  /** Makes an object of an upload, or nothing, and forgets the upload. */
  end(id: string, object: ObjectRow | undefined): void;
  /** Names of all files that an object or a part is made of. */
  files(): Set<string>;
  close(): void;
}

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS objects (
    key TEXT PRIMARY KEY, type TEXT NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL,
    modified INTEGER NOT NULL, pieces TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS uploads (id TEXT PRIMARY KEY, key TEXT NOT NULL, type TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL, file TEXT NOT NULL,
    bytes INTEGER NOT NULL, PRIMARY KEY (upload, number)) WITHOUT ROWID;
`;

type Row = Record<string, SQLOutputValue>;

const toObject = ({ key, type, etag, size, modified, pieces }: Row): ObjectRow => ({
  key: String(key),
  type: String(type),
  etag: String(etag),
  size: Number(size),
  modified: Number(modified),
  pieces: JSON.parse(String(pieces)),
});

export function openIndex(directory: string): ObjectIndex {
  const database = new DatabaseSync(join(directory, "objects.db"));
  database.exec(schema);
  const sql = {
    get: database.prepare("SELECT * FROM objects WHERE key = ?"),
    put: database.prepare("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?)"),
    delete: database.prepare("DELETE FROM objects WHERE key = ?"),
    list: database.prepare(
      "SELECT * FROM objects WHERE key > ? AND substr(key, 1, length(?)) = ? ORDER BY key LIMIT ?",
    ),
    all: database.prepare("SELECT * FROM objects"),
    upload: database.prepare("SELECT * FROM uploads WHERE id = ?"),
    begin: database.prepare("INSERT INTO uploads VALUES (?, ?, ?)"),
    forget: database.prepare("DELETE FROM uploads WHERE id = ?"),
    putPart: database.prepare("INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?)"),
    parts: database.prepare("SELECT * FROM parts WHERE upload = ? ORDER BY number"),
    allParts: database.prepare("SELECT * FROM parts"),
    dropParts: database.prepare("DELETE FROM parts WHERE upload = ?"),
  };
  const put = ({ key, type, etag, size, modified, pieces }: ObjectRow) => {
    sql.put.run(key, type, etag, size, modified, JSON.stringify(pieces));
  };
  return {
    get(key) {
      const row = sql.get.get(key);
      return row && toObject(row);
    },
    put,
    delete: (key) => void sql.delete.run(key),
    list(prefix, after, limit) {
      // Keys before the prefix are passed over by the index, not looked at one by one.
      const from = after > prefix ? after : `${prefix.slice(0, -1)}`;
      return sql.list.all(from, prefix, prefix, limit).map(toObject);
    },
    upload(id) {
      const row = sql.upload.get(id);
      return row && { id, key: String(row.key), type: String(row.type) };
    },
    begin: ({ id, key, type }) => void sql.begin.run(id, key, type),
    putPart: (id, { number, etag, file, bytes }) => void sql.putPart.run(id, number, etag, file, bytes),
    parts: (id) =>
      sql.parts.all(id).map(({ number, etag, file, bytes }) => ({
        number: Number(number),
        etag: String(etag),
        file: String(file),
        bytes: Number(bytes),
      })),
    end(id, object) {
      database.exec("BEGIN");
      try {
        if (object !== undefined) put(object);
        sql.dropParts.run(id);
        sql.forget.run(id);
        database.exec("COMMIT");
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
    files: () =>
      new Set([
        ...sql.all.all().flatMap((row) => toObject(row).pieces.map(({ file }) => file)),
        ...sql.allParts.all().map(({ file }) => String(file)),
      ]),
    close: () => database.close(),
  };
}
