import { detect } from "tinyld/light";
import { cut } from "../faults.ts";
import type { Counts } from "../profile.ts";
import { tallyCounts } from "./counts.ts";

/** Guesses the languages of many texts from a sample of them. */
export interface LanguageTally {
  add(text: string): void;
  result(): Counts;
}

const sampleSize = 256;
const sampleLength = 300;
/** Shorter texts say too little. */
const shortest = 20;

/** Keeps every text, then every second, every fourth, and so on: a sample spread evenly over any number. */
export function tallyLanguages(): LanguageTally {
  let sample: string[] = [];
  let stride = 1;
  let seen = 0;
  return {
    add(text) {
      if (text.length < shortest || seen++ % stride !== 0) return;
      sample.push(cut(text, sampleLength));
      if (sample.length < sampleSize) return;
      sample = sample.filter((_, i) => i % 2 === 0);
      stride *= 2;
    },
    result() {
      const languages = tallyCounts();
      for (const text of sample) languages.add(detect(text) || "und");
      return languages.top(10);
    },
  };
}
