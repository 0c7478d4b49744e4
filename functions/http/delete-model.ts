import { backend } from "../../shared/resources/backend.ts";
import { deleteModel } from "../../shared/resources/models/store.ts";
import { empty, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  await deleteModel(backend(), call.tenant, call.param("model"));
  return empty(204);
});
