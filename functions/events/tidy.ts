import { backend } from "../../shared/resources/backend.ts";
import { tidy } from "../../shared/resources/tidy.ts";
import { logger } from "../logger.ts";

/** The schedule: looks after the runs, data sets and models that were left lying. */
export const handler = async (): Promise<void> => {
  const done = await tidy(backend());
  if (done.sent + done.ended > 0) logger.info("tidied", done);
};
