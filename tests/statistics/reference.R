# Values of R's own functions, which the tests of shared/statistics are held to:
#   Rscript tests/statistics/reference.R > tests/statistics/reference.json
number <- function(x) {
  as.character(ifelse(is.finite(x), trimws(formatC(x, digits = 17, format = "g")), paste0("\"", x, "\"")))
}
table <- function(name, arguments, values) {
  rows <- mapply(function(a, v) sprintf("    [%s]", paste(number(c(a, v)), collapse = ", ")), arguments, values)
  sprintf("  \"%s\": [\n%s\n  ]", name, paste(rows, collapse = ",\n"))
}
over <- function(name, arguments, f) table(name, arguments, sapply(arguments, f))

x <- list(.001, .2, .5, 1, 1.4616321449683623, 2, 3.7, 15, 170.5, 1e6)
shares <- list(1e-300, 1e-12, .001, .025, .3, .5, .84, .975, 1 - 1e-10)
t <- list(c(.001, 5), c(.5, .7), c(1, 1), c(2.2, 3), c(5, 10), c(45, 12.35), c(200, 3), c(40, 300), c(1e5, 4.5),
  c(1.96, 1e6), c(6, 50000.5), c(37, 2000))
tShares <- list(c(.975, 12.35), c(.025, 3), c(.6, 1), c(1e-10, 4.5), c(.9, .8), c(.995, 1e5), c(.5, 7), c(.975, 250))
chi <- list(c(1e-5, 3), c(.3, 1), c(4.463658, 3), c(10.32674195, 1), c(60, 2), c(800, 700), c(500, 3), c(1e4, 9800))
f <- list(c(.2, 2, 7), c(3.1, 3, 12.35), c(50, 2, 30), c(400, 5, 900), c(1.02, 4, 1e5), c(1e4, 1, 3))
urns <- list(c(10, 20000, 150, 100), c(4, 100, 10, 20), c(1, 50, 5, 5), c(60, 3000, 80, 400), c(2, 10, 8, 4),
  c(300, 20000, 5000, 900))

cat("{\n", paste(c(
  sprintf("  \"source\": \"%s\"", R.version.string),
  over("lnGamma", x, lgamma),
  over("digamma", x, digamma),
  over("trigamma", x, trigamma),
  over("tetragamma", x, function(x) psigamma(x, 2)),
  over("normalUpper", list(-3, -.5, .01, .5, 1, 1.96, 3, 6, 10, 20, 37), function(z) pnorm(-z)),
  over("normalQuantile", shares, qnorm),
  over("tTwoSided", t, function(p) 2 * pt(-p[1], p[2])),
  over("tQuantile", tShares, function(p) qt(p[1], p[2])),
  over("tDensity", list(c(0, 4), c(.3, .8), c(2, 12.35), c(50, 6), c(1e-3, 1e4)), function(p) dt(p[1], p[2])),
  over("chiSquaredUpper", chi, function(p) pchisq(p[1], p[2], lower.tail = FALSE)),
  over("fUpper", f, function(p) pf(p[1], p[2], p[3], lower.tail = FALSE)),
  over("hypergeometricUpper", urns, function(p) phyper(p[1] - 1, p[3], p[2] - p[3], p[4], lower.tail = FALSE))
), collapse = ",\n"), "\n}\n", sep = "")
