import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import wabt from "wabt";

/** The kernels, by the names of their sources here, each with the name that its bytes are exported by. */
export const kernels = {
  adamw: "adamWBytes",
  dense: "denseBytes",
  lookup: "lookupBytes",
  voxels: "voxelsBytes",
} as const;
export type KernelName = keyof typeof kernels;

/** The module that `<name>.wat` describes. */
export async function assemble(name: KernelName): Promise<Uint8Array> {
  const source = readFileSync(join(import.meta.dirname, `${name}.wat`), "utf8");
  const module = (await wabt()).parseWat(`${name}.wat`, source, { simd: true });
  try {
    return Uint8Array.from(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

function writeBytes(name: KernelName, bytes: Uint8Array): void {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,96}/g) ?? [];
  const text = [
    `/** ${name}.wat, assembled by assemble.ts: in the code, so that a bundle has it too. */`,
    `export const ${kernels[name]} = Buffer.from(`,
    ...lines.map((line, i) => `  ${i === 0 ? "" : "  "}"${line}"${i === lines.length - 1 ? "," : " +"}`),
    '  "base64",',
    ");",
    "",
  ];
  writeFileSync(join(import.meta.dirname, `${name}-bytes.ts`), text.join("\n"));
}

/** `node shared/engine/kernels/assemble.ts` writes the bytes anew after a change of a source. */
if (import.meta.main) {
  for (const name of Object.keys(kernels) as KernelName[]) writeBytes(name, await assemble(name));
}
