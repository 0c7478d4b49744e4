import { comparing } from "./registry/comparing.ts";
import { controlling } from "./registry/controlling.ts";
import { enriching } from "./registry/enriching.ts";
import { looking } from "./registry/looking.ts";
import { preparing } from "./registry/preparing.ts";
import { relating } from "./registry/relating.ts";
import { surviving } from "./registry/surviving.ts";
import type { Tool } from "./registry/tool.ts";

/** Every tool that a planner may choose, by its id. */
export const registry: ReadonlyMap<string, Tool> = new Map(
  [...preparing, ...looking, ...comparing, ...enriching, ...surviving, ...relating, ...controlling].map(
    (tool) => [tool.id, tool],
  ),
);
