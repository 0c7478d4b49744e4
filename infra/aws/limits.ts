import { Duration } from "aws-cdk-lib";

/** The longest that Lambda lets a slice run. */
export const workerTimeout = Duration.minutes(15);
/** A creating call may wait up to 25 s for its run to end; API Gateway gives up after 30. */
export const waitingTimeout = Duration.seconds(29);
export const requestTimeout = Duration.seconds(10);
/** Megabytes of memory with which Lambda gives a whole vCPU. */
export const memoryPerCpu = 1769;
/** A tidying ends before the next begins. */
export const tidyTimeout = Duration.seconds(50);
/** Time to read the largest upload once: the most that Lambda gives. */
export const ingestTimeout = Duration.minutes(15);
