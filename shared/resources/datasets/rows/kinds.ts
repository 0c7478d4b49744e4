import type * as z from "zod";
import {
  type InstructionRow,
  instructionRow,
  type JudgementRow,
  judgementRow,
  type PreferenceRow,
  preferenceRow,
} from "../../../methods/rows.ts";
import type { Profile, ProfileOf } from "../profile.ts";
import type { JsonObject } from "../reading/json-row.ts";
import { tallyCounts } from "../tally/counts.ts";
import type { Named } from "./fields.ts";
import { instructionFields, nameInstruction } from "./instructions.ts";
import { judgementFields, nameJudgement } from "./judgements.ts";
import { namePreference, preferenceNames } from "./preferences.ts";

export type RowKind = "instructions" | "preferences" | "judgements";

/** How rows of a kind are brought under the names that methods know. */
export const naming: Readonly<Record<RowKind, (given: JsonObject) => Named>> = {
  instructions: nameInstruction,
  preferences: namePreference,
  judgements: nameJudgement,
};

/** Names of a kind's fields, by which the header of a table is known. */
export const fieldNames: Readonly<Record<RowKind, ReadonlySet<string>>> = {
  instructions: new Set(Object.values(instructionFields).flat()),
  preferences: preferenceNames,
  judgements: new Set(Object.values(judgementFields).flat()),
};

/** What a check counts of rows of any kind. */
export type RowFacts = Pick<ProfileOf<RowKind>, "format" | "rows" | "columns" | "languages">;

/** Reads a kind's rows, and counts what only they have. */
export interface RowTally<Row> {
  readonly schema: z.ZodType<Row>;
  readonly name: (given: JsonObject) => Named;
  /** Takes a row; answers a text of it whose language is telling. */
  add(row: Row): string;
  profile(facts: RowFacts): Profile;
}

export function instructionTally(): RowTally<InstructionRow> {
  const tasks = tallyCounts();
  return {
    schema: instructionRow,
    name: nameInstruction,
    add({ task, output, instruction }) {
      if (task !== undefined) tasks.add(task);
      return output.length > instruction.length ? output : instruction;
    },
    profile: (facts) => ({
      kind: "instructions",
      ...facts,
      tasks: tasks.top(),
      taskCount: tasks.distinct(),
    }),
  };
}

export function preferenceTally(): RowTally<PreferenceRow> {
  const labels = tallyCounts();
  let pairs = 0;
  let count = 0;
  return {
    schema: preferenceRow,
    name: namePreference,
    add({ pair, responses, prompt }) {
      if (pair) pairs++;
      else for (const { label } of responses) labels.add(String(label));
      count += responses.length;
      return responses[0]?.text ?? prompt;
    },
    profile: (facts) => ({
      kind: "preferences",
      ...facts,
      pairs,
      responses: count,
      labels: labels.top(),
    }),
  };
}

export function judgementTally(): RowTally<JudgementRow> {
  const labels = tallyCounts();
  const settings = tallyCounts();
  let references = 0;
  let count = 0;
  return {
    schema: judgementRow,
    name: nameJudgement,
    add({ label, setting, reference, responses, question }) {
      labels.add(label === "same" ? label : `response ${label + 1}`);
      if (setting !== undefined) settings.add(setting);
      if (reference !== undefined) references++;
      count += responses.length;
      return responses[0] ?? question;
    },
    profile: (facts) => ({
      kind: "judgements",
      ...facts,
      references,
      responses: count,
      labels: labels.top(),
      settings: settings.top(),
    }),
  };
}

/** The reader of a kind's rows. */
export function tallyRows(kind: RowKind): RowTally<unknown> {
  switch (kind) {
    case "instructions":
      return instructionTally();
    case "preferences":
      return preferenceTally();
    case "judgements":
      return judgementTally();
  }
}
