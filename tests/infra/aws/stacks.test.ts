import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { routes } from "../../../functions/http/routes.ts";
import { access } from "../../../infra/aws/access.ts";
import { createTableInput, tableSchema } from "../../../shared/resources/table-schema.ts";
import { synthesise } from "./synthesised.ts";

const { compute, data, all } = synthesise();
const functions = Object.entries(compute.findResources("AWS::Lambda::Function"));
const functionId = (name: string) =>
  new RegExp(
    `^${name
      .split("-")
      .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
      .join("")}Function`,
  );

describe("the table", () => {
  it("has the keys and the index that the resources use", () => {
    const { TableName: _, ...schema } = createTableInput("any");
    data.hasResourceProperties("AWS::DynamoDB::Table", {
      ...schema,
      TimeToLiveSpecification: { AttributeName: tableSchema.timeToLive, Enabled: true },
    });
  });

  it("cannot be lost by mistake", () => {
    data.hasResource("AWS::DynamoDB::Table", {
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    });
  });
});

describe("the bucket", () => {
  it("is private, encrypted, versioned and kept", () => {
    data.hasResource("AWS::S3::Bucket", {
      DeletionPolicy: "Retain",
      Properties: {
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: "Enabled" },
        NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      },
    });
  });

  it("refuses requests that are not encrypted on their way", () => {
    data.hasResourceProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
        ]),
      },
    });
  });

  it("takes from pages what a link lets them put, and shows them its etag", () => {
    data.hasResourceProperties("AWS::S3::Bucket", {
      CorsConfiguration: {
        CorsRules: [
          Match.objectLike({
            AllowedMethods: ["PUT", "GET", "HEAD"],
            ExposedHeaders: Match.arrayWith(["ETag"]),
          }),
        ],
      },
    });
  });

  it("forgets unfinished uploads and what was replaced", () => {
    data.hasResourceProperties("AWS::S3::Bucket", {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
          Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 7 } }),
        ]),
      },
    });
  });
});

describe("the queues", () => {
  it("are encrypted", () => {
    for (const { Properties } of Object.values(data.findResources("AWS::SQS::Queue")))
      expect(Properties.SqsManagedSseEnabled).toBe(true);
    data.resourceCountIs("AWS::SQS::QueuePolicy", 2);
  });

  it("hand what no worker could finish to the dead letters", () => {
    data.hasResourceProperties("AWS::SQS::Queue", {
      RedrivePolicy: {
        deadLetterTargetArn: { "Fn::GetAtt": [Match.stringLikeRegexp("^DeadLetters"), "Arn"] },
        maxReceiveCount: 5,
      },
    });
  });
});

describe("functions", () => {
  it("are one for each route and each event, from a bundle of its own", () => {
    expect(functions).toHaveLength(Object.keys(access).length);
    for (const name of Object.keys(access)) {
      expect(functions.filter(([id]) => functionId(name).test(id))).toHaveLength(1);
    }
    expect(new Set(functions.map(([, { Properties }]) => Properties.Code.S3Key)).size).toBe(functions.length);
  });

  it("run on Lambda's Node 24, know where the data is, and log in JSON to a group that forgets", () => {
    const groups = compute.findResources("AWS::Logs::LogGroup");
    for (const [, { Properties }] of functions) {
      expect(Properties).toMatchObject({
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        LoggingConfig: { LogFormat: "JSON" },
      });
      expect(Object.keys(Properties.Environment.Variables)).toEqual(
        expect.arrayContaining(["TABLE_NAME", "BUCKET_NAME", "QUEUE_URL"]),
      );
      expect(groups).toHaveProperty([Properties.LoggingConfig.LogGroup.Ref]);
    }
    for (const { Properties } of Object.values(groups)) expect(Properties.RetentionInDays).toBe(30);
  });

  it("have a role each", () => {
    const roles = functions.map(([, { Properties }]) => JSON.stringify(Properties.Role));
    expect(new Set(roles).size).toBe(functions.length);
    compute.resourceCountIs("AWS::IAM::Role", functions.length);
  });
});

describe("the HTTP API", () => {
  it("has each route of the table, leading to its function, and no other", () => {
    compute.resourceCountIs("AWS::ApiGatewayV2::Route", routes.length);
    const integrations = compute.findResources("AWS::ApiGatewayV2::Integration");
    const found = Object.values(compute.findResources("AWS::ApiGatewayV2::Route"));
    for (const { name, method, path } of routes) {
      const route = found.find(({ Properties }) => Properties.RouteKey === `${method} ${path}`);
      const target: string = route?.Properties.Target["Fn::Join"][1][1].Ref;
      expect(integrations[target]?.Properties).toMatchObject({
        PayloadFormatVersion: "2.0",
        IntegrationUri: { "Fn::GetAtt": [expect.stringMatching(functionId(name)), "Arn"] },
      });
    }
  });

  it("lets nobody in without a key but to the pages and the description of the API", () => {
    const [[authorizer, { Properties }] = ["", { Properties: {} }]] = Object.entries(
      compute.findResources("AWS::ApiGatewayV2::Authorizer"),
    );
    expect(Properties).toMatchObject({
      AuthorizerType: "REQUEST",
      AuthorizerPayloadFormatVersion: "2.0",
      AuthorizerResultTtlInSeconds: 300,
      EnableSimpleResponses: true,
      IdentitySource: ["$request.header.Authorization"],
    });
    const found = Object.values(compute.findResources("AWS::ApiGatewayV2::Route"));
    const open = new Set<string>(
      routes.flatMap((route) => ("public" in route ? [`${route.method} ${route.path}`] : [])),
    );
    for (const { Properties } of found) {
      expect(Properties).toMatchObject(
        open.has(Properties.RouteKey)
          ? { AuthorizationType: "NONE" }
          : { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: authorizer } },
      );
    }
    expect([...open].sort()).toEqual(["GET /", "GET /docs", "GET /openapi.json"]);
  });

  it("limits the requests and logs each one with its tenant", () => {
    compute.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      StageName: "$default",
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
      AccessLogSettings: {
        DestinationArn: Match.anyValue(),
        Format: Match.stringLikeRegexp(
          '"requestId":"\\$context.requestId".+"tenant":"\\$context.authorizer.tenant"',
        ),
      },
    });
  });
});

describe("the worker", () => {
  const [, worker] = functions.find(([id]) => functionId("work").test(id)) ?? [];

  it("has 15 minutes, two processors for two threads, and may go round", () => {
    expect(worker?.Properties).toMatchObject({
      Timeout: 900,
      MemorySize: 3538,
      Architectures: ["x86_64"],
      EphemeralStorage: { Size: 1024 },
      RecursiveLoop: "Allow",
    });
    expect(worker?.Properties.Environment.Variables.COMPUTE_THREADS).toBe("2");
  });

  it("takes one message at a time, of so many at once as the settings say", () => {
    compute.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      BatchSize: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
  });

  it("is done before its message comes back", () => {
    const queues = Object.values(data.findResources("AWS::SQS::Queue"));
    const main = queues.find(({ Properties }) => Properties.RedrivePolicy !== undefined);
    expect(main?.Properties.VisibilityTimeout).toBeGreaterThan(worker?.Properties.Timeout);
  });

  it("runs on the processor that its packages were bundled for, and on the settings' memory", () => {
    const other = synthesise({ workerMemory: "8845", maxConcurrency: "3" }, "arm64");
    other.compute.hasResourceProperties("AWS::Lambda::Function", {
      Architectures: ["arm64"],
      MemorySize: 8845,
      Environment: { Variables: Match.objectLike({ COMPUTE_THREADS: "5" }) },
    });
    other.compute.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      ScalingConfig: { MaximumConcurrency: 3 },
    });
  });
});

describe("events", () => {
  it("wake the tidier every minute", () => {
    compute.hasResourceProperties("AWS::Events::Rule", {
      ScheduleExpression: "rate(1 minute)",
      Targets: [Match.objectLike({ Arn: { "Fn::GetAtt": [Match.stringLikeRegexp("^Tidy"), "Arn"] } })],
    });
  });

  it.each(["*/datasets/*/upload", "*/models/*/upload/*"])(
    "hand uploads at %s, and no other object, to ingest in the shape of S3's own event",
    (wildcard) => {
      compute.hasResourceProperties("AWS::Events::Rule", {
        EventPattern: {
          source: ["aws.s3"],
          "detail-type": ["Object Created"],
          detail: { object: { key: [{ wildcard }] } },
        },
        Targets: [
          Match.objectLike({
            Arn: { "Fn::GetAtt": [Match.stringLikeRegexp("^Ingest"), "Arn"] },
            InputTransformer: {
              InputPathsMap: Match.objectLike({ "detail-object-key": "$.detail.object.key" }),
              InputTemplate: Match.stringLikeRegexp('^\\{"Records":\\[.+"key":<detail-object-key>'),
            },
          }),
        ],
      });
    },
  );

  it("hand dead letters to bury", () => {
    compute.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      FunctionName: { Ref: Match.stringLikeRegexp("^Bury") },
      EventSourceArn: { "Fn::ImportValue": Match.stringLikeRegexp("DeadLetters") },
    });
  });
});

describe("alarms", () => {
  const alarms = Object.values(compute.findResources("AWS::CloudWatch::Alarm"));

  it("all go to the topic, from where they are mailed when there is an address", () => {
    const [topic] = Object.keys(compute.findResources("AWS::SNS::Topic"));
    for (const { Properties } of alarms) expect(Properties.AlarmActions).toEqual([{ Ref: topic }]);
    compute.resourceCountIs("AWS::SNS::Subscription", 0);
    synthesise({ alarmEmail: "somebody@example.com" }).compute.hasResourceProperties(
      "AWS::SNS::Subscription",
      {
        Protocol: "email",
        Endpoint: "somebody@example.com",
      },
    );
  });

  it("may publish to the topic", () => {
    compute.hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Allow",
            Action: "sns:Publish",
            Principal: { Service: "cloudwatch.amazonaws.com" },
          }),
        ]),
      },
    });
  });

  it("watch no more metrics than are free", () => {
    const metrics = alarms.flatMap(
      ({ Properties }) => Properties.Metrics?.slice(1) ?? [Properties.MetricName],
    );
    expect(metrics.length).toBeGreaterThanOrEqual(alarms.length);
    expect(metrics.length).toBeLessThanOrEqual(10);
  });
});

it("tags every resource that can have tags", () => {
  for (const type of ["AWS::Lambda::Function", "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"])
    for (const [, { Properties }] of all(type))
      expect(Properties.Tags).toContainEqual({ Key: "project", Value: "tenfold" });
});

it("names the setting that is malformed", () => {
  expect(() => synthesise({ maxConcurrency: "1" })).toThrow(/maxConcurrency/);
});
