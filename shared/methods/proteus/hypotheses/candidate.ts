import { formatCount, formatNumber, formatPercent } from "../../../report/format.ts";
import type { Summary } from "../execution/values.ts";
import type { Evidence } from "../output.ts";
import { fieldAt } from "./trace.ts";

/** What the rules of scoring know of a hypothesis beside its text. */
export interface Facts {
  readonly adjusted: number;
  readonly fdr: number;
  /** The estimate less that of no effect: above 0 for more, and what the text says. */
  readonly estimate: number;
  readonly said: "up" | "down" | "none";
  /** Whether its interval leaves no effect out; absent without an interval. */
  readonly intervalClear?: boolean;
  /** Of the smaller group, or events. */
  readonly count: { readonly name: "samples" | "events"; readonly value: number };
  /** Whether the claim stayed in analyses that were prepared otherwise. */
  readonly stays: readonly { readonly choice: string; readonly holds: boolean }[];
  /** Whether other contrasts of the same thing have the same sign; absent without another. */
  readonly agrees?: boolean;
  /** What an assay could target. */
  readonly proteins: readonly string[];
  /** A set that was given is what it speaks of, so that its members are known to belong there. */
  readonly ofSet?: boolean;
}

export interface Candidate {
  readonly rule: string;
  readonly objective: string;
  readonly text: string;
  readonly evidence: readonly Evidence[];
  readonly facts: Facts;
}

/** A place in a sentence: a field of a step's summary, and how it is written. */
export interface Cited {
  readonly step: string;
  readonly path: string;
  readonly write: (value: number | string) => string;
}

function asNumber(value: number | string): string {
  if (typeof value === "string") return value;
  return Number.isInteger(value) && Math.abs(value) < 1e7 ? formatCount(value) : formatNumber(value);
}

/** Cites fields of a step: as they are, or as a percentage. */
export const citing = (step: string) => ({
  field: (path: string): Cited => ({ step, path, write: asNumber }),
  percent: (path: string): Cited => ({
    step,
    path,
    write: (value) => (typeof value === "number" ? formatPercent(value) : value),
  }),
});

/** Writes a sentence whose every figure and name is a field of a result, and keeps which; words between go in as they are. */
export const sentenceOf =
  (results: Readonly<Record<string, Summary>>) =>
  (
    parts: TemplateStringsArray,
    ...places: readonly (Cited | string)[]
  ): { text: string; evidence: Evidence[] } => {
    const evidence = places.flatMap((place): Evidence[] => {
      if (typeof place === "string") return [];
      const { step, path } = place;
      const value = fieldAt(results[step], path);
      if (value === undefined) throw new Error(`${step}/${path} is no field of a result`);
      return [{ step, path, value }];
    });
    const written = places.map((place) =>
      typeof place === "string" ? place : place.write(fieldAt(results[place.step], place.path) ?? ""),
    );
    const text = parts.map((part, at) => part + (written[at] ?? "")).join("");
    const distinct = new Map(evidence.map((one) => [`${one.step}/${one.path}`, one]));
    return { text, evidence: [...distinct.values()] };
  };
