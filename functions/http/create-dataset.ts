import { backend } from "../../shared/resources/backend.ts";
import { newDatasetSchema } from "../../shared/resources/datasets/record.ts";
import { createDataset } from "../../shared/resources/datasets/store.ts";
import { parseInput } from "../../shared/resources/parse-input.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const given = parseInput("create-dataset", newDatasetSchema, call.body());
  const dataset = await createDataset(backend(), call.tenant, given);
  return json(201, dataset, { location: dataset.links.self });
});
