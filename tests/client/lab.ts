import type { Dataset } from "../../shared/resources/datasets/record.ts";
import type { Model } from "../../shared/resources/models/record.ts";
import type { Run, RunEvent } from "../../shared/resources/runs/record.ts";
import { type Answer, type Asked, startApi, type TestApi } from "./api.ts";

/** The output of a `fope` comparison as the method gives it, with the figures of a small run. */
export const fopeOutput = {
  task: "compare",
  variants: [
    {
      name: "rope",
      seeds: 3,
      parameters: 115_264,
      tokensPerSecond: 51_234.5,
      loss: [
        { length: 64, mean: 1.733, sd: 0.011 },
        { length: 128, mean: 1.99, sd: 0.024 },
        { length: 256, mean: 2.526, sd: 0.05 },
        { length: 512, mean: 2.92, sd: 0.061 },
        { length: 1024, mean: 3.239, sd: 0.07 },
      ],
      passkey: [
        { length: 64, accuracy: 1, sd: 0, symbols: 1 },
        { length: 128, accuracy: 0.83, sd: 0.04, symbols: 0.9 },
        { length: 256, accuracy: 0.13, sd: 0.02, symbols: 0.4 },
        { length: 512, accuracy: 0, sd: 0, symbols: 0.1 },
        { length: 1024, accuracy: 0, sd: 0, symbols: 0.1 },
      ],
    },
    {
      name: "fope",
      seeds: 3,
      parameters: 115_264,
      tokensPerSecond: 48_022.1,
      loss: [
        { length: 64, mean: 1.75, sd: 0.012 },
        { length: 128, mean: 1.787, sd: 0.016 },
        { length: 256, mean: 1.881, sd: 0.02 },
        { length: 512, mean: 2.144, sd: 0.031 },
        { length: 1024, mean: 2.511, sd: 0.05 },
      ],
      passkey: [
        { length: 64, accuracy: 1, sd: 0, symbols: 1 },
        { length: 128, accuracy: 1, sd: 0, symbols: 1 },
        { length: 256, accuracy: 1, sd: 0, symbols: 1 },
        { length: 512, accuracy: 0.9, sd: 0.05, symbols: 0.95 },
        { length: 1024, accuracy: 0.74, sd: 0.08, symbols: 0.9 },
      ],
    },
    {
      name: "yarn",
      seeds: 3,
      parameters: 115_264,
      tokensPerSecond: null,
      loss: [
        { length: 64, mean: 1.733, sd: 0.011 },
        { length: 128, mean: 1.9, sd: 0.02 },
      ],
      passkey: [],
    },
  ],
  findings: [
    {
      claim: "FoPE's loss at 4× the training length is below RoPE's",
      holds: true,
      text: "1.881 ± 0.020 against 2.526 ± 0.050 nats a token at 256 tokens: 0.645 lower, more than the spread of the seeds.",
    },
    {
      claim: "FoPE costs loss within the training length",
      holds: false,
      text: "1.750 ± 0.012 against 1.733 ± 0.011 nats a token at 64 tokens: within the spread of the seeds.",
    },
  ],
};

const created = "2026-03-01T10:00:00.000Z";
export const runId = "0195a1b2-0000-7000-8000-000000000001";

export function aRun(fields: Partial<Run> = {}): Run {
  const self = `/v1/runs/${runId}`;
  return {
    id: runId,
    method: "fope",
    status: "succeeded",
    createdAt: created,
    startedAt: "2026-03-01T10:00:01.000Z",
    finishedAt: "2026-03-01T10:00:52.400Z",
    seed: 0,
    preset: "quick",
    progress: { fraction: 1, message: "done" },
    slices: 1,
    deaths: 0,
    cancelRequested: false,
    links: { self, events: `${self}/events`, metrics: `${self}/metrics`, artifacts: `${self}/artifacts` },
    input: { task: "compare", seeds: 3, training: { steps: 500 }, variants: ["rope", "fope", "yarn"] },
    output: fopeOutput,
    ...fields,
  };
}

/** A running run at a share of its work. */
export function runningAt(fraction: number, message: string): Run {
  const { finishedAt: _finished, output: _output, ...rest } = aRun();
  return { ...rest, status: "running", progress: { fraction, message } };
}

export const events: RunEvent[] = [
  { id: 1, time: created, type: "created", message: "by the API" },
  { id: 2, time: created, type: "progress", message: "training rope", fraction: 0.25 },
  { id: 3, time: created, type: "succeeded", message: "" },
];

const dataset: Dataset = {
  id: "0195a1b2-0000-7000-8000-00000000d001",
  name: "letters.txt",
  kind: "text",
  status: "ready",
  createdAt: created,
  bytes: 12,
  summary: {
    kind: "text",
    lines: 2,
    characters: 12,
    format: { compression: "none", layout: "text", bytes: 12, bom: false, newlines: "lf" },
    languages: [{ value: "en", count: 1 }],
  },
  preview: { columns: ["text"], rows: [["hello"], ["world"]] },
  links: { self: "/v1/datasets/0195a1b2-0000-7000-8000-00000000d001" },
};

export const modelId = `${runId}-0123456789ab`;

const model: Model = {
  id: modelId,
  name: "fope seed 1",
  status: "ready",
  createdAt: created,
  source: "run",
  run: runId,
  method: "fope",
  seed: 3,
  summary: { architecture: "llama", parameters: 115_264, contextLength: 64 },
  files: [{ name: "config.json", bytes: 2, href: "/v1/models/x/files/config.json" }],
  links: { self: `/v1/models/${modelId}`, run: `/v1/runs/${runId}` },
};

const method = {
  id: "fope",
  title: "FoPE: Fourier position embedding",
  summary:
    "Trains a language model with each position embedding and shows which one holds beyond the training length.",
  paper: { title: "Fourier Position Embedding", url: "https://arxiv.org/abs/2412.17739" },
  presets: {
    quick: {
      summary: "RoPE against FoPE, clip-only and ALiBi, one seed",
      cost: "under a minute on 2 cores",
      input: { task: "compare", variants: ["rope", "fope"] },
    },
  },
  input: {},
  output: {},
};

const artifacts = [
  { name: "report.html", type: "text/html", bytes: 13, createdAt: created, href: "x" },
  { name: "result.json", type: "application/json", bytes: 2, createdAt: created, href: "x" },
];
const contents: Record<string, string> = { "report.html": "<p>report</p>", "result.json": "{}" };

const notFound = (what: string): Answer => ({
  status: 404,
  body: {
    type: "urn:tenfold:problem:not-found",
    title: "There is no such thing",
    status: 404,
    detail: `There is no ${what}`,
  },
});

/** What the run looks like each time that it is asked for; the last one stays. */
export type Story = readonly Run[];

/** The API with one method, one run that goes as the story tells, one data set and one model. */
export async function startLab(
  told: Story = [aRun()],
  special?: (asked: Asked) => Answer | undefined,
): Promise<TestApi> {
  let chapter = 0;
  let story = told;
  const now = () => story[Math.min(chapter, story.length - 1)] ?? aRun();
  const routes: [RegExp, (asked: Asked) => Answer][] = [
    [/^GET \/v1\/methods$/, () => ({ body: { items: [method] } })],
    [/^GET \/v1\/methods\/fope$/, () => ({ body: method })],
    [/^POST \/v1\/methods\/fope\/runs$/, () => ({ status: 202, body: now() })],
    [/^GET \/v1\/runs$/, () => ({ body: { items: [now(), aRun({ id: "older", status: "failed" })] } })],
    [
      /^POST \/v1\/runs\/[^/]+\/cancel$/,
      () => {
        const { output: _output, ...run } = aRun({ status: "canceled", cancelRequested: true });
        story = [run];
        return { body: run };
      },
    ],
    [/^DELETE \/v1\/(runs|datasets|models)\/[^/]+$/, () => ({ status: 204 })],
    [
      /^GET \/v1\/runs\/[^/]+\/events$/,
      ({ query }) => ({
        body: { items: events.filter(({ id }) => id > Number(query.get("after") ?? 0)) },
      }),
    ],
    [/^GET \/v1\/runs\/[^/]+\/artifacts$/, () => ({ body: { items: artifacts } })],
    [
      /^GET \/v1\/runs\/[^/]+\/artifacts\/.+$/,
      ({ path }) => ({
        status: 302,
        headers: { location: `/bucket/${path.split("/").at(-1)}` },
      }),
    ],
    [/^GET \/bucket\/.+$/, ({ path }) => ({ body: contents[path.split("/").at(-1) ?? ""] ?? "{}" })],
    [
      /^POST \/v1\/models$/,
      ({ headers, body }) => {
        const { name, files } = JSON.parse(body) as {
          name: string;
          files: { name: string; bytes: number }[];
        };
        const { run: _run, method: _method, seed: _seed, ...rest } = model;
        const uploads = files.map((file) => ({
          name: file.name,
          upload: {
            how: "whole",
            url: `http://${headers.host}/bucket/upload/${file.name}`,
            method: "PUT",
            headers: { "x-check": "1" },
          },
        }));
        const links = { self: model.links.self };
        const described = files.map((file) => ({ ...file, href: "x" }));
        const brought = { ...rest, name, source: "upload", status: "uploading", files: described, links };
        return { status: 201, body: { ...brought, uploads } };
      },
    ],
    [/^PUT \/bucket\/upload\/.+$/, () => ({})],
    [/^GET \/v1\/models$/, () => ({ body: { items: [model] } })],
    [/^GET \/v1\/models\/[^/]+$/, () => ({ body: { ...model, card: "# A card" } })],
    [
      /^GET \/v1\/models\/[^/]+\/files\/.+$/,
      () => ({ status: 302, headers: { location: "/bucket/config.json" } }),
    ],
    [
      /^POST \/v1\/datasets$/,
      ({ headers, body }) => ({
        status: 201,
        body: {
          ...dataset,
          ...JSON.parse(body),
          status: "pending",
          upload: {
            how: "whole",
            url: `http://${headers.host}/bucket/upload`,
            method: "PUT",
            headers: { "x-check": "1" },
          },
        },
      }),
    ],
    [/^PUT \/bucket\/upload$/, () => ({})],
    [/^GET \/v1\/datasets$/, () => ({ body: { items: [dataset] } })],
    [/^GET \/v1\/datasets\/[^/]+$/, () => ({ body: dataset })],
    [
      /^GET \/v1\/runs\/[^/]+$/,
      ({ headers, path }) => {
        if (!path.endsWith(runId)) return notFound("run of this id");
        const etag = `"${chapter}"`;
        if (headers["if-none-match"] === etag && chapter + 1 >= story.length)
          return { status: 304, headers: { etag } };
        const body = now();
        chapter++;
        return { headers: { etag: `"${chapter - 1}"` }, body };
      },
    ],
  ];
  return startApi((asked) => {
    const one = special?.(asked);
    if (one !== undefined) return one;
    const call = `${asked.method} ${asked.path}`;
    const route = routes.find(([pattern]) => pattern.test(call));
    return route === undefined ? notFound(`route ${call}`) : route[1](asked);
  });
}
