import { backend } from "../../shared/resources/backend.ts";
import { deleteDataset } from "../../shared/resources/datasets/store.ts";
import { empty, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  await deleteDataset(backend(), call.tenant, call.param("dataset"));
  return empty(204);
});
