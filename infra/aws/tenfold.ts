import { type App, CfnOutput, Stack, Tags } from "aws-cdk-lib";
import { readManifest } from "../bundle/manifest.ts";
import { alarms } from "./alarms.ts";
import { checkPractices } from "./checks.ts";
import { type Data, dataStack } from "./data.ts";
import { httpApi } from "./http-api.ts";
import { tidying } from "./schedule.ts";
import { readSettings, type Settings } from "./settings.ts";
import { ingestion } from "./uploads.ts";
import { undertaker, worker } from "./worker.ts";

export interface Stacks {
  readonly data: Stack;
  readonly compute: Stack;
}

/** Tenfold in an AWS account: a stack of the data and one of the code, from the bundles in `bundles`. */
export function tenfold(app: App, bundles: string): Stacks {
  const settings = readSettings(app.node);
  const { stack, data } = dataStack(app, settings);
  const compute = computeStack(app, settings, data, bundles);
  Tags.of(app).add("project", settings.name);
  checkPractices(app);
  return { data: stack, compute };
}

function computeStack(app: App, settings: Settings, data: Data, bundles: string): Stack {
  const stack = new Stack(app, settings.name, { description: "Tenfold: API, worker and alarms" });
  const context = { bundles, data };
  const { api, authorizer, url } = httpApi(stack, context, settings);
  const functions = {
    authorize: authorizer,
    work: worker(stack, context, settings, readManifest(bundles)),
    bury: undertaker(stack, context),
    tidy: tidying(stack, context),
    ingest: ingestion(stack, context),
  };
  alarms(stack, { api, queues: data.queues, functions }, settings);
  new CfnOutput(stack, "Url", { value: url, description: "TENFOLD_URL" });
  return stack;
}
