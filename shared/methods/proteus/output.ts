import * as z from "zod";

/** A field of a step's summary, by a path of its names and places: `contrasts/0/top/0/logFC`. */
const evidence = z.object({
  step: z.string(),
  path: z.string(),
  value: z.union([z.number(), z.string()]),
});

const check = z.object({ check: z.string(), holds: z.boolean() });

const score = z.object({
  status: z.enum(["assessed", "not assessed"]),
  value: z.number().min(0).max(1).nullable(),
  spread: z.number().nullable().describe("Standard deviation over the judge's samples; null for rules"),
  samples: z.int(),
  basis: z.string(),
  checks: z.array(check),
  quotes: z.array(z.string()).describe("What the judging model quoted of the evidence before it scored"),
});

export const scores = z.object({
  reliability: score,
  logicalCoherence: score,
  literatureAlignment: score,
  novelty: score,
  evaluability: score,
});

export const hypothesis = z.object({
  id: z.string(),
  objective: z.string(),
  text: z.string(),
  evidence: z.array(evidence),
  scores,
  provenance: z.object({
    by: z.enum(["rule", "model"]),
    rule: z.string().nullable(),
    provider: z.string().nullable(),
    model: z.string().nullable(),
  }),
});

const objective = z.object({ id: z.string(), title: z.string(), why: z.string() });

const step = z.object({
  id: z.string(),
  tool: z.string(),
  title: z.string(),
  objective: z.string(),
  from: z.array(z.string()).describe("The steps whose results it takes: the workflow's edges"),
  args: z.record(z.string(), z.unknown()),
  why: z.string(),
  hash: z.string().describe("Of the tool, its arguments and the hashes of what it takes"),
  status: z.enum(["done", "failed", "dropped", "not run"]),
  said: z.string().describe("What it found, or why it failed"),
  revision: z.string().nullable().describe("The revision that it came by"),
});

const revision = z.object({
  id: z.string(),
  after: z.string(),
  rule: z.string(),
  reason: z.string(),
  added: z.array(z.string()),
  dropped: z.array(z.string()),
});

const truth = z.object({
  spiked: z.int(),
  found: z.int().describe("Spiked proteins that are hits of a contrast"),
  claimed: z.int(),
  falseClaims: z.int().describe("Hits that were not spiked"),
  falseShare: z.number().nullable(),
  wrongDirection: z.int(),
  hazards: z.array(z.object({ protein: z.string(), found: z.boolean() })),
  falseHazards: z.int(),
  enrichedSets: z.array(z.object({ name: z.string(), found: z.boolean() })),
});

/** What a run of PROTEUS gives. */
export const output = z.object({
  profile: z.record(z.string(), z.unknown()),
  planner: z.object({
    asked: z.enum(["offline", "model"]),
    used: z.enum(["offline", "model"]),
    note: z.string(),
    tokens: z.int(),
  }),
  objectives: z.array(objective),
  steps: z.array(step),
  revisions: z.array(revision),
  results: z.record(z.string(), z.unknown()).describe("The summary of each step that is done"),
  conclusion: z.string(),
  hypotheses: z.array(hypothesis),
  rejected: z.array(z.object({ text: z.string(), reasons: z.array(z.string()) })),
  notAssessed: z.array(z.string()),
  truth: truth.nullable().describe("Against what a generated study was made of"),
});
export type Output = z.infer<typeof output>;
export type Evidence = z.infer<typeof evidence>;
export type Hypothesis = z.infer<typeof hypothesis>;
export type Score = z.infer<typeof score>;
export type Scores = z.infer<typeof scores>;
export type Objective = z.infer<typeof objective>;
export type StepRecord = z.infer<typeof step>;
export type RevisionRecord = z.infer<typeof revision>;
export type TruthComparison = z.infer<typeof truth>;
