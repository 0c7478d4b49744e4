import * as z from "zod";
import { LlmError } from "./llm-error.ts";
import type { ChatUsage } from "./port.ts";

/** Price of a million tokens, in whatever currency. */
export interface Prices {
  readonly input: number;
  readonly output: number;
}

const count = z.int().nonnegative();

/** What a run asked of a chat model, and what it took. */
export const spendingSchema = z.object({
  /** Answers that a server gave and counted, repairs among them. */
  requests: count,
  /** Answers that were known already. */
  cached: count,
  /** Answers that had to be asked for again, since the first did not fit. */
  repaired: count,
  /** Requests that were sent and got no answer: they may have to be paid all the same. */
  unanswered: count,
  inputTokens: count,
  outputTokens: count,
  /** Of the requests that were answered; 0 without prices. */
  cost: z.number().nonnegative(),
  /** The most that those without an answer, or without a word of their tokens, can cost. */
  unknownCost: z.number().nonnegative(),
});
export type Spending = z.infer<typeof spendingSchema>;

export const noSpending: Spending = {
  requests: 0,
  cached: 0,
  repaired: 0,
  unanswered: 0,
  inputTokens: 0,
  outputTokens: 0,
  cost: 0,
  unknownCost: 0,
};

/** The most that a request can take. */
export type Bound = Pick<ChatUsage, "inputTokens" | "outputTokens">;

/** Money that is set aside for one request. */
export interface Reservation {
  /** An answer came; without tokens where the server does not count them. What it cost. */
  answered(usage: Bound | undefined): ChatUsage;
  /** It was sent, and nothing came back. */
  lost(): void;
  /** It was turned away, and costs nothing. */
  free(): void;
}

export interface Ledger {
  /** Sets the most that a request can cost aside. Throws an `LlmError` when that could pass the budget. */
  reserve(bound: Bound): Reservation;
  note(event: "cached" | "repaired"): void;
  spending(): Spending;
}

export interface LedgerOptions {
  readonly prices?: Prices | undefined;
  /** The most that may be spent, in the currency of the prices. */
  readonly budget?: number | undefined;
  readonly from?: Spending;
}

/** Keeps the account of a run. */
export function ledger({ prices, budget, from = noSpending }: LedgerOptions): Ledger {
  let spending = from;
  let reserved = 0;
  const add = (change: Partial<Spending>) => {
    const sums = Object.entries(change).map(([name, value]) => [
      name,
      spending[name as keyof Spending] + value,
    ]);
    spending = { ...spending, ...Object.fromEntries(sums) };
  };
  return {
    reserve(bound) {
      const most = costOf(bound, prices) ?? 0;
      const spent = spending.cost + spending.unknownCost;
      if (budget !== undefined && spent + reserved + most > budget) {
        throw new LlmError("budget", overBudget(most, spent, reserved, budget));
      }
      reserved += most;
      const settle = (change: Partial<Spending>) => {
        reserved -= most;
        add(change);
      };
      return {
        answered(usage) {
          const taken = usage ?? { inputTokens: 0, outputTokens: 0 };
          const cost = costOf(taken, prices);
          settle({
            requests: 1,
            ...taken,
            cost: cost ?? 0,
            ...(usage === undefined && { unknownCost: most }),
          });
          return { ...taken, ...(cost !== undefined && { cost }) };
        },
        lost: () => settle({ unanswered: 1, unknownCost: most }),
        free: () => settle({}),
      };
    },
    note: (event) => add({ [event]: 1 }),
    spending: () => spending,
  };
}

/** What so many tokens cost; undefined without prices. */
export const costOf = (
  { inputTokens, outputTokens }: Bound,
  prices: Prices | undefined,
): number | undefined => prices && (inputTokens * prices.input + outputTokens * prices.output) / 1e6;

function overBudget(most: number, spent: number, reserved: number, budget: number): string {
  const others = reserved > 0 ? `, ${money(reserved)} is set aside for calls in progress` : "";
  return (
    `this call can cost up to ${money(most)}; of the budget of ${money(budget)} ${money(spent)} is spent${others}. ` +
    "Raise TENFOLD_LLM_BUDGET, or ask for less: fewer items, shorter texts, a smaller maxTokens"
  );
}

const money = (amount: number) => String(Number(amount.toPrecision(4)));
