import type { DType } from "./graph.ts";

/** Numbers of the element types in ONNX, TensorProto.DataType. */
export const elementType: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
};
