import { formatChange, formatCount, formatPercent } from "../../report/format.ts";
import { loss } from "../loss-words.ts";
import { difference, exceeds, type Measured } from "../measured.ts";
import { lossAt, multipleOf, passkeyAt, shareOfClipping } from "./findings.ts";
import { labelOf } from "./labels.ts";
import type { VariantResult } from "./output.ts";

/** What a report says first: the result in a sentence, and what must be known beside it. */
export interface Headline {
  readonly summary: string;
  readonly detail: string;
}

/** The result of a comparison in words, from its figures alone. */
export function headline(variants: readonly VariantResult[], trainingLength: number): Headline {
  const table = new Map(variants.map((variant) => [variant.name, variant]));
  const focus = table.get("fope") ?? table.get("fope-clip");
  const rope = table.get("rope");
  const length = tellingLength([focus, rope], trainingLength);
  const [mine, theirs] = [lossAt(focus, length), lossAt(rope, length)];
  const facing = focus !== undefined && mine !== undefined && theirs !== undefined;
  const summary = facing
    ? facingRope(labelOf(focus.name), mine, theirs, times(length, trainingLength))
    : lowest(variants, trainingLength);
  const details = [
    facing && length > trainingLength
      ? within(lossAt(focus, trainingLength), lossAt(rope, trainingLength))
      : undefined,
    clipping(table, length),
    lowerStill(variants, focus, trainingLength),
    passkey(focus, rope, trainingLength),
    caveat(variants),
  ];
  return { summary, detail: details.filter((sentence) => sentence !== undefined).join(" ") };
}

/** The length to speak of: 8 times the training length where all were scored, else 4, 2, or the longest shared. */
function tellingLength(variants: readonly (VariantResult | undefined)[], trainingLength: number): number {
  const present = variants.filter((variant) => variant !== undefined);
  const shared = (present[0]?.loss ?? [])
    .map((point) => point.length)
    .filter((length) => present.every((variant) => lossAt(variant, length) !== undefined))
    .sort((a, b) => b - a);
  const wanted = [8, 4, 2].map((multiple) => multiple * trainingLength);
  return wanted.find((length) => shared.includes(length)) ?? shared[0] ?? trainingLength;
}

function facingRope(name: string, mine: Measured, theirs: Measured, where: string): string {
  const gain = difference(theirs, mine);
  const figures = `${loss(mine.mean)} nats per token against RoPE's ${loss(theirs.mean)}`;
  const change = formatPercent(Math.abs(mine.mean / theirs.mean - 1));
  if (exceeds(gain)) return `${where} ${name}'s loss is ${figures}, ${change} lower.`;
  if (exceeds(difference(mine, theirs))) return `${where} ${name}'s loss is ${figures}, ${change} higher.`;
  return `${where} ${name}'s loss is ${figures}: no difference that the seeds bear out.`;
}

/** The price within the training length, with the seeds' word on it where there are several. */
function within(mine: Measured | undefined, theirs: Measured | undefined): string | undefined {
  if (mine === undefined || theirs === undefined) return undefined;
  const change = mine.mean / theirs.mean - 1;
  const size = formatPercent(Math.abs(change), 1);
  if (exceeds(difference(mine, theirs))) return `Within the training length it is ${size} higher.`;
  if (exceeds(difference(theirs, mine))) return `Within the training length it is ${size} lower too.`;
  return `Within the training length the two are level (${formatChange(change)}, inside the seeds' spread).`;
}

function lowest(variants: readonly VariantResult[], trainingLength: number): string {
  const length = tellingLength(variants, trainingLength);
  const ranked = variants
    .flatMap((variant) => {
      const measured = lossAt(variant, length);
      return measured === undefined ? [] : [{ name: labelOf(variant.name), mean: measured.mean }];
    })
    .sort((a, b) => a.mean - b.mean);
  const [best, next] = ranked;
  if (best === undefined) return "No loss was scored.";
  const figure = `${best.name}'s loss is ${loss(best.mean)} nats per token`;
  const where = times(length, trainingLength);
  if (next === undefined) return `${where} ${figure}.`;
  return `${where} ${figure}, the lowest of ${ranked.length} variants; ${next.name} is next with ${loss(next.mean)}.`;
}

function clipping(table: ReadonlyMap<string, VariantResult>, length: number): string | undefined {
  const [full, clipped] = [lossAt(table.get("fope"), length), lossAt(table.get("fope-clip"), length)];
  return full === undefined || clipped === undefined
    ? undefined
    : shareOfClipping(full, clipped, lossAt(table.get("rope"), length));
}

/** Who does better than the variant in focus at the longest length, if anyone does. */
function lowerStill(
  variants: readonly VariantResult[],
  focus: VariantResult | undefined,
  trainingLength: number,
): string | undefined {
  const length = Math.max(0, ...(focus?.loss.map((point) => point.length) ?? []));
  const mine = lossAt(focus, length);
  if (focus === undefined || mine === undefined || length <= trainingLength) return undefined;
  const lower = variants
    .flatMap((variant) => {
      const measured = lossAt(variant, length);
      return measured !== undefined && exceeds(difference(mine, measured))
        ? [{ name: labelOf(variant.name), mean: measured.mean }]
        : [];
    })
    .sort((a, b) => a.mean - b.mean);
  const best = lower[0];
  if (best === undefined) return undefined;
  return `At ${multipleOf(length, trainingLength)} ${best.name} is lower than ${labelOf(focus.name)}: ${loss(best.mean)} against ${loss(mine.mean)}.`;
}

function passkey(
  focus: VariantResult | undefined,
  rope: VariantResult | undefined,
  trainingLength: number,
): string | undefined {
  if (focus === undefined) return undefined;
  for (const multiple of [4, 8, 2]) {
    const [mine, theirs] = [focus, rope].map((variant) => passkeyAt(variant, multiple * trainingLength));
    if (mine === undefined || theirs === undefined) continue;
    return `At ${multiple}× the training length ${labelOf(focus.name)} finds ${formatPercent(mine.mean)} of the passkeys, RoPE ${formatPercent(theirs.mean)}.`;
  }
  return undefined;
}

function caveat(variants: readonly VariantResult[]): string | undefined {
  return variants.some((variant) => variant.seeds <= 1)
    ? "One seed: how far another would fall from these figures is not known."
    : undefined;
}

function times(length: number, trainingLength: number): string {
  if (length === trainingLength) return `At the training length of ${formatCount(length)} tokens`;
  return `At ${Number((length / trainingLength).toFixed(2))} times the training length`;
}
