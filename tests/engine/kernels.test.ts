import { expect, test } from "vitest";
import { adamWBytes } from "../../shared/engine/kernels/adamw-bytes.ts";
import { assemble } from "../../shared/engine/kernels/assemble.ts";
import { denseBytes } from "../../shared/engine/kernels/dense-bytes.ts";
import { lookupBytes } from "../../shared/engine/kernels/lookup-bytes.ts";
import { voxelsBytes } from "../../shared/engine/kernels/voxels-bytes.ts";

test("the bytes of the kernels are what their sources assemble to", async () => {
  expect(Buffer.from(await assemble("adamw"))).toEqual(adamWBytes);
  expect(Buffer.from(await assemble("dense"))).toEqual(denseBytes);
  expect(Buffer.from(await assemble("lookup"))).toEqual(lookupBytes);
  expect(Buffer.from(await assemble("voxels"))).toEqual(voxelsBytes);
});
