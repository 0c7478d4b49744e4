import { elementType } from "../element-type.ts";
import { apply, constant, type Value } from "../graph.ts";
import { broadcastShape, sumTo } from "./broadcast.ts";

type Operand = Value | number;

const lift = (like: Value, x: Operand): Value => (typeof x === "number" ? constant(like.graph, x) : x);

function binary(
  type: string,
  a: Value,
  b: Value,
  gradient?: (dy: Value, y: Value) => readonly [Value | undefined, Value | undefined],
): Value {
  const output = { dtype: a.dtype, shape: broadcastShape(a.shape, b.shape) };
  const y: Value = apply(type, [a, b], output, {
    ...(gradient && {
      gradient: (dy) => {
        if (dy === undefined) return [];
        const [da, db] = gradient(dy, y);
        return [da && sumTo(da, a.shape), db && sumTo(db, b.shape)];
      },
    }),
  });
  return y;
}

function unary(type: string, x: Value, gradient?: (dy: Value, y: Value) => Value): Value {
  const y: Value = apply(type, [x], x, {
    ...(gradient && { gradient: (dy) => [dy && gradient(dy, y)] }),
  });
  return y;
}

/** Elementwise arithmetic broadcasts as NumPy does; one side may be a number. */
export function add(a: Value, b: Operand): Value {
  return binary("Add", a, lift(a, b), (dy) => [dy, dy]);
}

export function sub(a: Operand, b: Value): Value {
  return binary("Sub", lift(b, a), b, (dy) => [dy, neg(dy)]);
}

export function mul(a: Value, b: Operand): Value {
  const other = lift(a, b);
  return binary("Mul", a, other, (dy) => [mul(dy, other), mul(dy, a)]);
}

export function div(a: Operand, b: Value): Value {
  return binary("Div", lift(b, a), b, (dy, y) => [div(dy, b), neg(div(mul(dy, y), b))]);
}

/** Larger of the two; where they are equal the gradient goes to the first. */
export function maximum(a: Value, b: Operand): Value {
  const other = lift(a, b);
  return binary("Max", a, other, (dy) => {
    const second = greater(other, a);
    return [where(second, mul(dy, 0), dy), where(second, dy, mul(dy, 0))];
  });
}

/** Smaller of the two; where they are equal the gradient goes to the first. */
export function minimum(a: Value, b: Operand): Value {
  const other = lift(a, b);
  return binary("Min", a, other, (dy) => {
    const second = greater(a, other);
    return [where(second, mul(dy, 0), dy), where(second, dy, mul(dy, 0))];
  });
}

/** x to a constant power. */
export function pow(x: Value, exponent: number): Value {
  return binary("Pow", x, constant(x.graph, exponent), (dy) => [
    mul(mul(dy, pow(x, exponent - 1)), exponent),
    undefined,
  ]);
}

/** a > b as bool; no gradient. */
export function greater(a: Value, b: Operand): Value {
  const other = lift(a, b);
  return apply("Greater", [a, other], { dtype: "bool", shape: broadcastShape(a.shape, other.shape) });
}

/** a == b as bool, for float32 or int64; no gradient. */
export function equal(a: Value, b: Value): Value {
  return apply("Equal", [a, b], { dtype: "bool", shape: broadcastShape(a.shape, b.shape) });
}

/** `a` where the condition holds, else `b`. */
export function where(condition: Value, a: Value, b: Value): Value {
  const shape = broadcastShape(condition.shape, broadcastShape(a.shape, b.shape));
  return apply(
    "Where",
    [condition, a, b],
    { dtype: a.dtype, shape },
    {
      gradient: (dy) => {
        if (dy === undefined) return [];
        const nothing = mul(dy, 0);
        return [
          undefined,
          sumTo(where(condition, dy, nothing), a.shape),
          sumTo(where(condition, nothing, dy), b.shape),
        ];
      },
    },
  );
}

/** Converts between element types; no gradient. */
export function cast(x: Value, dtype: Value["dtype"]): Value {
  return apply("Cast", [x], { dtype, shape: x.shape }, { attributes: { to: elementType[dtype] } });
}

export const neg = (x: Value): Value => unary("Neg", x, (dy) => neg(dy));
export const exp = (x: Value): Value => unary("Exp", x, (dy, y) => mul(dy, y));
export const log = (x: Value): Value => unary("Log", x, (dy) => div(dy, x));
export const sqrt = (x: Value): Value => unary("Sqrt", x, (dy, y) => div(mul(dy, 0.5), y));
export const reciprocal = (x: Value): Value => unary("Reciprocal", x, (dy, y) => neg(mul(dy, mul(y, y))));
export const abs = (x: Value): Value => unary("Abs", x, (dy) => mul(dy, sign(x)));
export const sign = (x: Value): Value => unary("Sign", x, (dy) => mul(dy, 0));
export const sin = (x: Value): Value => unary("Sin", x, (dy) => mul(dy, cos(x)));
export const cos = (x: Value): Value => unary("Cos", x, (dy) => neg(mul(dy, sin(x))));
export const tanh = (x: Value): Value => unary("Tanh", x, (dy, y) => sub(dy, mul(dy, mul(y, y))));
export const sigmoid = (x: Value): Value => unary("Sigmoid", x, (dy, y) => mul(dy, sub(y, mul(y, y))));
export const relu = (x: Value): Value => unary("Relu", x, (dy) => where(greater(x, 0), dy, mul(dy, 0)));
/** log(1 + e^x). */
export const softplus = (x: Value): Value => unary("Softplus", x, (dy) => mul(dy, sigmoid(x)));
/** Gauss error function. */
export const erf = (x: Value): Value =>
  unary("Erf", x, (dy) => mul(mul(dy, 2 / Math.sqrt(Math.PI)), exp(neg(mul(x, x)))));
