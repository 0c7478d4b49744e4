import { InvalidArgumentError, Option } from "commander";
import { didYouMean } from "../resources/nearest.ts";

/** Reads an integer that is no less than `least`. */
export function integerFrom(least: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It must be an integer of at least ${least}.`);
    }
    return value;
  };
}

/** Reads one of a few words; what is none of them is refused with the near one. */
export function oneOf(words: readonly string[]) {
  return (text: string): string => {
    if (words.includes(text)) return text;
    throw new InvalidArgumentError(
      `Allowed choices are ${words.join(", ")}${didYouMean(text, words) || "."}`,
    );
  };
}

/** An option of a few words. `choices` is what help and completion show; the parser after it names the near word. */
export const choiceOption = (flags: string, about: string, words: readonly string[]) =>
  new Option(flags, about).choices(words).argParser(oneOf(words));
