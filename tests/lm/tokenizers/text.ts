import fc from "fast-check";

/** Text that a tokenizer may trip over: words and their endings, spaces of every kind, and any Unicode. */
export const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "the",
        " the",
        "don't",
        "I'll",
        "'S",
        "low",
        "lower",
        "newest",
        "  ",
        "\n\n",
        "\t",
        " \n ",
        "__proto__",
      ),
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.string({ unit: "grapheme", maxLength: 6 }),
      fc.constantFrom(
        "\u{1F469}\u200D\u{1F680}",
        "\u00a0",
        "\u3000",
        "\ufeff",
        "\u0085",
        "é",
        "e\u0301",
        "१२",
        "\0",
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));
