import { fence, fenceRule } from "../../../llm/fence.ts";

/** What every judge is told; `task` says what this one is to do. */
export const systemPrompt = (task: string): string =>
  [
    "You examine answers to questions, as an examiner who marks by a reference answer.",
    task,
    "The question and the reference are the only basis of what is right. Length, style, confidence and order count for nothing.",
    fenceRule,
  ].join("\n\n");

/** Texts under headings, each between lines that it cannot contain; those that are missing are left out. */
export const fenced = (texts: readonly (readonly [heading: string, text: string | undefined])[]): string =>
  texts
    .flatMap(([heading, text]) => (text === undefined ? [] : [`${heading}:\n${fence(text)}`]))
    .join("\n\n");
