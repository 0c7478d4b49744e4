import { backend } from "../../shared/resources/backend.ts";
import { deleteRun } from "../../shared/resources/runs/delete.ts";
import { empty, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  await deleteRun(backend(), call.tenant, call.param("run"));
  return empty(204);
});
