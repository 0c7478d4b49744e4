import { expect } from "vitest";
import { createModel } from "../../../shared/resources/models/create.ts";
import type { CheckModel } from "../../../shared/resources/models/ingest.ts";
import type { CreatedModel } from "../../../shared/resources/models/record.ts";
import type { LocalAws } from "../../fixtures/aws.ts";

/** Files of a model by name. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A safetensors file of one tensor of so many zeros. */
export function weights(numbers: number): Uint8Array {
  const bytes = numbers * 4;
  const header = JSON.stringify({ w: { dtype: "F32", shape: [numbers], data_offsets: [0, bytes] } });
  const file = Buffer.alloc(8 + header.length + bytes);
  file.writeBigUInt64LE(BigInt(header.length), 0);
  file.write(header, 8);
  return file;
}

export const small: Files = {
  "config.json": '{"model_type":"llama","vocab_size":7}',
  "model.safetensors": weights(5),
  "tokenizer.json": "{}",
};

export const announce = (files: Files) =>
  Object.entries(files).map(([name, body]) => ({ name, bytes: Buffer.byteLength(body) }));

export async function create(
  aws: Pick<LocalAws, "backend">,
  tenant: string,
  files: Files,
  key?: string,
): Promise<CreatedModel> {
  return (await createModel(aws.backend, tenant, { name: "small", files: announce(files) }, key)).model;
}

/** Puts these files where the model's links say. */
export async function send({ uploads }: CreatedModel, files: Files): Promise<void> {
  for (const [name, body] of Object.entries(files)) {
    const upload = uploads?.find((one) => one.name === name)?.upload;
    if (upload?.how !== "whole") throw new Error(`${name} is not sent in one request`);
    const answer = await fetch(upload.url, {
      method: upload.method,
      headers: upload.headers,
      body: Buffer.from(body),
    });
    expect(answer.status).toBe(200);
  }
}

/** A check that knows no architectures: config.json must be JSON. What the resources do is the same for any. */
export const check: CheckModel = async (model) => {
  const { bytes = 0 } = model.files.find(({ name }) => name === "config.json") ?? {};
  const text = new TextDecoder().decode(await model.read("config.json", 0, bytes));
  try {
    JSON.parse(text);
  } catch {
    return { errors: [{ file: "config.json", message: "is no JSON" }] };
  }
  return { summary: {} };
};
