import { formatFixed, formatPercent } from "../../report/format.ts";
import type { Finding } from "../finding.ts";
import { decoderLabels, routerLabels } from "./labels.ts";
import type { Compared } from "./output.ts";

const percent = (share: number) => formatPercent(share, 1);

/** What a comparison's figures show: each decoder beside the small model alone, and each router beside chance. */
export function compareFindings(results: readonly Compared[]): Finding[] {
  const base = results.filter(({ targetRate, beside }) => targetRate === null && beside === null);
  const alone = base.find(({ router, decoder }) => router === "never" && decoder !== "proxy");
  const always = base.filter(({ router }) => router === "always");
  const oracle = always.find(({ decoder }) => decoder === "oracle");
  return [
    ...always.filter(({ decoder }) => decoder !== "speculative").map((one) => beyond(one, alone)),
    ...always
      .filter(({ decoder }) => decoder.startsWith("contrastive"))
      .map((one) => beyondOracle(one, oracle)),
    drafts(
      always.find(({ decoder }) => decoder === "speculative"),
      oracle,
    ),
    ...routed(results),
  ].filter((finding) => finding !== undefined);
}

function beyond(one: Compared, alone: Compared | undefined): Finding | undefined {
  if (alone === undefined) return undefined;
  return {
    claim: `${decoderLabels[one.decoder]} is better than the small model alone`,
    holds: one.quality > alone.quality,
    text: `${percent(one.quality)} against ${percent(alone.quality)} right. The large model changes ${percent(one.cof)} of the tokens${one.cofUntuned === null ? "" : `, ${percent(one.cofUntuned)} beside the untuned small model`}.`,
  };
}

function beyondOracle(one: Compared, oracle: Compared | undefined): Finding | undefined {
  if (oracle === undefined) return undefined;
  return {
    claim: `${decoderLabels[one.decoder]} is better than the large model alone`,
    holds: one.quality > oracle.quality,
    text: `${percent(one.quality)} against ${percent(oracle.quality)} right.`,
  };
}

function drafts(one: Compared | undefined, oracle: Compared | undefined): Finding | undefined {
  if (one === undefined || one.tokensPerLargeCall === null) return undefined;
  const speed =
    one.tokensPerSecond === null || oracle === undefined || oracle.tokensPerSecond === null
      ? ""
      : ` ${formatFixed(one.tokensPerSecond / oracle.tokensPerSecond, 2)} times the oracle's tokens a second on this machine.`;
  return {
    claim: "Speculative decoding writes more than one token for each call of the large model",
    holds: one.tokensPerLargeCall > 1,
    text: `${formatFixed(one.tokensPerLargeCall, 2)} tokens a call.${speed}`,
  };
}

/** The oracle's routers beside asking at random as often: at their own thresholds, and over the rates of the sweep. */
function routed(results: readonly Compared[]): Finding[] {
  const twins = results.filter(({ decoder, beside }) => decoder === "oracle" && beside !== null);
  return [...Map.groupBy(twins, ({ beside }) => beside)].flatMap(([router, random]): Finding[] => {
    if (router === null) return [];
    const held = random.flatMap((twin) => {
      const own = results.find(
        (one) => one.decoder === "oracle" && one.router === router && one.targetRate === twin.targetRate,
      );
      return own === undefined ? [] : [{ own, gain: own.quality - twin.quality }];
    });
    const gain = held.reduce((sum, one) => sum + one.gain, 0) / held.length;
    const ahead = held.filter((one) => one.gain > 0).length;
    const threshold = held.find(({ own }) => own.targetRate === null)?.own;
    const at =
      threshold === undefined
        ? ""
        : ` At its threshold it asks at ${percent(threshold.rate)} of the tokens: ${percent(threshold.quality)} right.`;
    return [
      {
        claim: `${routerLabels[router]}: asking there is better than asking at random as often`,
        holds: ahead === held.length,
        text: `Better at ${ahead} of ${held.length} rates, by ${formatFixed(100 * gain, 1)} points of a percent on average.${at}`,
      },
    ];
  });
}

/** What a report says first. */
export function compareHeadline(
  results: readonly Compared[],
  quality: string,
): { summary: string; detail: string } {
  const base = results.filter(({ targetRate, beside }) => targetRate === null && beside === null);
  const best = base.toSorted((a, b) => b.quality - a.quality)[0];
  const alone = base.find(({ router }) => router === "never");
  const spared = base
    .filter(({ decoder, router }) => decoder === "oracle" && router !== "always" && router !== "never")
    .toSorted((a, b) => b.quality - a.quality)[0];
  if (best === undefined) return { summary: "Nothing was compared.", detail: "" };
  const beside = alone === undefined ? "" : `, the small model alone ${percent(alone.quality)}`;
  const detail =
    spared === undefined
      ? ""
      : `The oracle under ${routerLabels[spared.router].toLowerCase()} asks the large model at ${percent(spared.rate)} of the tokens and has ${percent(spared.quality)}.`;
  return {
    summary: `${decoderLabels[best.decoder]}, ${routerLabels[best.router].toLowerCase()}, has ${percent(best.quality)} ${quality}${beside}.`,
    detail:
      `${detail} One pair of models: how far another would fall from these figures is not known.`.trim(),
  };
}
