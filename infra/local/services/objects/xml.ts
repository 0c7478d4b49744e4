import type { ObjectRow, PartRow } from "./index.ts";

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (character) => escapes[character] ?? "");

const unescaped = (text: string) =>
  text
    .replaceAll(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&amp;", "&");

const element = (name: string, inner: string) => `<${name}>${inner}</${name}>`;
const field = (name: string, value: string | number | boolean) => element(name, escaped(String(value)));
const document = (name: string, inner: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>${element(name, inner)}`;
const time = (milliseconds: number) => new Date(milliseconds).toISOString();

/** The texts of all elements of a name in a request's body. */
export const textsOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "g"))].map(([, text = ""]) =>
    unescaped(text),
  );

export const errorXml = (code: string, message: string) =>
  document("Error", field("Code", code) + field("Message", message));

export const copyXml = ({ etag, modified }: ObjectRow) =>
  document("CopyObjectResult", field("ETag", etag) + field("LastModified", time(modified)));

export const beginXml = (bucket: string, key: string, id: string) =>
  document(
    "InitiateMultipartUploadResult",
    field("Bucket", bucket) + field("Key", key) + field("UploadId", id),
  );

export const completeXml = (bucket: string, { key, etag }: ObjectRow) =>
  document(
    "CompleteMultipartUploadResult",
    field("Bucket", bucket) + field("Key", key) + field("ETag", etag),
  );

export const partsXml = (bucket: string, id: string, parts: readonly PartRow[]) =>
  document(
    "ListPartsResult",
    field("Bucket", bucket) +
      field("UploadId", id) +
      field("IsTruncated", false) +
      parts
        .map(({ number, etag, bytes }) =>
          element("Part", field("PartNumber", number) + field("ETag", etag) + field("Size", bytes)),
        )
        .join(""),
  );

export const listXml = (bucket: string, prefix: string, objects: readonly ObjectRow[], next?: string) =>
  document(
    "ListBucketResult",
    field("Name", bucket) +
      field("Prefix", prefix) +
      field("KeyCount", objects.length) +
      field("IsTruncated", next !== undefined) +
      (next === undefined ? "" : field("NextContinuationToken", next)) +
      objects
        .map(({ key, etag, size, modified }) =>
          element(
            "Contents",
            field("Key", key) +
              field("LastModified", time(modified)) +
              field("ETag", etag) +
              field("Size", size),
          ),
        )
        .join(""),
  );

export const deletedXml = (keys: readonly string[]) =>
  document("DeleteResult", keys.map((key) => element("Deleted", field("Key", key))).join(""));
