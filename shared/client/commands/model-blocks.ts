import type { Model } from "../../resources/models/record.ts";
import { formatBytes, formatMoment } from "../figures.ts";
import { type Block, inWords } from "../output.ts";
import { plain, type Screen } from "../screen.ts";
import { statusOf } from "./content.ts";

/** Where a model is from. */
export const originOf = ({ method, run, seed }: Model): string =>
  method === undefined || run === undefined
    ? "uploaded"
    : `${plain(method)}, run ${plain(run)}${seed === undefined ? "" : `, seed ${seed}`}`;

/** A model as the command shows it: what it is, where it is from, its files. */
export function modelBlocks(model: Model, screen: Screen): Block[] {
  const summary = Object.entries(model.summary).map(
    ([name, value]) =>
      [
        inWords(name),
        typeof value === "number" ? value.toLocaleString("en-US") : plain(value ?? "–"),
      ] as const,
  );
  const rows = model.files.map(({ name, bytes }) => [plain(name), formatBytes(bytes)]);
  return [
    {
      kind: "facts",
      facts: [
        ["model", plain(model.id)],
        ["name", plain(model.name)],
        ["status", statusOf(model.status, screen)],
        [model.source === "upload" ? "source" : "made by", originOf(model)],
        ["created", formatMoment(model.createdAt)],
        ...summary,
      ],
    },
    { kind: "table", title: "Files", head: ["file", "size"], rows, figures: [false, true] },
  ];
}
