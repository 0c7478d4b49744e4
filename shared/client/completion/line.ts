import type { Argument, Command, Option } from "commander";

/** Something that may stand at the cursor; `about` says what it is, where the shell shows that. */
export interface Candidate {
  readonly value: string;
  readonly about?: string;
}

/** What kind of word is wanted, by the name of its argument or option, and what was given before. */
export interface Wanted {
  /** `method`, `run`, `runs`, `model`, `dataset`, `preset`, `set`, `file`, ... */
  readonly kind: string;
  readonly positional: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

/** Where the cursor is: at one of these words, or at one that has to be looked up. */
export type Place =
  | { readonly candidates: readonly Candidate[] }
  | {
      readonly wanted: Wanted /** What of the word comes before the value: `--preset=`. */;
      readonly before: string;
    };

const takesValue = (option: Option) => option.required || option.optional;

const optionOf = (command: Command, word: string): Option | undefined =>
  command.options.find(({ long, short }) => word === long || word === short);

/**
 * What may stand at the end of a command line: `words` are those behind the program's name, the last one is
 * being written and may be empty.
 */
export function placeOf(program: Command, words: readonly string[]): Place {
  const last = words.at(-1) ?? "";
  const { command, positional, options, open } = readLine(program, words.slice(0, -1));
  if (open !== undefined) return valuePlace(open, { positional, options }, "");
  const [name = "", ...value] = last.split("=");
  const assigned = value.length > 0 ? optionOf(command, name) : undefined;
  if (assigned !== undefined && name.startsWith("--")) {
    return valuePlace(assigned, { positional, options }, `${name}=`);
  }
  if (last.startsWith("-")) return { candidates: optionsOf(command) };
  if (command.commands.length > 0) return { candidates: subcommandsOf(command) };
  const argument = argumentAt(command, positional.length);
  if (argument === undefined) return { candidates: [] };
  if (argument.argChoices !== undefined) return choices(argument.argChoices, "");
  return { wanted: { kind: argument.name(), positional, options }, before: "" };
}

interface Line {
  readonly command: Command;
  readonly positional: readonly string[];
  readonly options: ReadonlyMap<string, string>;
  /** The option whose value comes next. */
  readonly open?: Option;
}

function readLine(program: Command, words: readonly string[]): Line {
  let command = program;
  let open: Option | undefined;
  const positional: string[] = [];
  const options = new Map<string, string>();
  for (const word of words) {
    const [name = "", ...value] = word.split("=");
    const option = optionOf(command, name);
    if (open !== undefined) {
      options.set(open.name(), word);
      open = undefined;
    } else if (option !== undefined && takesValue(option)) {
      if (value.length > 0) options.set(option.name(), value.join("="));
      else open = option;
    } else if (!word.startsWith("-")) {
      const below = command.commands.find((one) => one.name() === word);
      if (below === undefined) positional.push(word);
      else command = below;
    }
  }
  return { command, positional, options, ...(open !== undefined && { open }) };
}

function valuePlace(option: Option, given: Omit<Wanted, "kind">, before: string): Place {
  if (option.argChoices !== undefined) return choices(option.argChoices, before);
  return { wanted: { kind: option.name(), ...given }, before };
}

const choices = (values: readonly string[], before: string): Place => ({
  candidates: values.map((value) => ({ value: before + value })),
});

/** As help has them, which leaves out what is hidden. */
const optionsOf = (command: Command): Candidate[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ value: long, about: description }] : []));

const subcommandsOf = (command: Command): Candidate[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), about: one.description() }));

function argumentAt(command: Command, index: number): Argument | undefined {
  const known = command.registeredArguments;
  const last = known.at(-1);
  return known[index] ?? (last?.variadic ? last : undefined);
}
