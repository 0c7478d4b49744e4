import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import type { Queues } from "./queues.ts";
import type { Settings } from "./settings.ts";

/** What the alarms watch. */
export interface Watched {
  readonly api: HttpApi;
  readonly queues: Queues;
  readonly functions: Readonly<Record<"authorize" | "work" | "bury" | "tidy" | "ingest", LambdaFunction>>;
}

const period = Duration.minutes(5);

/** One alarm: `metric` reached `from` in one period. */
interface Watch {
  readonly name: string;
  readonly says: string;
  readonly metric: IMetric;
  readonly from: number;
}

/** Alarms to one topic, and from there to the address of the settings. Ten metrics: as many as are free. */
export function alarms(scope: Construct, watched: Watched, { alarmEmail }: Settings): Topic {
  const topic = new Topic(scope, "Alarms", { enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": topic.env.account } },
    }),
  );
  if (alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(alarmEmail));
  for (const { name, says, metric, from } of watches(watched)) {
    const alarm = new Alarm(scope, `${name}Alarm`, {
      alarmDescription: says,
      metric,
      threshold: from,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(topic));
  }
  return topic;
}

function watches({ api, queues, functions }: Watched): readonly Watch[] {
  const { work, bury, tidy, ingest, authorize } = functions;
  return [
    {
      name: "DeadLetters",
      says: "Dead letters stay in their queue: bury fails",
      metric: new MathExpression({
        expression: "waiting + taken",
        usingMetrics: {
          waiting: queues.dead.metricApproximateNumberOfMessagesVisible({ period }),
          taken: queues.dead.metricApproximateNumberOfMessagesNotVisible({ period }),
        },
        period,
      }),
      from: 1,
    },
    {
      name: "BuriedRuns",
      says: "No worker could finish a run's message; the run says why",
      metric: bury.metricInvocations({ period }),
      from: 1,
    },
    {
      name: "WorkErrors",
      says: "The worker died or threw: out of memory, out of time, or a fault of ours",
      metric: work.metricErrors({ period }),
      from: 1,
    },
    {
      name: "TidyErrors",
      says: "Stalled runs are not sent back to the queue",
      metric: tidy.metricErrors({ period }),
      from: 3,
    },
    {
      name: "IngestErrors",
      says: "An upload could not be checked",
      metric: ingest.metricErrors({ period }),
      from: 1,
    },
    {
      name: "Throttles",
      says: "Calls wait for the account's concurrency",
      metric: new MathExpression({
        expression: "working + authorizing",
        usingMetrics: {
          working: work.metricThrottles({ period }),
          authorizing: authorize.metricThrottles({ period }),
        },
        period,
      }),
      from: 1,
    },
    {
      name: "ServerErrors",
      says: "The API answered 5xx",
      metric: api.metricServerError({ period, statistic: "Sum" }),
      from: 1,
    },
    {
      name: "QueueAge",
      says: "A run has waited for an hour: more runs than the workers' concurrency takes",
      metric: queues.runs.metricApproximateAgeOfOldestMessage({ period, statistic: "Maximum" }),
      from: 3600,
    },
  ];
}
