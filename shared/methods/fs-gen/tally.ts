import * as z from "zod";

const fields = [
  // along texts that were written
  "tokens",
  "consulted",
  "differs",
  "differsFromUntuned",
  "calls",
  "seconds",
  "answers",
  "rightAnswers",
  // at the places of given texts: as routed, and under the small and the fused model alone
  "places",
  "placesConsulted",
  "placesDiffer",
  "placesDifferFromUntuned",
  "placesRight",
  "placesRightSmall",
  "placesRightFused",
  "placesDifferAll",
] as const;

/** Sums over the prompts of one setting. */
export const tally = z.record(z.enum(fields), z.number());
export type Tally = Readonly<Record<(typeof fields)[number], number>>;

export const noTally: Tally = Object.freeze({
  tokens: 0,
  consulted: 0,
  differs: 0,
  differsFromUntuned: 0,
  calls: 0,
  seconds: 0,
  answers: 0,
  rightAnswers: 0,
  places: 0,
  placesConsulted: 0,
  placesDiffer: 0,
  placesDifferFromUntuned: 0,
  placesRight: 0,
  placesRightSmall: 0,
  placesRightFused: 0,
  placesDifferAll: 0,
});

export function add(one: Tally, other: Partial<Tally>): Tally {
  const sum = { ...one };
  for (const field of fields) sum[field] += other[field] ?? 0;
  return sum;
}

/** What a setting came to. */
export interface Outcome {
  readonly rate: number;
  readonly quality: number;
  readonly cof: number;
  readonly cofUntuned: number | undefined;
}

/** Of given texts the shares of their places, of written ones those of their tokens and answers. */
export function outcomeOf(sums: Tally): Outcome {
  const { tokens, places } = sums;
  if (places > 0) {
    return {
      rate: share(sums.placesConsulted, places),
      quality: share(sums.placesRight, places),
      cof: share(sums.placesDiffer, places),
      cofUntuned: share(sums.placesDifferFromUntuned, places),
    };
  }
  return {
    rate: share(sums.consulted, tokens),
    quality: share(sums.rightAnswers, sums.answers),
    cof: share(sums.differs, tokens),
    cofUntuned: share(sums.differsFromUntuned, tokens),
  };
}

/** What asking at random as often as the twin would come to at the same places, in expectation: a mean of never and always. */
export function atRandom(twin: Tally): Outcome {
  const { places } = twin;
  const rate = share(twin.placesConsulted, places);
  const mine = share(twin.placesRightSmall, places);
  const fused = share(twin.placesRightFused, places);
  return {
    rate,
    quality: (1 - rate) * mine + rate * fused,
    cof: rate * share(twin.placesDifferAll, places),
    cofUntuned: undefined,
  };
}

export const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
