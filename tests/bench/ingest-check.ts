import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { checkRows } from "../../shared/resources/datasets/check-rows.ts";

// A process of its own, so that the memory is that of the check alone. In chunks as small as the network's.
const [file = ""] = process.argv.slice(2);
const hash = createHash("sha256");
async function* hashed() {
  for await (const chunk of createReadStream(file, { highWaterMark: 64 * 1024 })) {
    hash.update(chunk);
    yield chunk;
  }
}
const begun = performance.now();
const checked = await checkRows("instructions", hashed());
const seconds = (performance.now() - begun) / 1000;
if ("errors" in checked) throw new Error(JSON.stringify(checked.errors[0]));
hash.digest("hex");
console.log(JSON.stringify({ seconds, peak: process.resourceUsage().maxRSS * 1024 }));
