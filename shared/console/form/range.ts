import type { Field, Range } from "./field.ts";

const grouped = new Intl.NumberFormat("en-US", { useGrouping: "min2", maximumSignificantDigits: 15 });

/** The limits in words: `32 to 4,096`, `above 0, at most 1`. */
export function rangeInWords({ least, most, aboveLeast, belowMost, multipleOf }: Range): string {
  const low = least === undefined ? undefined : grouped.format(least);
  const high = most === undefined ? undefined : grouped.format(most);
  const plain = low !== undefined && high !== undefined && !aboveLeast && !belowMost;
  const limits = plain
    ? [`${low} to ${high}`]
    : [
        ...(low === undefined ? [] : [aboveLeast ? `above ${low}` : `at least ${low}`]),
        ...(high === undefined ? [] : [belowMost ? `below ${high}` : `at most ${high}`]),
      ];
  return [
    ...limits,
    ...(multipleOf === undefined || multipleOf === 1 ? [] : [`a multiple of ${multipleOf}`]),
  ].join(", ");
}

/** What may be entered, in words; empty when there is nothing to say. */
export function limitsOf(field: Field): string {
  if (field.kind === "number") return rangeInWords(field.range);
  if (field.kind === "numbers") {
    const each = rangeInWords(field.item.range);
    return [countOf(field.fewest, field.most), each && `each ${each}`].filter(Boolean).join(", ");
  }
  if (field.kind === "texts") return "one a line";
  return "";
}

function countOf(fewest: number, most: number | undefined): string {
  if (most === undefined) return fewest > 1 ? `at least ${fewest} numbers` : "";
  return fewest === most ? `${most} numbers` : `${fewest} to ${most} numbers`;
}
