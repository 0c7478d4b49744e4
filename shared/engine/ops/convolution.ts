import { apply, dimension, fourDimensions, type Value } from "../graph.ts";
import { max, mean } from "./reduce.ts";
import { expand, reshape, slice, transpose } from "./shape.ts";

export interface ConvolutionOptions {
  readonly stride?: number;
  /** Zeros on each side. */
  readonly padding?: number;
}

/** Convolution of x [n, channels, height, width] with kernels [out, channels, kh, kw]. */
export function conv2d(
  x: Value,
  kernels: Value,
  { stride = 1, padding = 0 }: ConvolutionOptions = {},
): Value {
  const [height, width] = [dimension(x.shape, 2), dimension(x.shape, 3)];
  const [kh, kw] = [dimension(kernels.shape, 2), dimension(kernels.shape, 3)];
  const outHeight = Math.floor((height + 2 * padding - kh) / stride) + 1;
  const outWidth = Math.floor((width + 2 * padding - kw) / stride) + 1;
  const shape = [dimension(x.shape, 0), dimension(kernels.shape, 0), outHeight, outWidth];
  const attributes = { strides: [stride, stride], pads: [padding, padding, padding, padding] };
  return apply(
    "Conv",
    [x, kernels],
    { dtype: "float32", shape },
    {
      attributes,
      gradient: (dy) => {
        if (dy === undefined) return [];
        const missing = [
          height - ((outHeight - 1) * stride - 2 * padding + kh),
          width - ((outWidth - 1) * stride - 2 * padding + kw),
        ];
        const dx = apply("ConvTranspose", [dy, kernels], x, {
          attributes: { ...attributes, output_padding: missing },
        });
        return [dx, kernelGradient(x, dy, kernels, stride, padding)];
      },
    },
  );
}

/** Correlates x with dy, channels in the place of the batch; a stride of the product is a dilation here. */
function kernelGradient(x: Value, dy: Value, kernels: Value, stride: number, padding: number): Value {
  const swap = [1, 0, 2, 3];
  const [kh, kw] = [dimension(kernels.shape, 2), dimension(kernels.shape, 3)];
  const span = (size: number, out: number) => size + 2 * padding - ((out - 1) * stride + 1) + 1;
  const reach = [
    span(dimension(x.shape, 2), dimension(dy.shape, 2)),
    span(dimension(x.shape, 3), dimension(dy.shape, 3)),
  ];
  const shape = [dimension(x.shape, 1), dimension(dy.shape, 1), ...reach];
  const whole = apply(
    "Conv",
    [transpose(x, swap), transpose(dy, swap)],
    { dtype: "float32", shape },
    {
      attributes: { dilations: [stride, stride], pads: [padding, padding, padding, padding] },
    },
  );
  return transpose(slice(slice(whole, 2, 0, kh), 3, 0, kw), swap);
}

/** Windows of size x size without overlap as axes 3 and 5 of [n, c, h/size, size, w/size, size]. */
function windows(x: Value, size: number): Value {
  const [n, c, h, w] = fourDimensions(x);
  if (h % size !== 0 || w % size !== 0) throw new RangeError(`${h} x ${w} is not a multiple of ${size}`);
  return reshape(x, [n, c, h / size, size, w / size, size]);
}

export function averagePool2d(x: Value, size: number): Value {
  return mean(windows(x, size), [3, 5]);
}

export function maxPool2d(x: Value, size: number): Value {
  return max(windows(x, size), [3, 5]);
}

/** Nearest-neighbour enlargement of [n, c, h, w] by a whole factor. */
export function upsample2d(x: Value, factor: number): Value {
  const [n, c, h, w] = fourDimensions(x);
  const spread = expand(reshape(x, [n, c, h, 1, w, 1]), [n, c, h, factor, w, factor]);
  return reshape(spread, [n, c, h * factor, w * factor]);
}
