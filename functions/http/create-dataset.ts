import { backend } from "../../shared/resources/backend.ts";
import { createDataset } from "../../shared/resources/datasets/create.ts";
import { newDatasetSchema } from "../../shared/resources/datasets/record.ts";
import { parseInput } from "../../shared/resources/parse-input.ts";
import { readIdempotencyKey } from "./headers.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const idempotencyKey = readIdempotencyKey(call.header("idempotency-key"));
  const given = parseInput("create-dataset", newDatasetSchema, call.body());
  const { dataset, replayed } = await createDataset(backend(), call.tenant, given, idempotencyKey);
  const headers = { location: dataset.links.self, ...(replayed && { "idempotency-replayed": "true" }) };
  return json(201, dataset, headers);
});
