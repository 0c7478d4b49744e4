import { benchArrange } from "./arrange.ts";
import { benchBundles } from "./bundles.ts";
import { benchDecoding } from "./decoding.ts";
import { benchDpo } from "./dpo.ts";
import { benchFope } from "./fope.ts";
import { benchHttp } from "./http.ts";
import { benchIngest } from "./ingest.ts";
import { benchLpa } from "./lpa.ts";
import { benchMemoryLayer } from "./memory-layer.ts";
import { benchMetrics } from "./metrics.ts";
import { benchStepScoring } from "./prm.ts";
import { benchGsm8k } from "./prm-gsm8k.ts";
import { benchProteus } from "./proteus.ts";
import { benchSpeculative } from "./speculative.ts";
import { benchTma } from "./tma.ts";
import { benchToEdit } from "./toedit.ts";
import { benchTrainingStep } from "./training-step.ts";
import { benchTuning } from "./tuning.ts";

const benches = {
  "training-step": benchTrainingStep,
  tuning: benchTuning,
  decoding: benchDecoding,
  speculative: benchSpeculative,
  fope: benchFope,
  lpa: benchLpa,
  "memory-layer": benchMemoryLayer,
  toedit: benchToEdit,
  arrange: benchArrange,
  tma: benchTma,
  metrics: benchMetrics,
  proteus: benchProteus,
  prm: benchStepScoring,
  "prm-gsm8k": benchGsm8k,
  dpo: benchDpo,
  http: benchHttp,
  ingest: benchIngest,
  bundles: async () => console.table(await benchBundles()),
};

/** `npm run bench` runs all; `npm run bench -- http fope` those that are named. Ratios are of one run on one machine. */
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in benches));
if (unknown !== undefined) {
  console.error(`no bench "${unknown}": there are ${Object.keys(benches).join(", ")}`);
  process.exit(2);
}
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  await bench();
}
