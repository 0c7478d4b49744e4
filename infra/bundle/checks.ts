import type { Bundle } from "./all.ts";
import { externalPackages } from "./packages.ts";

/** Largest bundle of a function that does not compute, in bytes: what is larger starts too slowly. */
export const handlerLimit = 1_000_000;
/** Lambda's own limit on an unzipped function, in bytes. */
export const lambdaLimit = 250 * 1024 * 1024;

/** What computes a graph, beyond what builds one. */
const runtime = /onnxruntime|^shared\/engine\/(program|session|trainer|memory|onnx|kernels\/.*)\b/;

/**
 * Throws when a bundle is not fit to deploy: too large, in want of a package, or carrying the engine where
 * nothing is computed.
 */
export function checkBundle({ name, trigger, computes, bytes, modules, packages }: Bundle): void {
  const limit = computes ? lambdaLimit : handlerLimit;
  if (bytes > limit) throw new Error(`${name}: ${bytes} bytes are more than the ${limit} that it may have`);
  const missing = packages.find((path) => !externalPackages.includes(path));
  if (missing !== undefined)
    throw new Error(`${name} imports ${missing}, which is neither in it nor beside it`);
  if (computes) return;
  const chatting = modules.find((path) => path.startsWith("shared/llm/"));
  if (chatting !== undefined) throw new Error(`${name} does not compute, yet carries ${chatting}`);
  // The check of uploaded models takes shapes from the graphs of architectures, and computes nothing.
  const compute = trigger === "event" ? runtime : /^shared\/(engine|lm)\/|onnxruntime/;
  const computing = [...modules, ...packages].find((path) => compute.test(path));
  if (computing !== undefined) throw new Error(`${name} does not compute, yet carries ${computing}`);
}
