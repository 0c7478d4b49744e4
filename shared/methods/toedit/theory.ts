import type { TheorySettings } from "./input.ts";
import type { RecursionResult } from "./output.ts";
import { errorUnit, type Masks, type Recursion, simulate } from "./regression.ts";

/** Units of sigma^2 d / (T - d - 1) that bound ToEdit's test error, where the masks' shares sum to at most 1. */
export const boundUnits = 2;

interface Variant {
  readonly name: string;
  readonly recursion: Recursion;
  readonly masks: Masks;
  readonly says: string;
  /** Expected test error after `fit` fits, in units; null where no closed form is known. */
  closedForm(fit: number): number | null;
  readonly boundCovers: boolean;
}

/**
 * Both ways to write an edit, beside replacement. An additive edit keeps the sample and adds noise where the mask
 * is: w_n = w* + X^+ (e_0 + sum of M_i e_i), so its error is 1 + the sum of the masks' shares. The literal one puts
 * X w + noise in the sample's place, and what the fit got wrong comes back into the targets.
 */
export function variantsOf({ fits, samples: T, eta, share }: TheorySettings): readonly Variant[] {
  const none = () => null;
  return [
    {
      name: "Replacement",
      recursion: "replacement",
      masks: { type: "all" },
      says: "all",
      closedForm: replacementError,
      boundCovers: false,
    },
    {
      name: "Additive, disjoint masks",
      recursion: "additive",
      masks: { type: "disjoint" },
      says: `1 of ${fits - 1} parts`,
      closedForm: (fit) => additiveError(editedShare(fit - 1, fits - 1, T)),
      boundCovers: true,
    },
    {
      name: "Literal, disjoint masks",
      recursion: "literal",
      masks: { type: "disjoint" },
      says: `1 of ${fits - 1} parts`,
      closedForm: none,
      boundCovers: false,
    },
    {
      name: `Literal, falling share`,
      recursion: "literal",
      masks: { type: "falling", eta },
      says: `${eta}^i, none twice`,
      closedForm: none,
      boundCovers: false,
    },
    {
      name: `Literal, constant share`,
      recursion: "literal",
      masks: { type: "constant", share },
      says: `${share}, anew`,
      closedForm: none,
      boundCovers: false,
    },
  ];
}

/** n: every fit adds the error of one. */
export function replacementError(fits: number): number {
  return fits;
}

/** 1 + the sum of the shares that the edits took. */
export function additiveError(share: number): number {
  return 1 + share;
}

/** Share of T samples in the first `edits` of `parts` parts that are as equal as whole numbers allow. */
function editedShare(edits: number, parts: number, T: number): number {
  return Math.ceil((edits * T) / parts) / T;
}

/** Every variant by Monte Carlo, beside its closed form. */
export function recursionsOf(settings: TheorySettings, seed: number): RecursionResult[] {
  return variantsOf(settings).map((variant) => measured(variant, settings, seed));
}

function measured(variant: Variant, settings: TheorySettings, seed: number): RecursionResult {
  const { dimensions: d, samples: T, sigma, fits, trials } = settings;
  const { mean, standardError } = simulate(variant.recursion, variant.masks, {
    d,
    T,
    sigma,
    fits,
    trials,
    seed,
  });
  const forms = mean.map((_, i) => variant.closedForm(i + 1));
  const closed = forms.flatMap((value) => (value === null ? [] : [value]));
  return {
    name: variant.name,
    recursion: variant.recursion,
    masks: variant.says,
    measured: [...mean],
    standardError: [...standardError],
    closedForm: closed.length === mean.length ? closed : null,
    boundCovers: variant.boundCovers,
    withinBound: (mean.at(-1) ?? 0) - 2 * (standardError.at(-1) ?? 0) <= boundUnits,
  };
}

export const unitOf = ({ dimensions: d, samples: T, sigma }: TheorySettings): number =>
  errorUnit({ d, T, sigma });
