import { expect, it } from "vitest";
import { createClient } from "../../shared/client/client.ts";
import { uploadContent } from "../../shared/client/upload.ts";
import type { Upload } from "../../shared/resources/uploads/record.ts";
import { type Answer, type Asked, startApi } from "./api.ts";

const dataset = {
  id: "d",
  name: "rows",
  kind: "text",
  status: "pending",
  createdAt: "2026-03-01T10:00:00.000Z",
  links: { self: "/v1/datasets/d" },
};

/** An upload of 25 bytes in parts of 10. */
const upload = (url: string, query = ""): Upload => ({
  how: "parts",
  method: "PUT",
  partBytes: 10,
  parts: [1, 2, 3].map((number) => ({ number, url: `${url}/part/${number}${query}` })),
  complete: "/v1/datasets/d/upload/complete",
});
const content = new Blob(["abcdefghijklmnopqrstuvwxy"]);

async function send(answer: (asked: Asked, call: number) => Answer | undefined) {
  const tries = new Map<string, number>();
  await using api = await startApi((asked) => {
    const call = (tries.get(asked.path) ?? 0) + 1;
    tries.set(asked.path, call);
    return answer(asked, call) ?? (asked.method === "PUT" ? {} : { body: dataset });
  });
  const client = createClient({ url: api.url, pause: async () => undefined });
  const arrived: number[] = [];
  let renewed = 0;
  const renew = async () => {
    renewed++;
    return upload(api.url, "?fresh=1");
  };
  const failure = await uploadContent(client, upload(api.url), {
    content,
    renew,
    complete: client.completeUpload,
    onBytes: (bytes) => arrived.push(bytes),
  }).catch((error: unknown) => error);
  return { failure, arrived, renewed, asked: api.asked };
}

const bodies = (asked: readonly Asked[]) =>
  Object.fromEntries(asked.filter(({ method }) => method === "PUT").map(({ path, body }) => [path, body]));
const whole = { "/part/1": "abcdefghij", "/part/2": "klmnopqrst", "/part/3": "uvwxy" };

it("sends each part, then says that they are all there", async () => {
  const { failure, arrived, asked } = await send(() => undefined);
  expect(failure).toBeUndefined();
  expect(bodies(asked)).toEqual(whole);
  expect(arrived.at(-1)).toBe(25);
  expect(asked.at(-1)).toMatchObject({ method: "POST", path: "/v1/datasets/d/upload/complete" });
});

it("sends a part again where the bucket failed", async () => {
  const { failure, asked, arrived } = await send(({ path }, call) =>
    path === "/part/2" && call < 3 ? { status: 503 } : undefined,
  );
  expect(failure).toBeUndefined();
  expect(asked.filter(({ path }) => path === "/part/2")).toHaveLength(3);
  expect(arrived.at(-1)).toBe(25);
});

it("asks for fresh links where one went stale", async () => {
  const { failure, renewed, asked } = await send(({ path, query }) =>
    path === "/part/3" && !query.has("fresh") ? { status: 403 } : undefined,
  );
  expect(failure).toBeUndefined();
  expect(renewed).toBe(1);
  expect(bodies(asked)).toEqual(whole);
});

it("asks for a fresh link where that of a content in one request went stale", async () => {
  await using api = await startApi(({ path }) => (path === "/stale" ? { status: 403 } : {}));
  const client = createClient({ url: api.url, pause: async () => undefined });
  const link = (name: string): Upload => ({
    ...{ how: "whole", method: "PUT", url: `${api.url}/${name}`, headers: { "x-check": name } },
  });
  const sending = { content, complete: client.completeUpload };
  await uploadContent(client, link("stale"), { ...sending, renew: async () => link("fresh") });
  expect(bodies(api.asked)).toMatchObject({ "/fresh": "abcdefghijklmnopqrstuvwxy" });
  const stale = uploadContent(client, link("stale"), { ...sending, renew: async () => undefined });
  await expect(stale).rejects.toMatchObject({ status: 403 });
});

it("gives up on what the bucket refuses, and does not say that the upload is complete", async () => {
  const { failure, asked } = await send(({ path }) => (path === "/part/2" ? { status: 403 } : undefined));
  expect(failure).toMatchObject({ status: 403 });
  expect(asked.filter(({ method }) => method === "POST")).toEqual([]);
});
