import { Logger } from "@aws-lambda-powertools/logger";

/** Structured logs, one JSON object a line. */
export const logger = new Logger({ serviceName: "tenfold" });

/** For what goes wrong without ending a call. */
export const warn = (message: string, error: unknown): void => logger.warn(message, toError(error));

export const toError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));
