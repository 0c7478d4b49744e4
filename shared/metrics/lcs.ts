/**
 * Longest common subsequences by rows of bits (Hyyrö, "Bit-parallel LCS-length computation revisited", 2004), 32
 * positions of the pattern in a word. After each token of the text, bit i is 0 where the LCS of the pattern's first
 * i + 1 tokens is longer than that of its first i. Tokens are numbers from 0.
 */
export interface LcsPattern {
  readonly length: number;
  readonly words: number;
  /** `words` a token: the places where the pattern has it. */
  readonly places: Int32Array;
}

export function lcsPattern(pattern: Int32Array): LcsPattern {
  const words = (pattern.length + 31) >>> 5;
  const kinds = pattern.reduce((most, token) => Math.max(most, token + 1), 0);
  const places = new Int32Array(kinds * words);
  for (const [at, token] of pattern.entries()) {
    const word = token * words + (at >>> 5);
    places[word] = (places[word] ?? 0) | (1 << (at & 31));
  }
  return { length: pattern.length, words, places };
}

/** The length of a longest common subsequence. */
export function lcsLength(pattern: LcsPattern, text: Int32Array): number {
  const bits = new Int32Array(pattern.words).fill(-1);
  for (const token of text) {
    // A token that the pattern does not have changes no bit.
    if (token * pattern.words < pattern.places.length) step(pattern, token, bits, 0, bits, 0);
  }
  return zeros(bits, pattern.length);
}

/**
 * Marks in `into` the places of one longest common subsequence in the pattern, the one that a walk back through the
 * table gives when it leaves the pattern's last token aside wherever the text's has no more to it (rouge-score's).
 */
export function markLcs(pattern: LcsPattern, text: Int32Array, into: Uint8Array): void {
  const { words } = pattern;
  const rows = new Int32Array((text.length + 1) * words).fill(-1, 0, words);
  for (const [at, token] of text.entries()) step(pattern, token, rows, at * words, rows, (at + 1) * words);
  let [i, j] = [pattern.length - 1, text.length - 1];
  while (i >= 0 && j >= 0) {
    const [word, bit] = [i >>> 5, 1 << (i & 31)];
    if (has(pattern, text[j] ?? 0, word, bit)) {
      into[i] = 1;
      i--;
      j--;
    } else if (((rows[(j + 1) * words + word] ?? 0) & bit) === 0) j--;
    else i--;
  }
}

function has({ words, places }: LcsPattern, token: number, word: number, bit: number): boolean {
  return ((places[token * words + word] ?? 0) & bit) !== 0;
}

/** One token of the text: V' = (V + (V & M)) | (V & ~M), with the sum's carry from word to word. */
function step(
  { words, places }: LcsPattern,
  token: number,
  from: Int32Array,
  fromAt: number,
  into: Int32Array,
  intoAt: number,
): void {
  const placesAt = token * words;
  let carry = 0;
  for (let word = 0; word < words; word++) {
    const v = from[fromAt + word] ?? 0;
    const matched = v & (places[placesAt + word] ?? 0);
    const sum = (v + matched + carry) | 0;
    carry = ((v & matched) | ((v | matched) & ~sum)) >>> 31;
    into[intoAt + word] = sum | (v ^ matched);
  }
}

function zeros(bits: Int32Array, length: number): number {
  let count = 0;
  for (const [word, value] of bits.entries()) {
    const inside = Math.min(32, length - word * 32);
    count += ones(~value & (inside === 32 ? -1 : (1 << inside) - 1));
  }
  return count;
}

function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
