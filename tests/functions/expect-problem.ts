import { expect } from "vitest";
import { problemSchema } from "../../shared/resources/problem.ts";
import type { Called } from "../fixtures/call.ts";

/** Holds an answer to problem+json of this status, and to an error at this path; answers the problem. */
export function expectProblem(answer: Called, status: number, path?: string) {
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  const problem = problemSchema.parse(answer.json);
  expect([answer.status, problem.status], problem.detail).toEqual([status, status]);
  if (path !== undefined) expect(problem.errors?.map((error) => error.path)).toContain(path);
  return problem;
}
