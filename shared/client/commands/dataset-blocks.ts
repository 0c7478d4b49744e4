import type { Counts, Format, Lengths, Profile } from "../../resources/datasets/profile.ts";
import type { Dataset } from "../../resources/datasets/record.ts";
import { formatBytes, formatMoment } from "../figures.ts";
import type { Block, FactsBlock } from "../output.ts";
import { plain, type Screen } from "../screen.ts";
import { statusOf } from "./content.ts";

export const sizeOf = ({ bytes }: Dataset) => (bytes === undefined ? "–" : formatBytes(bytes));

type Fact = readonly [name: string, value: string];

const grouped = (count: number) => count.toLocaleString("en-US");
const many = (count: number, one: string, more = `${one}s`) =>
  `${grouped(count)} ${count === 1 ? one : more}`;

/** Values with their counts: `en 240, fr 2`. */
const listed = (counts: Counts, most = 6): string =>
  counts
    .slice(0, most)
    .map(({ value, count }) => `${plain(value)} ${grouped(count)}`)
    .join(", ") + (counts.length > most ? ", …" : "");

/** Facts of counts that may be empty. */
const ifAny = (name: string, counts: Counts): Fact[] => (counts.length === 0 ? [] : [[name, listed(counts)]]);

const layouts: Readonly<Record<Format["layout"], string>> = {
  text: "text",
  jsonl: "JSON Lines",
  "json-array": "JSON array",
  tsv: "cells parted by tabs",
  csv: "cells parted by commas",
  "semicolon-csv": "cells parted by semicolons",
  archive: "archive",
};

function formatOf({ layout, compression, bytes, bom, newlines }: Format): string {
  const parts = [layouts[layout]];
  if (compression === "gzip") parts.push(`gzip, ${formatBytes(bytes)} once decompressed`);
  if (compression === "zip") parts.push("zip");
  if (bom) parts.push("byte order mark");
  if (newlines === "crlf" || newlines === "mixed") parts.push(`${newlines.toUpperCase()} line ends`);
  return parts.join(", ");
}

/** What the check found, in one line and in facts of the kind's own. */
function profileFacts(profile: Profile): Fact[] {
  switch (profile.kind) {
    case "text": {
      const { lines, characters } = profile;
      return [
        ["kind", `text, ${many(lines, "line")}, ${many(characters, "character")}`],
        ...ifAny("languages", profile.languages),
      ];
    }
    case "instructions": {
      const { rows, taskCount, tasks, languages } = profile;
      const told = taskCount > 0 ? `, ${many(taskCount, "task")}` : "";
      return [
        ["kind", `instructions, ${many(rows, "row")}${told}`],
        ...ifAny("tasks", tasks),
        ...ifAny("languages", languages),
      ];
    }
    case "preferences": {
      const { rows, pairs, responses, labels, languages } = profile;
      const told = `${many(rows, "row")}, ${many(responses, "response")}, ${many(pairs, "pair")}`;
      return [["kind", `preferences, ${told}`], ...ifAny("labels", labels), ...ifAny("languages", languages)];
    }
    case "judgements": {
      const { rows, references, responses, labels, settings, languages } = profile;
      const told = `${many(rows, "row")}, ${many(responses, "response")}, ${many(references, "reference")}`;
      return [
        ["kind", `judgements, ${told}`],
        ...ifAny("labels", labels),
        ...ifAny("settings", settings),
        ...ifAny("languages", languages),
      ];
    }
    case "matrix": {
      const { rows, samples, groups, missing, zeros, idColumn } = profile;
      return [
        ["kind", `matrix, ${many(rows, "row")}, ${many(samples.length, "sample")}`],
        ["ids", plain(idColumn)],
        ["groups", groups.length === 0 ? "none: there is no sample sheet" : listed(groups, 12)],
        ["cells", `${grouped(missing)} missing, ${grouped(zeros)} zero`],
      ];
    }
    case "scene": {
      const { views, points, missingImages, depthMaps, source, splits, cameras } = profile;
      const extra = [
        ...(points > 0 ? [many(points, "point")] : []),
        ...(depthMaps > 0 ? [many(depthMaps, "depth map")] : []),
        ...(missingImages > 0 ? [many(missingImages, "image missing", "images missing")] : []),
      ];
      const models = cameras.map(({ model, width, height }) => `${model} ${width} x ${height}`);
      return [
        ["kind", ["scene", many(views, "view"), ...extra].join(", ")],
        ["poses", source],
        ...ifAny("splits", splits),
        ["cameras", plain(models.slice(0, 4).join(", ") + (models.length > 4 ? ", …" : ""))],
      ];
    }
  }
}

function lengthsOf(lengths: Lengths | undefined): string[] {
  if (lengths === undefined) return ["–", "–", "–", "–"];
  const { min, median, p95, max } = lengths;
  return [min, median, p95, max].map(grouped);
}

/** Fields of rows with how often they have a value, and how long the texts are. */
function columnsBlock(profile: Profile): Block[] {
  if (!("columns" in profile)) return [];
  const rows = profile.columns
    .slice(0, 20)
    .map(({ name, present, lengths }) => [plain(name), grouped(present), ...lengthsOf(lengths)]);
  const head = ["field", "rows", "shortest", "median", "95 %", "longest"];
  const title = "Fields, and the characters of their texts";
  return [{ kind: "table", title, head, rows, figures: [false, true, true, true, true, true] }];
}

/** A text in one line of at most so many columns; East Asian characters take two. */
function oneLine(text: string, columns: number): string {
  let width = 0;
  let line = "";
  for (const character of plain(text.replaceAll(/\s+/g, " "))) {
    width += (character.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1;
    if (width > columns) return `${line}…`;
    line += character;
  }
  return line;
}

/** The first row, one field a line; of a text the first lines. */
function previewBlock({ kind, preview }: Dataset): Block[] {
  const [first] = preview?.rows ?? [];
  if (preview === undefined || first === undefined) return [];
  if (kind === "text") {
    const rows = preview.rows.slice(0, 5).map(([line = ""]) => [oneLine(line, 90)]);
    return [{ kind: "table", head: ["first lines"], rows, figures: [false] }];
  }
  const rows = preview.columns.map((name, i) => [oneLine(name, 30), oneLine(first[i] ?? "", 64)]);
  return [{ kind: "table", head: ["field", "first row"], rows: rows.slice(0, 16), figures: [false, false] }];
}

/** A data set as the command shows it. */
export function datasetBlocks(dataset: Dataset, screen: Screen): Block[] {
  const { summary } = dataset;
  const facts: FactsBlock = {
    kind: "facts",
    facts: [
      ["dataset", plain(dataset.id)],
      ["name", plain(dataset.name)],
      ...(summary === undefined ? ([["kind", dataset.kind]] as const) : profileFacts(summary)),
      ["status", statusOf(dataset.status, screen)],
      ["size", sizeOf(dataset)],
      ...(summary === undefined ? [] : ([["format", formatOf(summary.format)]] as const)),
      ["created", formatMoment(dataset.createdAt)],
    ],
  };
  return [facts, ...(summary === undefined ? [] : columnsBlock(summary)), ...previewBlock(dataset)];
}
