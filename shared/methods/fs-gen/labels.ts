import type { FitName } from "./fits.ts";
import type { DecoderName } from "./input.ts";
import type { RouterName } from "./routers.ts";
import type { UncertaintyName } from "./uncertainty.ts";

export const decoderLabels: Readonly<Record<DecoderName, string>> = {
  oracle: "Oracle",
  speculative: "Speculative decoding",
  contrastive: "Contrastive decoding",
  "contrastive-released": "Contrastive as released",
  proxy: "Proxy tuning",
};

export const routerLabels: Readonly<Record<RouterName, string>> = {
  always: "Always",
  never: "Never",
  confidence: "p_max",
  margin: "Margin",
  logistic: "Logistic",
  rbf: "RBF",
  random: "Random",
};

export const routerStyles: Readonly<Record<RouterName, number>> = {
  always: 7,
  never: 8,
  confidence: 0,
  margin: 1,
  logistic: 2,
  rbf: 3,
  random: 6,
};

export const fitLabels: Readonly<Record<FitName, string>> = {
  constant: "Constant",
  "log-ratio": "Line in log R",
  power: "Power law",
  "log-sizes": "Plane in log N_L, log N_S",
};

export const uncertaintyLabels: Readonly<Record<UncertaintyName, string>> = {
  confidence: "1 − p_max",
  entropy: "Entropy",
  margin: "Margin",
};
