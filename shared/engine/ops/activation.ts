import { apply, differentiateAs, type Value } from "../graph.ts";
import { add, erf, exp, mul, neg, sigmoid, sub } from "./elementwise.ts";

/** x sigmoid(x), also called swish: one fused operation forward. */
export function silu(x: Value): Value {
  const y: Value = apply("QuickGelu", [x], x, {
    domain: "com.microsoft",
    attributes: { alpha: { float: 1 } },
    gradient: (dy) => [dy && mul(dy, siluSlope(x, y))],
  });
  return y;
}

/** d/dx x s(x) = s + y - s y, with y = x s(x). */
function siluSlope(x: Value, y: Value): Value {
  const s = sigmoid(x);
  return add(s, sub(y, mul(s, y)));
}

/** silu(gate) up, the gated part of SwiGLU; its two gradients share what they can. */
export function swiglu(gate: Value, up: Value): Value {
  const activated = silu(gate);
  return differentiateAs([gate, up], [mul(activated, up)], (dy) => [
    dy && mul(mul(dy, up), siluSlope(gate, activated)),
    dy && mul(dy, activated),
  ])[0];
}

/** x Phi(x) with the exact normal distribution function. */
export function gelu(x: Value): Value {
  return apply("Gelu", [x], x, {
    domain: "com.microsoft",
    gradient: (dy) => {
      if (dy === undefined) return [];
      const cdf = mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5);
      const density = mul(exp(neg(mul(mul(x, x), 0.5))), 1 / Math.sqrt(2 * Math.PI));
      return [mul(dy, add(cdf, mul(x, density)))];
    },
  });
}

/** x (1 + tanh(u)) / 2 with u = sqrt(2 / pi) (x + 0.044715 x^3): GELU's approximation of arXiv 1606.08415. */
export function geluTanh(x: Value): Value {
  return apply("FastGelu", [x], x, {
    domain: "com.microsoft",
    gradient: (dy) => {
      if (dy === undefined) return [];
      const root = Math.sqrt(2 / Math.PI);
      const square = mul(x, x);
      const cdf = sigmoid(mul(mul(x, add(mul(square, cubic), 1)), 2 * root)); // (1 + tanh(u)) / 2
      const slope = mul(add(mul(square, 3 * cubic), 1), 2 * root);
      return [mul(dy, add(cdf, mul(mul(x, slope), sub(cdf, mul(cdf, cdf)))))];
    },
  });
}

const cubic = 0.044715;
