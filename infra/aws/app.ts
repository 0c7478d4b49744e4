import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { tenfold } from "./tenfold.ts";

const app = new App();
tenfold(app, join(import.meta.dirname, "../../dist"));
app.synth();
