import { servePage } from "./page.ts";
import { respond } from "./respond.ts";

export const handler = respond(servePage("docs"));
