import * as z from "zod";

/**
 * The rows of data sets as methods read them: `content.rows(instructionRow)`. However a user's file names
 * its fields, they come out under these names.
 */

const text = z.string("must be a text");
const filled = text.refine((value) => /\S/.test(value), "must not be blank");
/** Most responses of one row. */
export const maxResponses = 1000;
const responseList = `must be a list of at most ${maxResponses} responses`;
const identifier = z.union([z.string(), z.number()]);

/** Kind `instructions`: what is asked, what it is asked of, and the answer. */
export const instructionRow = z.object({
  instruction: filled,
  input: text.optional(),
  output: text,
  /** The task or template that the row belongs to. */
  task: text.optional(),
});
export type InstructionRow = z.infer<typeof instructionRow>;

/** How good a response is: 1 right or preferred, 0 wrong or not. */
const label = z
  .custom<boolean | number>(
    (value) => typeof value === "boolean" || (typeof value === "number" && value >= 0 && value <= 1),
    "must be true, false, or a number from 0 to 1",
  )
  .transform(Number);

/** Kind `preferences`: responses to a prompt, either a pair or each with a label of its own. */
export const preferenceRow = z.object({
  prompt: filled,
  responses: z
    .array(
      z.object({
        text: filled,
        label,
        /** Who or what wrote it, where the row says so. */
        source: text.optional(),
      }),
      responseList,
    )
    .min(1, "must have at least one response"),
  /** The first response is preferred to the second; the labels say no more than that. */
  pair: z.boolean(),
});
export type PreferenceRow = z.infer<typeof preferenceRow>;

/** Kind `judgements`: answers to a question, and which of them people prefer. */
export const judgementRow = z
  .object({
    id: identifier.optional(),
    question: filled,
    context: text.optional(),
    reference: text.optional(),
    responses: z.array(text, responseList).min(2, "must have at least two responses"),
    /** Index of the preferred response, or `same`. */
    label: z.union([z.int().min(0), z.literal("same")], "must name a response, or say same"),
    /** Who is compared with whom, such as `human_vs_model`. */
    setting: text.optional(),
  })
  .refine(({ label, responses }) => label === "same" || label < responses.length, {
    path: ["label"],
    message: "names a response that is not there",
  });
export type JudgementRow = z.infer<typeof judgementRow>;
