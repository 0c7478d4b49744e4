# The tools of proteus in R, on the data that proteus.ts leaves in a folder: seconds of processor time and figures, a line each, as JSON.
folder <- commandArgs(TRUE)[1]
numbers <- function(name, count) readBin(file.path(folder, name), "double", count)
proteins <- 8000
samples <- 200
group <- factor(rep(c("A", "B", "C", "D"), each = 50))
batch <- factor(rep(c("x", "y"), 100))

report <- function(name, version, seconds, figures) {
  figures <- paste(formatC(figures, digits = 15, format = "g"), collapse = ", ")
  cat(sprintf("{\"task\": \"%s\", \"version\": \"%s\", \"seconds\": %.4f, \"figures\": [%s]}\n", name, version, sum(seconds[c("user.self", "sys.self")]), figures))
}
has <- function(name) suppressMessages(requireNamespace(name, quietly = TRUE))
version <- function(name) paste(name, packageVersion(name))

matrixOf <- function(name, rows) matrix(numbers(name, rows * samples), rows, samples, byrow = TRUE)

if (has("limma")) for (name in c("complete", "missing")) {
  y <- matrixOf(name, proteins)
  y[is.nan(y)] <- NA
  seconds <- system.time({
    # Contrasts as coefficients: contrasts.fit would take the errors of the full design where values are missing.
    fit <- limma::eBayes(limma::lmFit(y, model.matrix(~ group + batch))[, 2:4])
    for (k in 1:3) limma::topTable(fit, coef = k, number = Inf, confint = TRUE, sort.by = "none")
  })
  report(name, version("limma"), seconds, c(fit$df.prior, fit$t[1:5, 1]))
}

if (has("survival")) {
  y <- matrixOf("complete", 5000)
  d <- data.frame(time = numbers("times", samples), event = numbers("events", samples))
  s <- survival::Surv(d$time, d$event)
  seconds <- system.time(betas <- apply(y, 1, function(protein) coef(survival::coxph(s ~ protein))))
  report("coxph", version("survival"), seconds, betas[1:5])
  # The fit alone, without formulas and model frames.
  control <- survival::coxph.control()
  seconds <- system.time(betas <- apply(y, 1, function(protein) {
    survival::coxph.fit(as.matrix(protein), s, NULL, NULL, NULL, control, NULL, "efron", NULL)$coefficients
  }))
  report("coxph.fit", version("survival"), seconds, betas[1:5])
}

if (has("fgsea")) {
  stats <- setNames(numbers("statistics", proteins), paste0("P", seq_len(proteins) - 1))
  lines <- strsplit(readLines(file.path(folder, "sets.gmt")), "\t")
  sets <- setNames(lapply(lines, function(line) line[-(1:2)]), sapply(lines, `[`, 1))
  one <- BiocParallel::SerialParam()
  seconds <- system.time(made <- suppressWarnings(fgsea::fgseaSimple(sets, stats, nperm = 10000, maxSize = 500, BPPARAM = one)))
  report("fgseaSimple", version("fgsea"), seconds, made$ES[match(names(sets)[1:5], made$pathway)])
}
