import type { Summary } from "../execution/values.ts";
import type { Evidence } from "../output.ts";

/** What a hypothesis may speak of: the summaries of finished steps, and the names that the data know. */
export interface Ground {
  readonly results: Readonly<Record<string, Summary>>;
  /** Names of proteins, genes, sets and kinases. */
  readonly entities: ReadonlySet<string>;
}

/** The field of a summary at a path such as `contrasts/0/top/2/logFC`; undefined where there is none. */
export function fieldAt(summary: Summary | undefined, path: string): number | string | undefined {
  let at: unknown = summary;
  for (const name of path.split("/")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = Reflect.get(at, name);
  }
  return typeof at === "number" || typeof at === "string" ? at : undefined;
}

/**
 * Why a text is not borne out by its evidence; nothing where it is. Evidence must be a field of a step's result, and
 * every number and every name of the text must be one of those fields, numbers to the places that are written.
 */
export function problemsOfText(text: string, evidence: readonly Evidence[], ground: Ground): string[] {
  const unresolved = evidence
    .filter(({ step, path, value }) => fieldAt(ground.results[step], path) !== value)
    .map(({ step, path }) => `${step}/${path} is no field of a result, or has another value`);
  const strings = evidence.flatMap(({ value }) => (typeof value === "string" ? [value] : []));
  const numbers = evidence.flatMap(({ value }) => (typeof value === "number" ? [value] : []));
  const rest = without(text, strings);
  const names = namesIn(rest, ground.entities).map((name) => `${name} is not in the evidence`);
  const figures = numbersIn(withoutWords(rest))
    .filter((figure) => !numbers.some((value) => isValueOf(figure, value)))
    .map(({ shown }) => `${shown} is no number of the evidence`);
  const cited = evidence.length === 0 ? ["it cites no evidence"] : [];
  return [...cited, ...unresolved, ...names, ...figures];
}

/** The text without the strings that were cited, where they stand as words. */
function without(text: string, strings: readonly string[]): string {
  const longest = [...new Set(strings)].filter((one) => one !== "").sort((a, b) => b.length - a.length);
  return longest.reduce((rest, one) => rest.replaceAll(asWord(one), " "), text);
}

const asWord = (name: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_]|[.,−-](?=\\d))${escaped(name)}(?![\\p{L}\\p{N}_%]|[.,]\\d)`, "gu");

const escaped = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** Words of method and measure that look like names. */
const vocabulary: ReadonlySet<string> = new Set([
  "log2",
  "FDR",
  "NES",
  "GSEA",
  "ORA",
  "KSEA",
  "PCA",
  "DNA",
  "RNA",
  "mRNA",
  "ATP",
  "CI",
  "HR",
  "OS",
  "MS",
]);

/** Names that the data know, and what looks like the name of a protein and is none of them. */
function namesIn(text: string, entities: ReadonlySet<string>): string[] {
  const words = text.split(/[^\p{L}\p{N}_.:-]+/u).map((word) => word.replace(/^[.:-]+|[.:-]+$/g, ""));
  const single = words.filter((word) => word !== "" && (entities.has(word) || looksLikeName(word)));
  const several = [...entities].filter((name) => /\s/.test(name) && asWord(name).test(text));
  return [...new Set([...single, ...several])];
}

function looksLikeName(word: string): boolean {
  if (vocabulary.has(word)) return false;
  const mixed = /\p{L}/u.test(word) && /\p{N}/u.test(word) && !/^\d[\d.]*e-?\d+$/i.test(word);
  return mixed || /^[A-Z]{3,}$/.test(word) || /_/.test(word);
}

/** The text without names, whose digits are no figures. */
const withoutWords = (text: string): string =>
  text.replaceAll(/[\p{L}\p{N}_.:-]+/gu, (word) =>
    vocabulary.has(word) || looksLikeName(word.replace(/^[.:-]+|[.:-]+$/g, "")) ? " " : word,
  );

interface Figure {
  readonly shown: string;
  readonly value: number;
  /** Half of what the last written place is worth. */
  readonly half: number;
  readonly percent: boolean;
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** A power of ten alone, or a number with or without one, as `3.2 × 10⁻⁷`, `1e-7`, `1,234.5`, `95%`. */
const pattern =
  /10(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|([−-]?\d+(?:,\d{3})*(?:\.\d+)?)(?:\s*×\s*10(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|e(-?\d+))?(%?)/g;
const spelled = ["three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/** The numbers of a text, in figures or, from three to twelve, in words. */
function numbersIn(text: string): Figure[] {
  const found = [...text.matchAll(pattern)].map(figureOf);
  const inWords = [...text.matchAll(/\p{L}+/gu)].flatMap(([word]) => {
    const at = spelled.indexOf(word.toLowerCase());
    return at === -1 ? [] : [{ shown: word, value: at + 3, half: 0, percent: false }];
  });
  return [...found, ...inWords];
}

function figureOf(match: RegExpMatchArray): Figure {
  const [shown, alone, mantissa, raised, e, percent] = match;
  const power = exponentOf(alone ?? raised) + Number(e ?? 0);
  const digits = (mantissa ?? "1").replaceAll(",", "").replace("−", "-");
  // Zeros at the end of a whole number may stand for what was rounded.
  const places = digits.split(".")[1]?.length ?? -(/[1-9](0+)$/.exec(digits)?.[1]?.length ?? 0);
  return {
    shown,
    value: Number(`${digits}e${power}`),
    half: Number(`0.5e${power - places}`),
    percent: percent === "%",
  };
}

function exponentOf(raised: string | undefined): number {
  if (raised === undefined) return 0;
  const digits = [...raised.replace("⁻", "")].map((one) => superscripts.indexOf(one)).join("");
  return raised.startsWith("⁻") ? -Number(digits) : Number(digits);
}

/** Whether a written number is a value as far as it is written; a whole number is meant exactly. */
function isValueOf({ value, half, percent }: Figure, evidence: number): boolean {
  const meant = percent ? 100 * evidence : evidence;
  if (Number.isInteger(evidence) && !percent) return value === evidence;
  return Math.abs(value - meant) <= half * (1 + 1e-9);
}
