import { type App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import type { IConstruct } from "constructs";

/** Holds every resource of the app to the AWS Solutions rules when it is synthesised. */
export function checkPractices(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}

/** Leaves one finding of one rule out, on this construct and below it, for the reason given. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}
