import { expect, test } from "vitest";
import { trainingFigure } from "../../shared/methods/report-parts.ts";

const curve = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ step: 2 * (at + 1), loss: at < 3 ? 6 : 2 }));
const figureOf = (count: number) =>
  trainingFigure({ batch: 8, length: 128, runs: [{ name: "dense", style: 0, points: curve(count) }] });
const drawn = (count: number) => figureOf(count).draw({ width: 720, id: "t" });

test("a training's plot leaves out the fall of the first twentieth of the steps, and says so", () => {
  expect(figureOf(100).caption).toContain("averaged over neighbouring steps. From step 12 on.");
  expect(drawn(100)).toContain("dense: 2 at 12, 2 at 200.");
});

test("a short curve is shown whole", () => {
  expect(figureOf(30).caption).not.toContain("From step");
  expect(drawn(30)).toContain("dense: 6 at 2, 2 at 60.");
  const none = trainingFigure({ batch: 8, runs: [] });
  expect(none.caption).toBe(
    "Loss on the training batches, 8 sequences a step, averaged over neighbouring steps.",
  );
});
