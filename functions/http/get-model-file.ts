import { backend } from "../../shared/resources/backend.ts";
import { modelFileUrl } from "../../shared/resources/models/read.ts";
import { needModel } from "../../shared/resources/models/stored.ts";
import { redirect, respond } from "./respond.ts";

export const handler = respond(async (call) => {
  const model = await needModel(backend(), call.tenant, call.param("model"));
  return redirect(await modelFileUrl(backend(), model, call.param("name")));
});
