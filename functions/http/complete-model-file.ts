import { backend } from "../../shared/resources/backend.ts";
import { completeModelFile } from "../../shared/resources/models/complete.ts";
import { presentModel } from "../../shared/resources/models/present.ts";
import { isOpen } from "../../shared/resources/models/stored.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const model = await completeModelFile(backend(), call.tenant, call.param("model"), call.param("name"));
  return json(isOpen(model) ? 202 : 200, presentModel(model));
});
