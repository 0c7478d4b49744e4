import { getLlama, type LlamaContextSequence, type Token } from "node-llama-cpp";

/** A model in llama.cpp, on the processor and in float32, by token ids. */
export interface LlamaCpp {
  /** Greedy continuations of all prompts at once, `count` tokens each, and the seconds from the prompts' end. */
  continueAll(
    prompts: readonly (readonly number[])[],
    count: number,
  ): Promise<{ texts: number[][]; seconds: number }>;
  /** log p of each token but the first, given those before it. */
  logProbabilities(tokens: readonly number[]): Promise<number[]>;
  release(): Promise<void>;
}

export async function openLlamaCpp(
  path: string,
  { threads, window, rows }: { threads: number; window: number; rows: number },
): Promise<LlamaCpp> {
  const llama = await getLlama({
    gpu: false,
    build: "never",
    skipDownload: true,
    logLevel: "error" as never,
  });
  const model = await llama.loadModel({ modelPath: path });
  const context = await model.createContext({
    contextSize: window,
    sequences: rows,
    threads,
    batchSize: 512,
  });
  const sequences = Array.from({ length: rows }, () => context.getSequence());
  const asTokens = (ids: readonly number[]) => ids.map((id) => id as Token); // a branded number
  return {
    async continueAll(prompts, count) {
      await Promise.all(sequences.map((sequence) => sequence.clearHistory()));
      const last = await Promise.all(
        prompts.map((prompt, row) => prefill(at(sequences, row), asTokens(prompt))),
      );
      const begun = performance.now();
      const texts = await Promise.all(
        last.map((token, row) => continueOne(at(sequences, row), token, count)),
      );
      return { texts, seconds: (performance.now() - begun) / 1000 };
    },
    async logProbabilities(tokens) {
      const sequence = at(sequences, 0);
      await sequence.clearHistory();
      const results = await sequence.controlledEvaluate(
        asTokens(tokens.slice(0, -1)).map((token) => [token, { generateNext: { probabilities: true } }]),
      );
      return results.map((result, i) =>
        Math.log(result?.next.probabilities?.get(tokens[i + 1] as Token) ?? Number.NaN),
      );
    },
    async release() {
      await context.dispose();
      await model.dispose();
      await llama.dispose();
    },
  };
}

/** Reads all of a prompt but its last token, which it answers. */
async function prefill(sequence: LlamaContextSequence, prompt: readonly Token[]): Promise<Token> {
  const last = prompt.at(-1);
  if (last === undefined) throw new RangeError("an empty prompt");
  if (prompt.length > 1) await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1));
  return last;
}

async function continueOne(sequence: LlamaContextSequence, first: Token, count: number): Promise<number[]> {
  const written: number[] = [];
  for await (const token of sequence.evaluate([first], { temperature: 0, yieldEogToken: true })) {
    written.push(token);
    if (written.length === count) break;
  }
  return written;
}

function at<T>(items: readonly T[], place: number): T {
  const item = items[place];
  if (item === undefined) throw new RangeError(`there is no ${place} of ${items.length}`);
  return item;
}
