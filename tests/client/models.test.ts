import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalStack, startLocal } from "../../infra/local/stack.ts";
import { loadModel } from "../../shared/lm/stored-model.ts";
import { largestDifference, logitsOf } from "../lm/logits.ts";
import { tenfold } from "./command.ts";

const input = {
  trainingLength: 32,
  multiples: [1, 2],
  characters: 10_000,
  model: { dModel: 16, layers: 1, heads: 1 },
  variants: ["rope", "fope"],
  training: { steps: 2, batch: 2 },
  passkey: { trials: 0 },
  evaluationTokens: 256,
};

let folder: string;
let stack: LocalStack;
async function command(...parts: string[]): Promise<string> {
  const { code, stdout, stderr } = await tenfold(parts, {
    env: { TENFOLD_URL: stack.url },
    input: JSON.stringify(input),
  });
  expect(code, stderr).toBe(0);
  return stdout;
}

/** A stack on which one run left two models, and the first of them downloaded. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-models-"));
  stack = await startLocal({ stateDir: join(folder, "state"), quiet: true });
  await command("run", "fope", "--input", "-", "--seed", "3", "--wait");
  await command("model", "download", "fope-rope", join(folder, "rope"));
}, 120_000);
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

const filesIn = async (path: string) =>
  new Map(
    await Promise.all(
      (await readdir(path)).map(async (name) => [name, await readFile(join(path, name))] as const),
    ),
  );

describe("models that a run left", () => {
  it("are found by their run and method", async () => {
    const names = async (...parts: string[]) =>
      JSON.parse(await command("model", "list", "--json", ...parts))
        .map(({ name }: { name: string }) => name)
        .sort();
    expect(await names("--run", "latest")).toEqual(["fope-fope", "fope-rope"]);
    expect(await names("--method", "fope")).toHaveLength(2);
    expect(await names("--method", "calf")).toEqual([]);
  });

  it("have a card that says what they are, the same in the API and among the files", async () => {
    const card = await command("model", "show", "fope-rope", "--card");
    expect(card).toBe(await readFile(join(folder, "rope", "README.md"), "utf8"));
    expect(card).toContain("| Context length, tokens | 32 |");
    expect(card).toMatch(/run `[0-9a-f-]{36}`, seed 3\./);
    expect(await command("model", "show", "fope-fope")).toMatch(/position +fope\n/);
  });

  it("come down byte for byte as they were saved, and load here", async () => {
    const files = await filesIn(join(folder, "rope"));
    expect([...files.keys()].sort()).toEqual([
      ...["README.md", "config.json", "generation_config.json", "model.onnx", "model.safetensors"],
      ...["tokenizer.json", "tokenizer_config.json"],
    ]);
    const listed = JSON.parse(await command("model", "show", "fope-rope", "--json")).files;
    for (const { name, href } of listed) {
      const served = Buffer.from(await (await fetch(stack.url + href)).arrayBuffer());
      expect(served.equals(files.get(name) ?? Buffer.alloc(0)), name).toBe(true);
    }
    const model = await loadModel(files);
    expect(model.config).toMatchObject({ contextLength: 32, dModel: 16, layers: 1 });
    expect(model.tokenizer.decode(model.tokenizer.encode("naïve"))).toBe("naïve");
  });
});

describe("tenfold model export", () => {
  it("writes a graph with the model's logits, of the API's model and of the folder's, the same", async () => {
    const [fromApi, fromFolder] = [join(folder, "a.onnx"), join(folder, "b.onnx")];
    const shape = ["--length", "20", "--batch", "2"];
    const told = JSON.parse(await command("model", "export", "fope-rope", ...shape, "-o", fromApi, "--json"));
    expect(told).toMatchObject({ file: fromApi, batch: 2, length: 20, vocabulary: 256 });
    await command("model", "export", join(folder, "rope"), ...shape, "-o", fromFolder);
    const onnx = await readFile(fromApi);
    expect(onnx.equals(await readFile(fromFolder))).toBe(true);

    const model = await loadModel(await filesIn(join(folder, "rope")));
    const tokens = [...new TextEncoder().encode("It was the best of times")].slice(0, 20);
    const session = await InferenceSession.create(onnx);
    const twice = new Tensor("int64", BigInt64Array.from([...tokens, ...tokens], BigInt), [2, 20]);
    const { logits } = await session.run({ tokens: twice });
    const expected = await logitsOf(model.config, model.weights, tokens);
    const exported = logits?.data as Float32Array;
    expect(largestDifference(exported.subarray(expected.length), expected)).toBeLessThan(1e-6);
    await session.release();
  });

  it("takes the context length when it is told none, and says what it checked", async () => {
    const file = join(folder, "c.onnx");
    const { code, stdout, stderr } = await tenfold(["model", "export", join(folder, "rope"), "-o", file]);
    expect(code).toBe(0);
    expect(stdout).toContain(file);
    expect(stderr).toContain("tokens int64 [1, 32] -> logits float32 [1, 32, 256]\n");
    expect(stderr).toContain("checked: its logits differ from the model's by at most ");
  });
});
