import * as fc from "fast-check";
import { expect, it } from "vitest";
import { costOf, ledger, noSpending, type Reservation } from "../../shared/llm/ledger.ts";

const prices = { input: 2.5, output: 10 };
const tokens = fc.nat({ max: 5000 });
const step = fc.record({
  bound: fc.record({ inputTokens: tokens, outputTokens: tokens }),
  /** Of its bound, what it takes. */
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  end: fc.constantFrom("answered", "uncounted", "lost", "free", "open"),
});

it("never spends beyond the budget, whatever comes of the calls, as long as they keep to their bounds", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.double({ min: 0, max: 0.3, noNaN: true }),
      (steps, budget) => {
        const book = ledger({ prices, budget });
        const open: Reservation[] = [];
        for (const { bound, share, end } of steps) {
          let reservation: Reservation;
          try {
            reservation = book.reserve(bound);
          } catch (error) {
            expect(error).toMatchObject({ kind: "budget" });
            continue;
          }
          const [inputTokens, outputTokens] = [bound.inputTokens, bound.outputTokens].map((n) =>
            Math.floor(n * share),
          );
          if (end === "answered")
            reservation.answered({ inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 });
          else if (end === "uncounted") reservation.answered(undefined);
          else if (end === "open") open.push(reservation);
          else reservation[end]();
        }
        for (const reservation of open) reservation.lost();
        const { cost, unknownCost } = book.spending();
        expect(cost + unknownCost).toBeLessThanOrEqual(budget * (1 + 1e-9));
      },
    ),
  );
});

it("refuses nothing that fits: a budget of the sum of all bounds takes them all", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const budget = steps.reduce((sum, { bound }) => sum + (costOf(bound, prices) ?? 0), 0) * (1 + 1e-9);
      const book = ledger({ prices, budget });
      for (const { bound } of steps) book.reserve(bound).lost();
      expect(book.spending().unanswered).toBe(steps.length);
    }),
  );
});

it("knows no cost without prices, and goes on from an earlier account", () => {
  const book = ledger({});
  const usage = { inputTokens: 10, outputTokens: 5 };
  expect(book.reserve(usage).answered(usage)).toEqual(usage);
  book.note("cached");
  const from = book.spending();
  expect(from).toEqual({ ...noSpending, requests: 1, cached: 1, ...usage });
  const next = ledger({ prices, from });
  expect(next.reserve(usage).answered(usage)).toEqual({ ...usage, cost: (10 * 2.5 + 5 * 10) / 1e6 });
  expect(next.spending()).toMatchObject({ requests: 2, inputTokens: 20, outputTokens: 10, cost: 75 / 1e6 });
});
