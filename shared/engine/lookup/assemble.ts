import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import wabt from "wabt";

/** The module that `lookup.wat` describes. */
export async function assemble(): Promise<Uint8Array> {
  const source = readFileSync(join(import.meta.dirname, "lookup.wat"), "utf8");
  const module = (await wabt()).parseWat("lookup.wat", source, { simd: true });
  try {
    return Uint8Array.from(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

/** `node shared/engine/lookup/assemble.ts` writes the bytes anew after a change of the source. */
if (import.meta.main) {
  const base64 = Buffer.from(await assemble()).toString("base64");
  const lines = base64.match(/.{1,96}/g) ?? [];
  const text = [
    "/** lookup.wat, assembled by assemble.ts: in the code, so that a bundle has it too. */",
    "export const lookupBytes = Buffer.from(",
    ...lines.map((line, i) => `  ${i === 0 ? "" : "  "}"${line}"${i === lines.length - 1 ? "," : " +"}`),
    '  "base64",',
    ");",
    "",
  ];
  writeFileSync(join(import.meta.dirname, "lookup-bytes.ts"), text.join("\n"));
}
