import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoff, isPassing, retryAfter } from "../../shared/llm/retry.ts";

const now = Date.UTC(2026, 0, 1, 12, 0, 0);
const asked = (value: string, name = "retry-after") => retryAfter(new Headers({ [name]: value }), now);

describe("Retry-After", () => {
  it.each([
    ["0", 0],
    ["120", 120_000],
    ["1.5", 1500],
    [" 7 ", 7000],
    ["Thu, 01 Jan 2026 12:01:30 GMT", 90_000],
    ["Thursday, 01-Jan-26 12:01:30 GMT", 90_000],
    ["Thu Jan  1 12:01:30 2026 GMT", 90_000],
    ["Thu, 01 Jan 2026 11:00:00 GMT", 0],
    ["soon", undefined],
    ["-5", undefined],
    ["2026", 2_026_000],
    ["", undefined],
    ["Thu, 99 Xyz 2026", undefined],
  ])("of %j is %s ms", (value, milliseconds) => expect(asked(value)).toBe(milliseconds));

  it("in milliseconds goes before", () => {
    expect(asked("250", "retry-after-ms")).toBe(250);
    expect(retryAfter(new Headers({ "retry-after-ms": "250", "retry-after": "9" }), now)).toBe(250);
    expect(retryAfter(new Headers({ "retry-after-ms": "x", "retry-after": "9" }), now)).toBe(9000);
    expect(retryAfter(new Headers(), now)).toBeUndefined();
  });
});

it("doubles its waits up to half a minute, the half of each by chance", () => {
  expect([1, 2, 3, 4, 5, 6, 20].map((tries) => backoff(tries, 0))).toEqual([
    500, 1000, 2000, 4000, 8000, 15_000, 15_000,
  ]);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (tries, chance) => {
        const wait = backoff(tries, chance);
        expect(wait).toBeGreaterThanOrEqual(backoff(tries, 0));
        expect(wait).toBeLessThanOrEqual(2 * backoff(tries, 0));
        expect(wait).toBeLessThanOrEqual(30_000);
      },
    ),
  );
});

it("takes these statuses for passing, and no others", () => {
  const passing = Array.from({ length: 500 }, (_, i) => i + 100).filter(isPassing);
  expect(passing.filter((status) => status < 500)).toEqual([408, 409, 429]);
  expect(passing.filter((status) => status >= 500)).toHaveLength(100);
});
