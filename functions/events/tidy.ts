import { backend } from "../../shared/resources/backend.ts";
import { tidy } from "../../shared/resources/runs/tidy.ts";
import { logger } from "../logger.ts";

/** The schedule: looks after the runs that were left lying. */
export const handler = async (): Promise<void> => {
  const done = await tidy(backend());
  if (done.sent + done.ended > 0) logger.info("tidied", done);
};
