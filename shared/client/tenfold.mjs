#!/usr/bin/env node
// The command's first step. It is plain JavaScript because npx starts it on whatever Node the machine has;
// the command itself is TypeScript and needs type stripping, so an older Node hands over to the one that
// the npm package `node` brings.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const stripsTypes = major > 22 || (major === 22 && minor >= 18);

/** The Node that npm installed, searched from this file upwards; undefined when there is none. */
function installedNode() {
  const binary = process.platform === "win32" ? "node.exe" : "node";
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", "node", "bin", binary);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Runs the command on `node`, with this process's terminal; signals go through, and so does how it ended. */
function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    console.error(`tenfold: cannot start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    process.exit(code ?? 128 + constants.signals[signal]);
  });
}

if (stripsTypes) {
  await import("./main.ts");
} else {
  const node = installedNode();
  if (node === undefined) {
    console.error(
      `tenfold needs Node 22.18 or later and this is ${process.versions.node}. Run "npm install" in the project, which brings one.`,
    );
    process.exit(1);
  }
  handOver(node);
}
