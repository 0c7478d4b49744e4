import { backend } from "../../shared/resources/backend.ts";
import { createModel } from "../../shared/resources/models/create.ts";
import { newModelSchema } from "../../shared/resources/models/record.ts";
import { parseInput } from "../../shared/resources/parse-input.ts";
import { readIdempotencyKey } from "./headers.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const idempotencyKey = readIdempotencyKey(call.header("idempotency-key"));
  const given = parseInput("create-model", newModelSchema, call.body());
  const { model, replayed } = await createModel(backend(), call.tenant, given, idempotencyKey);
  const headers = { location: model.links.self, ...(replayed && { "idempotency-replayed": "true" }) };
  return json(201, model, headers);
});
