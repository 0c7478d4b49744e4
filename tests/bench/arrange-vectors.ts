import { createRandom } from "../../shared/lm/random.ts";
import { createProducts } from "../../shared/methods/tma/products.ts";
import { arrangeRounds, noRounds } from "../../shared/methods/tma/rounds.ts";
import { toUnit, type UnitVectors } from "../../shared/methods/tma/vectors.ts";

/** `node arrange-vectors.ts REQUEST`: arranges random vectors as the JSON of the request says, and prints JSON. */
const { items, tests, dimensions, clusters, threads } = JSON.parse(process.argv[2] ?? "{}");
const random = createRandom(1, "bench", clusters);
/** Sums of uniform numbers, near to normal and quick to draw. */
const draw = (count: number): Float32Array =>
  Float32Array.from({ length: count }, () => random.uniform() + random.uniform() + random.uniform() - 1.5);
const centres = draw(clusters * dimensions);

/** Random directions; with clusters, around as many centres in turn, every `step`-th. */
function vectors(count: number, step: number): UnitVectors {
  const values = draw(count * dimensions);
  for (let row = 0; clusters > 0 && row < count; row++) {
    const centre = ((row * step) % clusters) * dimensions;
    for (let i = 0; i < dimensions; i++) {
      values[row * dimensions + i] = 0.7 * (values[row * dimensions + i] ?? 0) + (centres[centre + i] ?? 0);
    }
  }
  return toUnit({ values, count, dimensions });
}

const [data, reference] = [vectors(items, 1), vectors(tests, 6)];
const { signal } = new AbortController();
const [begun, before] = [performance.now(), process.cpuUsage()];
const products = await createProducts(data, reference, { threads, signal });
let pairs = 0;
const counted: typeof products = {
  over(chosenItems, chosenTests) {
    pairs += chosenItems.length * chosenTests.length;
    return products.over(chosenItems, chosenTests);
  },
  release: products.release,
};
const rounds = await arrangeRounds(counted, {
  tests,
  begun: noRounds(items),
  signal,
  after: async () => true,
});
const arranged = performance.now();
const { user, system } = process.cpuUsage(before);
const everything = Int32Array.from({ length: items }, (_, item) => item);
const everyTest = Int32Array.from({ length: tests }, (_, test) => test);
let pass = Number.POSITIVE_INFINITY;
for (let turn = 0; turn < 3; turn++) {
  const from = performance.now();
  for await (const _ of products.over(everything, everyTest));
  pass = Math.min(pass, performance.now() - from);
}
await products.release();
console.log(
  JSON.stringify({
    seconds: (arranged - begun) / 1000,
    passSeconds: pass / 1000,
    processorSeconds: (user + system) / 1e6,
    rounds: rounds.sizes.length,
    passes: pairs / items / tests,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  }),
);
