import type { SceneCamera } from "../../contract.ts";

type Terms = SceneCamera["distortion"];

/** Where a lens puts what a pinhole would show at (x, y), both in focal lengths from the centre (OpenCV's models). */
export function distort(model: string, terms: Terms, x: number, y: number): [number, number] {
  const term = (name: string) => terms[name] ?? 0;
  const square = x * x + y * y;
  if (/FISHEYE/i.test(model)) return fisheye(term, x, y, Math.sqrt(square));
  const radial =
    (1 + square * (term("k1") + square * (term("k2") + square * term("k3")))) /
    (1 + square * (term("k4") + square * (term("k5") + square * term("k6"))));
  return [
    x * radial + 2 * term("p1") * x * y + term("p2") * (square + 2 * x * x),
    y * radial + term("p1") * (square + 2 * y * y) + 2 * term("p2") * x * y,
  ];
}

function fisheye(term: (name: string) => number, x: number, y: number, radius: number): [number, number] {
  if (radius < 1e-9) return [x, y];
  const theta = Math.atan(radius);
  const square = theta * theta;
  const bent =
    theta * (1 + square * (term("k1") + square * (term("k2") + square * (term("k3") + square * term("k4")))));
  return [(x * bent) / radius, (y * bent) / radius];
}
