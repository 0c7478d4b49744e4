import { exitCodes, reportFailure } from "./failure.ts";
import { createProgram } from "./program.ts";
import { screenOn } from "./screen.ts";

// `tenfold runs | head -1` closes the pipe early; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(exitCodes.succeeded);
});

let exitCode: number = exitCodes.succeeded;
try {
  await createProgram((code) => {
    exitCode = code;
  }).parseAsync();
} catch (error) {
  exitCode = reportFailure(error, screenOn(process.stderr));
}
// Not process.exit: what was written to a pipe may still be on its way.
process.exitCode = exitCode;
