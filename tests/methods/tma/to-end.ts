import tma from "../../../shared/methods/tma/method.ts";
import type { MemoryOptions } from "../../fixtures/memory-context.ts";
import { runToEnd } from "../../fixtures/run-to-end.ts";

/** An arrangement to its end, in as many slices as `outOfTime` makes of it. */
export async function arrangeToEnd(given: object, options: MemoryOptions = {}) {
  const { output, ...rest } = await runToEnd(tma, { task: "arrange", ...given }, options);
  if (output.task !== "arrange") throw new Error("an arrangement was asked for");
  return { ...rest, output };
}

/** A study to its end. */
export async function studyToEnd(given: object, options: MemoryOptions = {}) {
  const { output, ...rest } = await runToEnd(tma, { task: "study", ...given }, options);
  if (output.task !== "study") throw new Error("a study was asked for");
  return { ...rest, output };
}
