import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "../../shared/client/client.ts";
import { addDatasetFile, downloadArtifacts, downloadInto, pathInside } from "../../shared/client/files.ts";
import { startApi } from "./api.ts";
import { runId, startLab } from "./lab.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenfold-files-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const streamOf = (text: string) => async () => new Blob([text]).stream();

describe("where a download goes", () => {
  it("is directly inside the folder for every name, or nowhere", () => {
    const hostile = fc.constantFrom(
      "..",
      ".",
      "../x",
      "/etc/passwd",
      "a/b",
      "a\\b",
      "x\0",
      ".bashrc",
      "C:x",
      "",
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), hostile, fc.stringMatching(/^[\w.-]{1,8}$/)), (name) => {
        let path: string;
        try {
          path = pathInside("/safe", name);
        } catch {
          return;
        }
        expect(path).toBe(`${sep}safe${sep}${name}`);
        expect(path.split(sep)).toHaveLength(3);
      }),
    );
    for (const name of ["..", "../x", "/etc/passwd", "a/b", ".bashrc"]) {
      expect(() => pathInside("/safe", name)).toThrow("not safe to write");
    }
    expect(pathInside("/safe", "report-1_a.html")).toBe(join("/safe", "report-1_a.html"));
  });

  it("replaces a link instead of writing through it", async () => {
    const outside = join(folder, "outside");
    await writeFile(outside, "precious");
    const target = join(folder, "out");
    await downloadInto(target, { name: "first", bytes: 1 }, streamOf("1"));
    await symlink(outside, join(target, "report.html"));
    await downloadInto(target, { name: "report.html", bytes: 3 }, streamOf("new"));
    expect(await readFile(outside, "utf8")).toBe("precious");
    expect(await readFile(join(target, "report.html"), "utf8")).toBe("new");
  });

  it("leaves nothing of a file that came short, nor takes the old one away", async () => {
    await writeFile(join(folder, "result.json"), "old");
    let begun = 0;
    const short = downloadInto(folder, { name: "result.json", bytes: 10 }, async () => {
      begun++;
      return new Blob(["new"]).stream();
    });
    await expect(short).rejects.toThrow("result.json: 3 bytes came, 10 were announced");
    expect(begun).toBe(3);
    expect(await readdir(folder)).toEqual(["result.json"]);
    expect(await readFile(join(folder, "result.json"), "utf8")).toBe("old");
  });

  it("begins a transfer again that was cut", async () => {
    const cut = () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("part of it"));
          controller.error(new Error("connection lost"));
        },
      });
    let begun = 0;
    const open = async () => (++begun === 1 ? cut() : new Blob(["all of it"]).stream());
    await downloadInto(folder, { name: "model.onnx", bytes: 9 }, open);
    expect(await readFile(join(folder, "model.onnx"), "utf8")).toBe("all of it");
  });
});

it("downloads the files of a run under their names", async () => {
  await using lab = await startLab();
  const paths = await downloadArtifacts(createClient({ url: lab.url }), runId, join(folder, "new", "out"));
  expect(paths.map((path) => path.split(sep).at(-1))).toEqual(["report.html", "result.json"]);
  expect(await readFile(join(folder, "new", "out", "report.html"), "utf8")).toBe("<p>report</p>");
});

it("refuses a run whose file would leave the folder, before anything is written", async () => {
  const artifact = {
    name: "..",
    type: "text/plain",
    bytes: 1,
    createdAt: "2026-03-01T10:00:00.000Z",
    href: "x",
  };
  await using api = await startApi(() => ({ body: { items: [artifact] } }));
  await expect(downloadArtifacts(createClient({ url: api.url }), runId, folder)).rejects.toThrow();
  expect(await readdir(folder)).toEqual([]);
});

it("uploads a file as it is on the disk, with its size, and to the bucket alone", async () => {
  await using lab = await startLab();
  const file = join(folder, "letters.txt");
  await writeFile(file, "first\nsecond");
  const dataset = await addDatasetFile(createClient({ url: lab.url, pause: async () => undefined }), file);
  expect(dataset.status).toBe("ready");
  const created = lab.asked.find(({ method, path }) => method === "POST" && path === "/v1/datasets");
  expect(JSON.parse(created?.body ?? "")).toEqual({ name: "letters.txt", bytes: 12 });
  const put = lab.asked.find(({ method }) => method === "PUT");
  expect(put).toMatchObject({ path: "/bucket/upload", body: "first\nsecond" });
  expect(put?.headers).toMatchObject({ "content-length": "12", "x-check": "1" });
});
