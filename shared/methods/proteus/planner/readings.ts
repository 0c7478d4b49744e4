import * as z from "zod";

const figure = z.number().nullable();

/** The parts of summaries that rules and templates read. */
export const differentialReading = z.looseObject({
  fdr: z.number(),
  contrasts: z.array(
    z.looseObject({
      name: z.string(),
      level: z.string(),
      reference: z.string(),
      samples: z.looseObject({ level: z.int(), reference: z.int() }),
      hits: z.int(),
      up: z.int(),
      down: z.int(),
      top: z.array(z.looseObject({ protein: z.string(), logFC: figure, adjusted: figure })),
    }),
  ),
});

export const setsReading = z.looseObject({
  contrast: z.string(),
  level: z.string(),
  reference: z.string(),
  fdr: z.number(),
  significant: z.int(),
  top: z.array(
    z.looseObject({
      name: z.string(),
      adjusted: figure,
      nes: figure.optional(),
      leadingEdge: z.array(z.string()).optional(),
      members: z.array(z.string()).optional(),
    }),
  ),
});

export const screenReading = z.looseObject({
  hits: z.int(),
  fdr: z.number(),
  top: z.array(
    z.looseObject({
      protein: z.string(),
      hazardRatio: figure,
      adjusted: figure,
      events: z.number(),
      subjects: z.number(),
      doubtful: z.boolean(),
    }),
  ),
});

export const modelReading = z.looseObject({
  strata: z.string().nullable(),
  violated: z.array(z.string()),
  terms: z.array(
    z.looseObject({
      term: z.string(),
      covariate: z.string(),
      hazardRatio: figure,
      p: figure,
      proportionalP: figure,
    }),
  ),
});

export const networkReading = z.looseObject({
  contrast: z.string(),
  hits: z.int(),
  edges: z.int(),
  p: figure,
  communities: z.array(z.looseObject({ proteins: z.int(), members: z.array(z.string()) })),
});

export const modulesReading = z.looseObject({
  modules: z.array(z.looseObject({ name: z.string(), proteins: z.int(), top: z.array(z.string()) })),
});

export const comparisonReading = z.looseObject({
  choice: z.string(),
  contrasts: z.array(z.looseObject({ name: z.string(), robust: z.array(z.string()) })),
});

export const kinaseReading = z.looseObject({
  contrast: z.string(),
  level: z.string(),
  reference: z.string(),
  fdr: z.number(),
  top: z.array(z.looseObject({ name: z.string(), z: figure, adjusted: figure })),
});

export const controlReading = z.looseObject({ times: z.int(), claiming: z.int(), share: z.number() });

export const sampleScoresReading = z.looseObject({
  contrasts: z.array(
    z.looseObject({
      name: z.string(),
      top: z.array(z.looseObject({ name: z.string(), difference: figure, adjusted: figure })),
    }),
  ),
});
