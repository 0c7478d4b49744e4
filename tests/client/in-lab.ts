import type { Answer, Asked, TestApi } from "./api.ts";
import { type CommandOptions, tenfold } from "./command.ts";
import { type Story, startLab } from "./lab.ts";

/** The command against an API, with all that the API was asked. */
export async function against(api: TestApi, parts: readonly string[], options: CommandOptions = {}) {
  const ended = await tenfold(parts, { ...options, env: { TENFOLD_URL: api.url, ...options.env } });
  return { ...ended, asked: api.asked };
}

/** The command against an API that tells the story of a run. */
export async function inLab(
  parts: readonly string[],
  {
    story,
    special,
    ...options
  }: CommandOptions & { story?: Story; special?: (asked: Asked) => Answer | undefined } = {},
) {
  await using lab = await startLab(story, special);
  return await against(lab, parts, options);
}
