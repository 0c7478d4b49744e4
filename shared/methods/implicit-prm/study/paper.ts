/** Training cost of Math-Shepherd beside CE's in arXiv 2412.01981, section 4.3: 38.6 to 38.8 times. */
export const paperCostRatio = 38.6;
