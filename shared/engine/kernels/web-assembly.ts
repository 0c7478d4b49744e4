/** What is used here of WebAssembly's interface, which Node's types leave out. */
interface WebAssemblyInterface {
  readonly Memory: new (size: { initial: number; maximum: number }) => KernelMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, object>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}
const { Memory, Module, Instance } = Reflect.get(globalThis, "WebAssembly") as WebAssemblyInterface; // every Node has it

export interface KernelMemory {
  readonly buffer: ArrayBuffer;
}

const pageBytes = 65_536;
/** The most that a kernel can address: 4 GiB. */
export const largestMemory = 65_536 * pageBytes;

/** Zeroed memory of at least so many bytes, which typed arrays and a kernel share. Throws RangeError above 4 GiB. */
export function kernelMemory(bytes: number): KernelMemory {
  if (bytes > largestMemory) throw new RangeError(`${bytes} bytes are more than a kernel's 4 GiB`);
  return new Memory({ initial: Math.ceil(bytes / pageBytes), maximum: pageBytes });
}

/** A kernel's function, by its name, on this memory. The caller knows its parameters from its source. */
export function kernel(bytes: Uint8Array, memory: KernelMemory, name: string): (...given: number[]) => void {
  const found = new Instance(new Module(bytes), { kernel: { memory } }).exports[name];
  if (typeof found !== "function") throw new Error(`the kernel exports no ${name}`);
  return found as (...given: number[]) => void; // WebAssembly takes numbers alone
}
