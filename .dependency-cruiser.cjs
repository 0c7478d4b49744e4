// The arrows of the house: functions -> methods -> lm -> engine, and functions -> resources.
const never = (from, to, comment) => ({
  name: `${from}-never-${to}`,
  severity: "error",
  comment,
  from: { path: `^${from}/` },
  to: { path: `^${to}/` },
});

module.exports = {
  forbidden: [
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "engine-knows-nothing-above",
      severity: "error",
      from: { path: "^shared/engine/" },
      to: { path: "^(shared/(?!engine/)|functions|infra)" },
    },
    {
      name: "lm-knows-the-engine-alone",
      severity: "error",
      from: { path: "^shared/lm/" },
      to: { path: "^(shared/(?!lm/|engine/)|functions|infra)" },
    },
    {
      name: "report-stands-alone",
      severity: "error",
      from: { path: "^shared/report/" },
      to: { path: "^(shared/(lm|engine|resources|client|methods)|functions|infra)" },
    },
    {
      name: "metrics-know-texts-alone",
      severity: "error",
      from: { path: "^shared/metrics/" },
      to: { path: "^(shared/(?!metrics/|statistics/|lm/random.ts)|functions|infra)" },
    },
    {
      name: "statistics-stand-alone",
      severity: "error",
      from: { path: "^shared/statistics/" },
      to: { path: "^(shared/(?!statistics/)|functions|infra)" },
    },
    {
      name: "chat-models-know-nothing-of-runs",
      severity: "error",
      from: { path: "^shared/llm/" },
      to: { path: "^(shared/(?!llm/)|functions|infra)" },
    },
    {
      name: "methods-know-nothing-of-aws",
      severity: "error",
      from: { path: "^shared/methods/" },
      to: { path: "^(shared/(resources|client|console)|functions|infra)|aws-sdk" },
    },
    {
      name: "no-method-reaches-into-another",
      severity: "error",
      from: { path: "^shared/methods/([^/]+)/" },
      to: { path: "^shared/methods/[^/]+/", pathNot: "^shared/methods/$1/" },
    },
    {
      name: "resources-compute-nothing",
      severity: "error",
      from: { path: "^shared/resources/" },
      to: { path: "^(shared/(lm|engine|client|console)|functions|infra)" },
    },
    {
      name: "client-never-reaches-aws",
      comment: "the command and the console load none of the cloud's code",
      severity: "error",
      from: { path: "^shared/client/" },
      to: { path: "@aws-sdk", reachable: true },
    },
    {
      name: "client-loads-the-engine-when-asked",
      comment: "the one command that needs it imports it then",
      severity: "error",
      from: { path: "^shared/client/" },
      to: { path: "^shared/(engine|lm)/", dependencyTypesNot: ["dynamic-import", "type-only"] },
    },
    {
      name: "console-is-for-a-browser",
      comment: "the console takes types from everywhere below it, and code that needs neither Node nor zod",
      severity: "error",
      from: { path: "^shared/console/", pathNot: "^shared/console/build.ts$" },
      to: {
        path: "^(shared/(engine|lm|methods)|functions|infra)|@aws-sdk|node_modules/zod",
        dependencyTypesNot: ["type-only"],
      },
    },
    never("shared", "functions", "the core does not know who calls it"),
    never("shared", "infra", "the core does not know where it runs"),
    never("functions", "infra", "a function does not know where it runs"),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    parser: "swc",
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".mjs", ".js"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node"],
    },
  },
};
