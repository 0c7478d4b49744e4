import { modelCard } from "./card.ts";
import type { Model, ModelDetail } from "./record.ts";
import type { StoredModel } from "./stored.ts";

/** The model as the API shows it. */
export function presentModel(stored: StoredModel): Model {
  const {
    tenant: _tenant,
    revision: _revision,
    attempts: _attempts,
    due: _due,
    version: _version,
    ...model
  } = stored;
  const self = `/v1/models/${model.id}`;
  const files = model.files.map(({ name, bytes }) => ({ name, bytes, href: `${self}/files/${name}` }));
  return {
    ...model,
    files,
    links: { self, ...(model.run !== undefined && { run: `/v1/runs/${model.run}` }) },
  };
}

/** The model as the API shows it alone. */
export const presentModelDetail = (model: StoredModel): ModelDetail => ({
  ...presentModel(model),
  card: modelCard(model),
});
