import { execFileSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";
import { tenfold } from "./command.ts";
import { runId, runningAt, startLab } from "./lab.ts";

/** A Node on this machine that is too old to run TypeScript, which the launcher is for. */
function oldNode(): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "node"))
    .find((node) => {
      try {
        const [major = 0, minor = 0] = execFileSync(node, ["-p", "process.versions.node"], {
          encoding: "utf8",
        })
          .split(".")
          .map(Number);
        return major >= 20 && (major < 22 || (major === 22 && minor < 18));
      } catch {
        return false;
      }
    });
}

const node = oldNode();

it.skipIf(node === undefined)("hands over from an older Node, with arguments and exit code", async () => {
  await using lab = await startLab();
  const env = { TENFOLD_URL: lab.url };
  const shown = await tenfold(["show", runId, "--json"], { node: node ?? "", env });
  expect(JSON.parse(shown.stdout).id).toBe(runId);
  expect(shown.code).toBe(0);
  expect((await tenfold(["show", "unknown"], { node: node ?? "", env })).code).toBe(2);
});

it.skipIf(node === undefined)("passes Ctrl-C through, once", async () => {
  await using lab = await startLab([runningAt(0.5, "half")]);
  const { code, stderr } = await tenfold(["run", "fope", "--wait"], {
    node: node ?? "",
    env: { TENFOLD_URL: lab.url },
    onStart: (child) => {
      child.stderr?.on("data", (chunk) => {
        if (String(chunk).includes("50 %")) child.kill("SIGINT");
      });
    },
  });
  expect(code).toBe(130);
  expect(stderr).toContain("The run goes on.");
});
