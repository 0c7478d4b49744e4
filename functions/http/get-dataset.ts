import { backend } from "../../shared/resources/backend.ts";
import { needDataset, presentDataset } from "../../shared/resources/datasets/store.ts";
import { json, respond } from "./respond.ts";

export const handler = respond(async (call) =>
  json(200, presentDataset(await needDataset(backend(), call.tenant, call.param("dataset")))),
);
