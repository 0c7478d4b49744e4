import { benchBundles } from "./bundles.ts";
import { benchFope } from "./fope.ts";
import { benchHttp } from "./http.ts";
import { benchLpa } from "./lpa.ts";
