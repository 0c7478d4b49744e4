import type { OrderName } from "./fields.ts";

const looks: Readonly<Record<OrderName, { readonly label: string; readonly style: number }>> = {
  near: { label: "Near first", style: 0 },
  far: { label: "Far first", style: 1 },
  random: { label: "Random", style: 2 },
  "round-robin": { label: "Round-robin over tasks", style: 3 },
  clusters: { label: "Task after task", style: 4 },
  "near-tasks": { label: "Near tasks first", style: 5 },
  "far-tasks": { label: "Far tasks first", style: 6 },
  "near-budget": { label: "Near first, budgeted", style: 0 },
  "far-budget": { label: "Far first, budgeted", style: 1 },
};

/** Name of an order for a reader. */
export const labelOf = (name: OrderName): string => looks[name].label;

/** Index of an order's series style, the same in every plot; a budgeted order has that of its full form. */
export const styleOf = (name: OrderName): number => looks[name].style;
