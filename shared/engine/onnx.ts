import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { elementType } from "./element-type.ts";
import type { Attribute, ConstantData, Graph, Operation, Shape, Value } from "./graph.ts";
import { live } from "./live.ts";

/** Versions of the operator sets that the operations are written in. */
const opset = { "": 20, "com.microsoft": 1 } as const;
const irVersion = 9;

type Write = (writer: BinaryWriter) => BinaryWriter;

const message = (writer: BinaryWriter, field: number, write: Write): BinaryWriter =>
  write(writer.tag(field, WireType.LengthDelimited).fork()).join();
const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).string(value);
const int = (writer: BinaryWriter, field: number, value: number): BinaryWriter =>
  writer.tag(field, WireType.Varint).int64(value);

/** A constant stored in the model under a name, in place of an input that is fed: a trained weight. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** What of a graph is not fixed when it is serialised. */
export interface Loose {
  /** Inputs that become initialisers whose bytes are given apart, each under its own name as a file's. */
  readonly external?: ReadonlySet<string>;
  /** Axes of inputs, by name, whose size is known only when the graph runs; outputs then have no shape. */
  readonly freeAxes?: Readonly<Record<string, readonly number[]>>;
}

/**
 * The ONNX model (protobuf bytes) that computes `outputs`. Inputs named in `weights` become initialisers.
 * Field numbers are those of onnx.proto3. Throws when an output has the name of an input.
 */
export function serialise(
  graph: Graph,
  outputs: Readonly<Record<string, Value>>,
  weights?: Weights,
  { external, freeAxes }: Loose = {},
): Uint8Array {
  const needed = live(graph, Object.values(outputs));
  const names = new Map(needed.inputs.map(({ name, value }) => [value.id, name]));
  const computed = new Set(needed.operations.flatMap((node) => node.outputs.map(({ id }) => id)));
  const copies: [from: Value, to: string][] = []; // of inputs, constants, and values under a second name
  for (const [name, value] of Object.entries(outputs)) {
    const id = needed.resolve(value.id);
    if (computed.has(id) && !names.has(id)) names.set(id, name);
    else copies.push([value, name]);
  }
  const nameOf = (value: Value | undefined): string => {
    if (value === undefined) return "";
    const id = needed.resolve(value.id);
    return names.get(id) ?? `t${id}`;
  };
  const taken = needed.inputs.find(({ name }) => name in outputs);
  if (taken !== undefined) throw new Error(`"${taken.name}" is an input, and no name for an output`);
  const writer = new BinaryWriter();
  int(writer, 1, irVersion);
  text(writer, 2, "tenfold");
  message(writer, 7, (body) => {
    for (const node of needed.operations) message(body, 1, (w) => writeNode(w, node, nameOf));
    for (const [value, name] of copies) message(body, 1, (w) => writeIdentity(w, nameOf(value), name));
    text(body, 2, "graph");
    for (const { value, data } of needed.constants) {
      message(body, 5, (w) => writeTensor(w, nameOf(value), value.shape, data));
    }
    for (const { name, value } of needed.inputs) {
      const weight = weights?.get(name);
      if (weight !== undefined) message(body, 5, (w) => writeTensor(w, name, value.shape, weight));
      else if (external?.has(name)) message(body, 5, (w) => writeExternalTensor(w, name, value));
      else message(body, 11, (w) => writeValueInfo(w, name, value, freeAxes?.[name] ?? []));
    }
    for (const [name, value] of Object.entries(outputs))
      message(body, 12, (w) => writeValueInfo(w, name, value, freeAxes && "all"));
    return body;
  });
  for (const [domain, version] of Object.entries(opset)) {
    message(writer, 8, (w) => int(text(w, 1, domain), 2, version));
  }
  return writer.finish();
}

function writeNode(
  writer: BinaryWriter,
  node: Operation,
  nameOf: (value: Value | undefined) => string,
): BinaryWriter {
  for (const input of node.inputs) text(writer, 1, nameOf(input));
  for (const output of node.outputs) text(writer, 2, nameOf(output));
  text(writer, 4, node.type);
  for (const [name, value] of Object.entries(node.attributes)) {
    message(writer, 5, (w) => writeAttribute(text(w, 1, name), value));
  }
  return text(writer, 7, node.domain);
}

/** An output under its own name that has another already. */
function writeIdentity(writer: BinaryWriter, from: string, to: string): BinaryWriter {
  return text(text(text(writer, 1, from), 2, to), 4, "Identity");
}

function writeAttribute(writer: BinaryWriter, value: Attribute): BinaryWriter {
  const kind = (type: number) => int(writer, 20, type); // AttributeProto.AttributeType
  if (typeof value === "number") return kind(2).tag(3, WireType.Varint).int64(value);
  if (typeof value === "string") return kind(3).tag(4, WireType.LengthDelimited).string(value);
  if ("float" in value) return kind(1).tag(2, WireType.Bit32).float(value.float);
  kind(7);
  for (const item of value) int(writer, 8, item);
  return writer;
}

function writeTensor(writer: BinaryWriter, name: string, shape: Shape, data: ConstantData): BinaryWriter {
  for (const size of shape) int(writer, 1, size);
  int(writer, 2, data instanceof Float32Array ? elementType.float32 : elementType.int64);
  text(writer, 8, name);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength); // raw_data is little-endian, as every host of onnxruntime is
  return writer.tag(9, WireType.LengthDelimited).bytes(bytes);
}

/** A tensor whose bytes are a file of the tensor's name. */
function writeExternalTensor(writer: BinaryWriter, name: string, { dtype, shape }: Value): BinaryWriter {
  for (const size of shape) int(writer, 1, size);
  int(writer, 2, elementType[dtype]);
  text(writer, 8, name);
  message(writer, 13, (entry) => text(text(entry, 1, "location"), 2, name));
  return int(writer, 14, 1); // TensorProto.DataLocation.EXTERNAL
}

/** `free` axes are symbolic; with "all" the value has no shape. */
function writeValueInfo(
  writer: BinaryWriter,
  name: string,
  { dtype, shape }: Value,
  free: readonly number[] | "all" = [],
): BinaryWriter {
  text(writer, 1, name);
  return message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      int(tensor, 1, elementType[dtype]);
      if (free === "all") return tensor;
      return message(tensor, 2, (dimensions) => {
        for (const [axis, size] of shape.entries()) {
          const symbol = `${name}.${axis}`;
          message(dimensions, 1, (w) => (free.includes(axis) ? text(w, 2, symbol) : int(w, 1, size)));
        }
        return dimensions;
      });
    }),
  );
}
