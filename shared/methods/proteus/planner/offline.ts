import type { Objective } from "../output.ts";
import type { PlannedStep, Planner, Workflow } from "./port.ts";
import type { Profile, Wishes } from "./profile.ts";
import { reviseByRules } from "./rules.ts";

/** Fewer samples in a group are described and not tested. */
const fewestTested = 3;
/** Fewer events say nothing of thousands of proteins. */
const fewestEvents = 10;

/** Plans by rules from the profile: the same profile and wishes always give the same workflow. */
export const offlinePlanner: Planner = {
  plan: async (profile, wishes) => planByRules(profile, wishes),
  revise: async (profile, steps, last) => reviseByRules(profile, steps, last),
};

/** The workflow that the rules give. */
export function planByRules(profile: Profile, wishes: Wishes): Workflow {
  const parts = [
    prepare(profile, wishes),
    ...[compare, enrich, follow, relate, control].map((part) => part(profile, wishes)),
  ];
  return {
    objectives: parts.flatMap(({ objectives }) => objectives),
    steps: parts.flatMap(({ steps }) => steps),
  };
}

/** Whether the groups can be tested, and not described alone. */
export const isTestable = ({ contrasts, smallestGroup }: Profile): boolean =>
  contrasts.length > 0 && smallestGroup >= fewestTested;

const nothing: Workflow = { objectives: [], steps: [] };

function prepare(profile: Profile, { measured, normalisation }: Wishes): Workflow {
  const objective: Objective = {
    id: "quality",
    title: "Are the data fit to be compared?",
    why: `${profile.rows} ${profile.modality} in ${profile.samples} samples, ${Math.round(100 * profile.missingShare)}% of the values missing.`,
  };
  const step = stepsOf(objective.id);
  const chain = [
    step(
      "unflagged",
      "drop-flagged",
      ["data"],
      {},
      "What a search engine marks is no protein of the samples.",
    ),
    ...(profile.scale === "intensity"
      ? [
          step(
            "logs",
            "transform",
            ["unflagged"],
            { to: "log2" },
            "Intensities vary by factors; their logarithms by sums.",
          ),
        ]
      : []),
  ];
  const logs = chain.at(-1)?.id ?? "data";
  chain.push(
    step(
      "kept",
      "drop-sparse",
      [logs],
      measured,
      "A protein seen too seldom can be neither estimated nor trusted.",
    ),
  );
  if (normalisation !== "none") {
    chain.push(
      step(
        "prepared",
        "normalise",
        ["kept"],
        { method: normalisation },
        "Samples differ in how much was loaded; comparisons are not to.",
      ),
    );
  }
  const last = preparedOf({ normalisation });
  return {
    objectives: [objective],
    steps: [
      ...chain,
      step("quality", "quality", [last], {}, "Samples that stand out would carry every comparison."),
      ...(profile.samples >= 3
        ? [
            step(
              "components",
              "components",
              [last],
              {},
              "The largest differences between samples: are they the groups, or the batches?",
            ),
          ]
        : []),
      ...(profile.samples >= 4 && profile.samples <= 300
        ? [step("tree", "sample-tree", [last], {}, "Which samples are most alike.")]
        : []),
    ],
  };
}

const preparedOf = ({ normalisation }: Pick<Wishes, "normalisation">): string =>
  normalisation === "none" ? "kept" : "prepared";

function compare(profile: Profile, wishes: Wishes): Workflow {
  const { contrasts } = profile;
  if (contrasts.length === 0) return nothing;
  const names = contrasts.map(({ level, reference }) => `${level} against ${reference}`).join(", ");
  const objective: Objective = {
    id: "groups",
    title: `Which proteins differ: ${names}?`,
    why: `${contrasts.length === 1 ? "A pair" : `${contrasts.length} pairs`} of groups; the smallest group has ${profile.smallestGroup} samples.`,
  };
  const step = stepsOf(objective.id);
  const prepared = preparedOf(wishes);
  if (!isTestable(profile)) {
    const why = `A group has fewer than ${fewestTested} samples: differences are described, none is tested.`;
    return {
      objectives: [objective],
      steps: [step("described", "describe", [prepared], { contrasts }, why)],
    };
  }
  const args = comparisonOf(profile, wishes);
  const steps = [
    step(
      "differential",
      "differential",
      [prepared],
      args,
      `${args.covariates.length === 0 ? "The model has the groups" : `The model holds ${args.covariates.join(" and ")} constant`}${args.paired ? " and compares within subjects" : ""}.`,
    ),
  ];
  if (wishes.normalisation !== "none") {
    steps.push(
      step(
        "unnormalised",
        "differential",
        ["kept"],
        args,
        "The same without normalisation, to see whether that changes results.",
      ),
      step(
        "normalisation-effect",
        "compare-analyses",
        ["differential", "unnormalised"],
        { choice: "normalisation" },
        "Whether normalisation changed which proteins are hits.",
      ),
    );
  }
  if (wishes.imputation !== "none" && profile.missingShare > 0) {
    steps.push(
      step(
        "filled",
        "impute",
        [prepared],
        { method: wishes.imputation },
        "Missing values put in, for comparison: the main analysis takes each protein where it was seen.",
      ),
      step(
        "imputed",
        "differential",
        ["filled"],
        args,
        "The same with imputed values, which count as measured there.",
      ),
      step(
        "imputation-effect",
        "compare-analyses",
        ["imputed", "differential"],
        { choice: "imputation" },
        "Whether imputation changed which proteins are hits.",
      ),
    );
  }
  return { objectives: [objective], steps };
}

function comparisonOf(profile: Profile, { fdr }: Wishes) {
  const covariates = profile.covariates.filter(({ chosen }) => chosen).map(({ name }) => name);
  return { contrasts: profile.contrasts, covariates, paired: profile.pairing !== null, fdr };
}

function enrich(profile: Profile, wishes: Wishes): Workflow {
  const { fdr, permutations } = wishes;
  if (!isTestable(profile)) return nothing;
  const steps: PlannedStep[] = [];
  const step = stepsOf("sets");
  if (profile.geneSets !== null) {
    for (const [at, { level, reference }] of profile.contrasts.entries()) {
      const contrast = `${level} - ${reference}`;
      steps.push(
        step(
          `over-representation-${at + 1}`,
          "over-representation",
          ["differential"],
          { contrast, fdr },
          "Sets that hold more of the hits than chance would.",
        ),
      );
    }
    steps.push(
      step(
        "sample-enrichment",
        "sample-enrichment",
        [preparedOf(wishes)],
        comparisonOf(profile, wishes),
        "Random sets of genes take genes for independent; scores by sample do not, and confirm a set or fail to.",
      ),
    );
    const [main] = profile.contrasts.slice(-1);
    if (main !== undefined) {
      const contrast = `${main.level} - ${main.reference}`;
      steps.push(
        step(
          `gsea-${profile.contrasts.length}`,
          "gsea",
          ["differential"],
          { contrast, permutations, fdr },
          "Sets whose members change together, each by little; no threshold is drawn.",
        ),
      );
    }
  }
  if (profile.kinases > 0) {
    for (const [at, { level, reference }] of profile.contrasts.entries()) {
      steps.push(
        step(
          `kinases-${at + 1}`,
          "kinase-activity",
          ["differential"],
          { contrast: `${level} - ${reference}`, fdr },
          "Kinases whose substrates change together.",
        ),
      );
    }
  }
  if (steps.length === 0) return nothing;
  const objective = {
    id: "sets",
    title: "Which processes do the differences belong to?",
    why:
      profile.geneSets === null
        ? `Substrates of ${profile.kinases} kinases were given.`
        : `${profile.geneSets.sets} gene sets were given; ${profile.geneSets.measuredGenes} measured genes are in them.`,
  };
  return { objectives: [objective], steps };
}

function follow(profile: Profile, wishes: Wishes): Workflow {
  const { survival } = profile;
  if (survival === null || survival.events < fewestEvents) return nothing;
  const objective = {
    id: "survival",
    title: "Which proteins go with survival?",
    why: `${survival.events} events in ${survival.subjects} subjects (columns ${survival.time} and ${survival.event}).`,
  };
  const step = stepsOf(objective.id);
  const covariates = profile.covariates.filter(({ chosen }) => chosen).map(({ name }) => name);
  const prepared = preparedOf(wishes);
  return {
    objectives: [objective],
    steps: [
      step(
        "survival",
        "survival-screen",
        [prepared],
        { covariates, fdr: wishes.fdr },
        "Each protein alone, beside the covariates; the largest are taken on together.",
      ),
      ...(profile.groups.length > 1
        ? [
            step(
              "survival-of-groups",
              "survival-curves",
              [prepared],
              { by: "groups" },
              "Whether the groups differ in survival.",
            ),
          ]
        : []),
    ],
  };
}

function relate(profile: Profile, wishes: Wishes): Workflow {
  const step = stepsOf("relations");
  const steps: PlannedStep[] = [];
  const prepared = preparedOf(wishes);
  if (profile.edges > 0 && isTestable(profile)) {
    for (const [at, { level, reference }] of profile.contrasts.entries()) {
      steps.push(
        step(
          `network-${at + 1}`,
          "network",
          ["differential"],
          { contrast: `${level} - ${reference}` },
          "Whether the hits are connected in the network that was given.",
        ),
      );
    }
  }
  if (profile.samples >= 12) {
    steps.push(
      step(
        "modules",
        "modules",
        [prepared],
        {},
        "Proteins that go up and down together, whatever the groups.",
      ),
    );
  }
  if (profile.groups.length < 2 && profile.samples >= 8) {
    steps.push(
      step("subtypes", "subtypes", [prepared], {}, "Without groups, whether the samples fall into kinds."),
    );
  }
  if (steps.length === 0) return nothing;
  const objective = {
    id: "relations",
    title: "How do proteins and samples go together?",
    why: `${profile.samples} samples; ${profile.edges === 0 ? "no network was given" : `${profile.edges} edges of a network were given`}.`,
  };
  return { objectives: [objective], steps };
}

function control(profile: Profile, wishes: Wishes): Workflow {
  if (wishes.negativeControl === 0 || !isTestable(profile)) return nothing;
  const objective = {
    id: "control",
    title: "Does the analysis claim where there is nothing to find?",
    why: `${wishes.negativeControl} permutations of the labels were asked for.`,
  };
  const args = { ...comparisonOf(profile, wishes), times: wishes.negativeControl };
  const step = stepsOf(objective.id);
  return {
    objectives: [objective],
    steps: [
      step(
        "control",
        "label-permutations",
        [preparedOf(wishes)],
        args,
        "The same comparison with labels that mean nothing.",
      ),
    ],
  };
}

function stepsOf(objective: string) {
  return (id: string, tool: string, from: readonly string[], args: object, why: string): PlannedStep => ({
    id,
    tool,
    from,
    args,
    objective,
    why,
  });
}
