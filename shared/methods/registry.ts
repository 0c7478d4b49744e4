import type { Method } from "./contract.ts";
import fope from "./fope/method.ts";
import lpa from "./lpa/method.ts";
import memoryformer from "./memoryformer/method.ts";

/**
 * Every method, by its contract alone: no `run.ts` is loaded until a run calls it. Outside Lambda the
 * modules named in `TENFOLD_EXTRA_METHODS` (URLs or paths, separated by commas; each exports a method as
 * its default) are methods too: for trying one out, and for tests.
 */
export const methods: readonly Method[] = [fope, lpa, memoryformer, ...(await extraMethods())];

/** The method of this id, if there is one. */
export const findMethod = (id: string): Method | undefined => methods.find((method) => method.id === id);

async function extraMethods(): Promise<Method[]> {
  if (process.env.AWS_LAMBDA_FUNCTION_NAME !== undefined) return [];
  const modules = (process.env.TENFOLD_EXTRA_METHODS ?? "").split(",").filter((url) => url.trim() !== "");
  return Promise.all(modules.map(async (url) => ((await import(url.trim())) as { default: Method }).default));
}
