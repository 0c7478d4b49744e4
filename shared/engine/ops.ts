/** Every operation of the engine, by its field's name. */
export * from "./ops/activation.ts";
export * from "./ops/convolution.ts";
export * from "./ops/elementwise.ts";
export * from "./ops/embedding-bag.ts";
export * from "./ops/gather.ts";
export * from "./ops/matmul.ts";
export * from "./ops/normalise.ts";
export * from "./ops/reduce.ts";
export * from "./ops/shape.ts";
export * from "./ops/sign-hash.ts";
export * from "./ops/top-k.ts";
