import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { completeModelFile } from "../../../shared/resources/models/complete.ts";
import { createModel } from "../../../shared/resources/models/create.ts";
import { isModelFile, whatIsMissing, whyNot } from "../../../shared/resources/models/file-names.ts";
import { ingestModel } from "../../../shared/resources/models/ingest.ts";
import { openModel } from "../../../shared/resources/models/read.ts";
import { maxModelBytes, maxTextBytes } from "../../../shared/resources/models/record.ts";
import { deleteModel } from "../../../shared/resources/models/store.ts";
import { modelPrefix, modelUploadKey, needModel } from "../../../shared/resources/models/stored.ts";
import { tidy } from "../../../shared/resources/tidy.ts";
import { checkPatience, uploadPatience } from "../../../shared/resources/uploads/patience.ts";
import { partBytes } from "../../../shared/resources/uploads/record.ts";
import { useLocalAws } from "../../fixtures/aws.ts";
import { announce, check, create, send, small, weights } from "./brought.ts";

const tenant = "t";
const aws = useLocalAws();

const ingest = (id: string) => ingestModel(aws.backend, tenant, id, check);
const need = (id: string) => needModel(aws.backend, tenant, id);
const keysOf = async (id: string) => aws.backend.bucket.list(modelPrefix({ tenant, id }));

describe("a file in parts", () => {
  const large = weights((partBytes + 4_000_000) / 4);
  const files = { ...small, "model.safetensors": large };
  const name = "model.safetensors";

  async function begin() {
    const model = await create(aws, tenant, files);
    const upload = model.uploads?.find((one) => one.name === name)?.upload;
    if (upload?.how !== "parts") throw new Error("this upload is not in parts");
    return { model, parts: upload.parts, complete: upload.complete };
  }
  async function put({ number, url }: { number: number; url: string }) {
    const part = large.subarray((number - 1) * partBytes, number * partBytes);
    expect((await fetch(url, { method: "PUT", body: new Uint8Array(part) })).status).toBe(200);
  }

  test("becomes one file that no link can change, and goes with its model", async () => {
    const { model, parts, complete } = await begin();
    const { id } = model;
    expect(complete).toBe(`/v1/models/${id}/files/${name}/upload/complete`);
    expect(parts.map(({ number }) => number)).toEqual([1, 2]);
    const { [name]: _, ...others } = small;
    await send(model, others);
    await ingest(id);
    const [first, second] = parts;
    if (first === undefined || second === undefined) throw new Error("there are two parts");
    await put(second);
    await expect(completeModelFile(aws.backend, tenant, id, name)).rejects.toMatchObject({
      json: { status: 409, errors: [{ path: "/parts/1" }] },
    });
    expect((await need(id)).status).toBe("uploading");
    await put(first);
    // Any number of callers may finish it, at once and later on.
    await Promise.all([1, 2, 3].map(() => completeModelFile(aws.backend, tenant, id, name)));
    await ingest(id);
    expect(await completeModelFile(aws.backend, tenant, id, name)).toMatchObject({
      status: "ready",
      summary: { parameters: (partBytes + 4_000_000) / 4 },
    });
    expect((await fetch(first.url, { method: "PUT", body: "late" })).status).toBe(404);
    const content = await openModel(aws.backend, tenant, id);
    // More than one request of the bucket, and put together again.
    expect(Buffer.compare(await content.read(name, 0, large.length), large)).toBe(0);
    expect((await keysOf(id)).map(({ key }) => key.split("/").slice(3).join("/"))).toEqual([
      "1/config.json",
      "1/tokenizer.json",
      `upload/${name}`,
    ]);
    await deleteModel(aws.backend, tenant, id);
    expect(await keysOf(id)).toEqual([]);
  });

  test("that was dropped in the bucket cannot be finished", async () => {
    const { model } = await begin();
    const uploadId = (await need(model.id)).files.find((file) => file.name === name)?.uploadId ?? "";
    await aws.backend.bucket.parts.abort({ key: modelUploadKey({ tenant, id: model.id }, name), uploadId });
    await expect(completeModelFile(aws.backend, tenant, model.id, name)).rejects.toMatchObject({
      json: { status: 410 },
    });
  });

  test("of a model that is deleted takes no parts any more", async () => {
    const { model, parts } = await begin();
    await deleteModel(aws.backend, tenant, model.id);
    expect((await fetch(parts[0]?.url ?? "", { method: "PUT", body: "x" })).status).toBe(404);
    await expect(completeModelFile(aws.backend, tenant, model.id, name)).rejects.toMatchObject({
      json: { status: 404 },
    });
  });

  test("is refused for one in one request, and for none", async () => {
    const { id } = await create(aws, tenant, small);
    await expect(completeModelFile(aws.backend, tenant, id, "config.json")).rejects.toMatchObject({
      json: { status: 409 },
    });
    await expect(completeModelFile(aws.backend, tenant, id, "conifg.json")).rejects.toMatchObject({
      json: { status: 404, detail: expect.stringContaining("did you mean config.json?") },
    });
  });
});

describe("an Idempotency-Key", () => {
  test("makes one model of many calls, each with links that work", async () => {
    const given = { name: "small", files: announce(small) };
    const made = await Promise.all(
      Array.from({ length: 8 }, () => createModel(aws.backend, tenant, given, "one")),
    );
    const ids = new Set(made.map(({ model }) => model.id));
    expect(ids.size).toBe(1);
    expect(made.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const again = await createModel(aws.backend, tenant, given, "one");
    expect(again.replayed).toBe(true);
    await send(again.model, small);
    await ingest(again.model.id);
    const late = await createModel(aws.backend, tenant, given, "one");
    expect(late.model).toMatchObject({ id: again.model.id, status: "ready" });
    expect(late.model.uploads).toBeUndefined();
  });

  test("is refused with other files, and when its model was deleted", async () => {
    const model = await create(aws, tenant, small, "two");
    await expect(create(aws, tenant, { ...small, "merges.txt": "a b" }, "two")).rejects.toMatchObject({
      json: { status: 422 },
    });
    await deleteModel(aws.backend, tenant, model.id);
    await expect(create(aws, tenant, small, "two")).rejects.toMatchObject({ json: { status: 410 } });
  });
});

describe("files", () => {
  const given = (...names: readonly (string | [string, number])[]) =>
    names.map((one) =>
      typeof one === "string" ? { name: one, bytes: 10 } : { name: one[0], bytes: one[1] },
    );
  const pieces = (...numbers: readonly number[]) => numbers.map((n) => `model-0000${n}-of-00003.safetensors`);

  test.each<[string, ReturnType<typeof given>, string, RegExp]>([
    [
      "with code inside",
      given("config.json", "pytorch_model.bin"),
      "/files/1/name",
      /can hold code: save .* safetensors/,
    ],
    [
      "of another layout",
      given("config.json", "model.gguf"),
      "/files/1/name",
      /bring the model as safetensors/,
    ],
    [
      "with odd names",
      given("config.json", "weights.safetensors"),
      "/files/1/name",
      /must be called model\.safetensors/,
    ],
    ["mistyped", given("conifg.json", "model.safetensors"), "/files/0/name", /did you mean config\.json\?/],
    ["twice", given("config.json", "model.safetensors", "config.json"), "/files/2/name", /is there twice/],
    [
      "without a configuration",
      given("model.safetensors", "tokenizer.json"),
      "/files",
      /there is no config\.json/,
    ],
    ["without weights", given("config.json", "tokenizer.json"), "/files", /there are no weights/],
    [
      "with a piece missing",
      given("config.json", ...pieces(1, 3)),
      "/files",
      /no model-00002-of-00003\.safetensors/,
    ],
    [
      "whole and in pieces",
      given("config.json", "model.safetensors", ...pieces(1, 2, 3)),
      "/files",
      /one file or in pieces/,
    ],
    [
      "with a large text",
      given(["config.json", maxTextBytes + 1], "model.safetensors"),
      "/files/0/bytes",
      /at most 67108864/,
    ],
    [
      "that are too many bytes",
      given("config.json", ["model.safetensors", maxModelBytes]),
      "/files",
      /more than the 68719476736 that are allowed/,
    ],
  ])("%s are refused before there is a model", async (_, files, path, message) => {
    await expect(createModel(aws.backend, tenant, { name: "x", files })).rejects.toMatchObject({
      json: { status: 422, errors: [{ path, message: expect.stringMatching(message) }] },
    });
  });

  test("of pieces are whole when all are there, whatever their number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (count, drop) => {
        const five = (number: number) => String(number).padStart(5, "0");
        const names = Array.from(
          { length: count },
          (_, i) => `model-${five(i + 1)}-of-${five(count)}.safetensors`,
        );
        expect(names.every(isModelFile)).toBe(true);
        expect(whatIsMissing(["config.json", ...names])).toBeUndefined();
        const dropped = names[drop % count] ?? "";
        const left = names.filter((name) => name !== dropped);
        expect(whatIsMissing(["config.json", ...left])).toMatch(count === 1 ? /no weights/ : dropped);
      }),
    );
  });

  test("of a llama2.c checkpoint are enough", () => {
    expect(["stories260K.bin", "tok512.bin", "tok105.model"].every(isModelFile)).toBe(true);
    expect(whatIsMissing(["stories260K.bin", "tok512.bin"])).toBeUndefined();
  });

  test.each([
    "optimizer.pt",
    "training_args.bin",
    ".gitattributes",
    "onnx",
    "../config.json",
    "a/config.json",
  ])("%s is none", (name) => {
    expect(isModelFile(name)).toBe(false);
    expect(whyNot(name)).toMatch(/^(is|must)/);
  });
});

describe("a model that nobody finishes", () => {
  const later = (milliseconds: number) =>
    vi.spyOn(aws.backend, "now").mockReturnValue(Date.now() + milliseconds);

  test("is given up after a day, with what arrived of it and its parts", async () => {
    const given = {
      name: "large",
      files: [...announce(small), { name: "vocab.json", bytes: 3 }].map((file) =>
        file.name === "model.safetensors" ? { ...file, bytes: partBytes + 1 } : file,
      ),
    };
    const { model } = await createModel(aws.backend, tenant, given);
    await send(model, { "config.json": small["config.json"] ?? "" });
    await ingest(model.id);
    later(uploadPatience - 60_000);
    await tidy(aws.backend);
    expect((await need(model.id)).status).toBe("uploading");
    later(uploadPatience + 60_000);
    await tidy(aws.backend);
    expect(await need(model.id)).toMatchObject({
      status: "failed",
      errors: [{ message: "model.safetensors and 2 more were not uploaded within a day" }],
    });
    expect(await keysOf(model.id)).toEqual([]);
    const upload = model.uploads?.find(({ name }) => name === "model.safetensors")?.upload;
    if (upload?.how !== "parts") throw new Error("this upload is not in parts");
    expect((await fetch(upload.parts[0]?.url ?? "", { method: "PUT", body: "x" })).status).toBe(404);
  });

  test("has failed with the reason when its check fails three times", async () => {
    const model = await create(aws, tenant, small);
    await send(model, small);
    const onFire = () =>
      ingestModel(aws.backend, tenant, model.id, () => Promise.reject(new Error("the bucket is on fire")));
    await expect(onFire()).rejects.toThrow("on fire");
    await expect(onFire()).rejects.toThrow("on fire");
    expect((await need(model.id)).status).toBe("checking");
    await onFire();
    expect(await need(model.id)).toMatchObject({
      status: "failed",
      errors: [{ message: "the content could not be checked: the bucket is on fire" }],
    });
    expect(await keysOf(model.id)).toEqual([]);
  });

  test("is given up when its check died, and not while it is at work", async () => {
    const model = await create(aws, tenant, small);
    await send(model, small);
    await expect(
      ingestModel(aws.backend, tenant, model.id, () => Promise.reject(new Error("killed"))),
    ).rejects.toThrow("killed");
    later(checkPatience - 60_000);
    await tidy(aws.backend);
    expect((await need(model.id)).status).toBe("checking");
    later(checkPatience + 60_000);
    await tidy(aws.backend);
    expect(await need(model.id)).toMatchObject({
      status: "failed",
      errors: [{ message: expect.stringMatching(/begun once and did not come to an end/) }],
    });
    expect(await keysOf(model.id)).toEqual([]);
  });

  test("is left alone once it is ready", async () => {
    const model = await create(aws, tenant, small);
    await send(model, small);
    await ingest(model.id);
    later(uploadPatience * 2);
    await tidy(aws.backend);
    expect((await need(model.id)).status).toBe("ready");
    expect(await keysOf(model.id)).toHaveLength(3);
  });
});
