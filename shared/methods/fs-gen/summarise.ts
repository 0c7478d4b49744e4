import { createRandom } from "../../lm/random.ts";
import { auroc } from "../auroc.ts";
import { meanSd } from "../measured.ts";
import { bootstrap, type ModelFrequency } from "./bootstrap.ts";
import type { TrainedMember } from "./family.ts";
import { determination, fitLaw, fitNames, leaveOnePairOut } from "./fits.ts";
import type { StudyInput } from "./input.ts";
import { differences, type Look, mismatch } from "./looks.ts";
import type { Fitted, Floor, PairResult, Position, Studied, StudyOutput, Uncertainty } from "./output.ts";
import type { Along, Studying } from "./study.ts";
import { studyFindings } from "./study-findings.ts";
import { rocCurve, type UncertaintyName, uncertaintyNames } from "./uncertainty.ts";

/** What a report shows of a study beside its output. */
export interface StudyDetails {
  /** One observation for each pair of trained models. */
  readonly frequencies: readonly (ModelFrequency & { readonly cofGreedy: number })[];
  /** Of the smallest model beside the largest, first seeds. */
  readonly roc: readonly {
    readonly measure: UncertaintyName;
    readonly auroc: number | undefined;
    readonly points: readonly { readonly false: number; readonly true: number }[];
  }[];
}

interface Seen extends TrainedMember {
  readonly look: Look;
}
interface Duo {
  readonly small: Seen;
  readonly large: Seen;
}

/** Frequencies, fits, uncertainty and position of a family that was trained and held together. */
export function studyOutput(
  input: StudyInput,
  seed: number,
  { family, looks, along }: Studying,
): { output: StudyOutput; details: StudyDetails } {
  const seen = family.members.flatMap((member, at): Seen[] => {
    const look = looks[at];
    return look === undefined ? [] : [{ ...member, look }];
  });
  const duos = seen.flatMap((small) =>
    seen.flatMap((large): Duo[] => (small.parameters < large.parameters ? [{ small, large }] : [])),
  );
  const frequencies = duos.map(({ small, large }) => ({
    small: small.parameters,
    large: large.parameters,
    smallModel: small.key,
    largeModel: large.key,
    cof: mismatch(small.look, large.look),
    cofGreedy: alongShare(along, ({ small: a, large: b }) => a === small.key && b === large.key),
  }));
  const pairs = pooled(frequencies);
  const parts = {
    models: studied(input, seen),
    pairs,
    floor: floorOf(seen, along),
    fits: fitsOf(frequencies, seed, input.bootstrapDraws),
    uncertainty: uncertaintyOver(duos),
    position: positions(along, duos),
    belowFifth: pairs.filter(({ cof }) => cof < 0.2).length / pairs.length,
  };
  const output: StudyOutput = { task: "study", ...parts, findings: studyFindings(parts) };
  return { output, details: { frequencies, roc: rocOf(duos) } };
}

function studied({ sizes, seeds }: StudyInput, seen: readonly Seen[]): Studied[] {
  return seen.map(({ key, parameters, loss, model, look }, at) => {
    const { dModel, layers } = sizes[Math.floor(at / seeds)] ?? { dModel: 0, layers: 0 };
    return { key, dModel, layers, seed: at % seeds, parameters, loss, accuracy: look.accuracy, model };
  });
}

/** Pairs of sizes, means over their seeds. */
export function pooled(
  frequencies: readonly (ModelFrequency & { readonly cofGreedy?: number })[],
): PairResult[] {
  const groups = Map.groupBy(frequencies, ({ small, large }) => `${small} ${large}`);
  return [...groups.values()].flatMap((group): PairResult[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { small, large } = first;
    const { mean, sd } = meanSd(group.map(({ cof }) => cof));
    const greedy = group.flatMap(({ cofGreedy }) => (cofGreedy === undefined ? [] : [cofGreedy]));
    const cofGreedy = greedy.length === 0 ? null : meanSd(greedy).mean;
    return [{ small, large, ratio: large / small, cof: mean, cofSd: sd, cofGreedy, seeds: group.length }];
  });
}

/** Two seeds of one size differ too: what no ratio of sizes accounts for. */
function floorOf(seen: readonly Seen[], along: readonly Along[]): Floor | null {
  const twins = seen.flatMap((one, at) =>
    seen.slice(at + 1).flatMap((other) => (one.parameters === other.parameters ? [{ one, other }] : [])),
  );
  if (twins.length === 0) return null;
  const { mean, sd } = meanSd(twins.map(({ one, other }) => mismatch(one.look, other.look)));
  const sizeOf = new Map(seen.map(({ key, parameters }) => [key, parameters]));
  const cofGreedy = alongShare(along, ({ small, large }) => sizeOf.get(small) === sizeOf.get(large));
  return { cof: mean, cofSd: sd, cofGreedy, pairs: twins.length };
}

/** Share of differing tokens over the texts of the pairs that are meant. */
function alongShare(along: readonly Along[], meant: (one: Along) => boolean): number {
  let [differing, tokens] = [0, 0];
  for (const { texts } of along.filter(meant)) {
    for (const text of texts) {
      tokens += text.length;
      for (const differs of text) differing += differs;
    }
  }
  return tokens === 0 ? 0 : differing / tokens;
}

/** Every law's fitLaw, with its errors at pairs left out and its parameters' intervals. */
export function fitsOf(frequencies: readonly ModelFrequency[], seed: number, draws: number): Fitted[] {
  return fitNames.map((name) => {
    const law = fitLaw(name, frequencies);
    const random = createRandom(seed, "bootstrap", name);
    return {
      name,
      parameters: { ...law.parameters },
      intervals: bootstrap(name, frequencies, { draws, random }),
      r2: determination(law, frequencies),
      leftOut: leaveOnePairOut(name, frequencies) ?? null,
    };
  });
}

function uncertaintyOver(duos: readonly Duo[]): Uncertainty[] {
  return uncertaintyNames.flatMap((measure) => {
    const areas = duos.flatMap(({ small, large }) => {
      const area = auroc(small.look[measure], differences(small.look, large.look));
      return area === undefined ? [] : [area];
    });
    if (areas.length === 0) return [];
    const { mean, sd } = meanSd(areas);
    return [{ measure, auroc: mean, sd, pairs: areas.length }];
  });
}

function rocOf(duos: readonly Duo[]): StudyDetails["roc"] {
  const widest = duos.toSorted(
    (a, b) => b.large.parameters / b.small.parameters - a.large.parameters / a.small.parameters,
  )[0];
  if (widest === undefined) return [];
  const differs = differences(widest.small.look, widest.large.look);
  return uncertaintyNames.map((measure) => {
    const scores = widest.small.look[measure];
    return { measure, auroc: auroc(scores, differs), points: rocCurve(scores, differs) };
  });
}

const bins = 10;

/** Differences along the greedy texts by tenth of the text, over all pairs of two sizes. */
function positions(along: readonly Along[], duos: readonly Duo[]): Position[] {
  const meant = new Set(duos.map(({ small, large }) => `${small.key} ${large.key}`));
  const differing = new Array<number>(bins).fill(0);
  const tokens = new Array<number>(bins).fill(0);
  for (const { small, large, texts } of along) {
    if (!meant.has(`${small} ${large}`)) continue;
    for (const text of texts) {
      for (const [at, differs] of text.entries()) {
        const bin = Math.floor((at * bins) / text.length);
        differing[bin] = (differing[bin] ?? 0) + differs;
        tokens[bin] = (tokens[bin] ?? 0) + 1;
      }
    }
  }
  const all = differing.reduce((sum, one) => sum + one, 0);
  return differing.map((count, at) => ({
    from: at / bins,
    to: (at + 1) / bins,
    cof: count / (tokens[at] || 1),
    share: count / (all || 1),
  }));
}
