import type { Paused, RunContext } from "../contract.ts";
import type { ConvertInput } from "./input.ts";
import type { ConvertOutput } from "./output.ts";
export async function convert(_input: ConvertInput, _ctx: RunContext): Promise<ConvertOutput | Paused> {
  throw new Error("not yet");
}
