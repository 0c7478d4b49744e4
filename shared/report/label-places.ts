import { textWidth } from "./layout.ts";

/** A point that wants a label, in pixels. */
export interface LabelWish {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Where a label stands: its text's left end and base line. */
export interface LabelPlace {
  readonly x: number;
  readonly y: number;
  /** From the point to the label, where they are not next to each other. */
  readonly leader: readonly [x1: number, y1: number, x2: number, y2: number] | undefined;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const reaches = [7, 16, 28, 42];
const directions = Array.from({ length: 12 }, (_, at) => (at * Math.PI) / 6);

/**
 * Places labels beside their points, those first that come first: inside the frame, over no other label, and over as
 * few points as can be. A label without a place is undefined.
 */
export function placeLabels(
  wishes: readonly LabelWish[],
  {
    frame,
    points,
    fontSize,
  }: {
    readonly frame: Box;
    readonly points: readonly { readonly x: number; readonly y: number }[];
    readonly fontSize: number;
  },
): (LabelPlace | undefined)[] {
  const taken: Box[] = [];
  return wishes.map((wish) => {
    const width = textWidth(wish.text, fontSize);
    let best: { readonly box: Box; readonly cost: number; readonly reach: number } | undefined;
    for (const [rank, reach] of reaches.entries())
      for (const direction of directions) {
        const box = boxAt(wish, width, fontSize, reach, direction);
        if (!inside(box, frame) || taken.some((other) => overlap(box, other))) continue;
        const covered = points.reduce((count, point) => count + (covers(box, point) ? 1 : 0), 0);
        const cost = covered * 2 + rank;
        if (best === undefined || cost < best.cost) best = { box, cost, reach };
      }
    if (best === undefined) return undefined;
    taken.push(best.box);
    const { box, reach } = best;
    const leader = reach === reaches[0] ? undefined : ([wish.x, wish.y, ...nearestOn(box, wish)] as const);
    return { x: box.left, y: box.bottom - 0.25 * fontSize, leader };
  });
}

/** The box of a text whose nearest side is `reach` pixels from the point. */
function boxAt({ x, y }: LabelWish, width: number, fontSize: number, reach: number, direction: number): Box {
  const height = fontSize * 1.1;
  const [cos, sin] = [Math.cos(direction), Math.sin(direction)];
  const left = x + cos * reach - (width * (1 - cos)) / 2;
  const top = y - sin * reach - (height * (1 + sin)) / 2;
  return { left, right: left + width, top, bottom: top + height };
}

const inside = (box: Box, frame: Box): boolean =>
  box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right + 2 && b.left < a.right + 2 && a.top < b.bottom + 1 && b.top < a.bottom + 1;

const covers = (
  { left, right, top, bottom }: Box,
  { x, y }: { readonly x: number; readonly y: number },
): boolean => x > left - 3 && x < right + 3 && y > top - 3 && y < bottom + 3;

const nearestOn = (box: Box, { x, y }: LabelWish): readonly [number, number] => [
  Math.min(box.right, Math.max(box.left, x)),
  Math.min(box.bottom, Math.max(box.top, y)),
];
