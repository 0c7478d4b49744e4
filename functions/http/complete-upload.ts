import { backend } from "../../shared/resources/backend.ts";
import { completeUpload } from "../../shared/resources/datasets/complete.ts";
import { presentDataset } from "../../shared/resources/datasets/store.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const dataset = await completeUpload(backend(), call.tenant, call.param("dataset"));
  return json(dataset.status === "pending" ? 202 : 200, presentDataset(dataset));
});
