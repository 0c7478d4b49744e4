# What limma makes of small studies, which the tests of differential abundance are held to:
#   Rscript tests/methods/proteus/tools/limma.R > tests/methods/proteus/tools/limma.json
suppressMessages(library(limma))

json <- function(x) {
  if (is.list(x)) {
    paste0("{", paste(sprintf("\"%s\": %s", names(x), sapply(x, json)), collapse = ", "), "}")
  } else if (is.matrix(x)) {
    paste0("[", paste(apply(x, 1, json), collapse = ",\n"), "]")
  } else {
    v <- if (is.character(x)) paste0("\"", x, "\"") else ifelse(is.na(x), "null",
      ifelse(is.infinite(x), "\"Infinity\"", trimws(formatC(x, digits = 11, format = "g"))))
    if (length(v) == 1) v else paste0("[", paste(v, collapse = ", "), "]")
  }
}

proteins <- 32
abundances <- function(samples, spread = sqrt(.05 * 4 / rchisq(proteins, 4))) {
  round(20 + rnorm(proteins, sd = 3) + matrix(rnorm(proteins * samples), proteins) * spread, 4)
}
holed <- function(y, share) {
  y[sample(length(y), share * length(y))] <- NA
  unname(y)
}
study <- function(y, design, contrasts, trend = FALSE, ...) {
  fit <- lmFit(y, design)
  fit <- eBayes(if (is.character(contrasts)) fit[, contrasts] else contrasts.fit(fit, contrasts), trend = trend)
  top <- lapply(seq_len(ncol(fit$coefficients)), function(k) {
    topTable(fit, coef = k, number = Inf, sort.by = "none", confint = TRUE)
  })
  column <- function(name) unname(sapply(top, function(t) t[[name]]))
  list(..., trend = as.numeric(trend), values = y, logFC = column("logFC"), low = column("CI.L"),
    high = column("CI.R"), t = column("t"), p = column("P.Value"), adjusted = column("adj.P.Val"),
    d0 = unname(fit$df.prior), s20 = unname(fit$s2.prior), posterior = unname(fit$s2.post), f = unname(fit$F),
    fp = unname(fit$F.p.value))
}

set.seed(7)
group <- factor(rep(c("A", "B", "C"), each = 4))
means <- model.matrix(~ 0 + group)
pairwise <- cbind(c(-1, 1, 0), c(-1, 0, 1), c(0, -1, 1))
y <- abundances(12)
y[1:5, 5:8] <- y[1:5, 5:8] + 1
groups <- study(y, means, pairwise, group = as.character(group))
gaps <- study(holed(y, .25), means, pairwise, group = as.character(group))
trended <- study(y, means, pairwise, trend = TRUE, group = as.character(group))
alike <- study(abundances(12, .2), means, pairwise, group = as.character(group))
alike$f <- alike$fp <- NA

subject <- factor(rep(1:6, 2))
treated <- factor(rep(c("control", "treated"), each = 6))
own <- matrix(rnorm(proteins * 6), proteins)
y <- abundances(12) + cbind(own, own)
y[1:6, 7:12] <- y[1:6, 7:12] + .8
paired <- study(round(y, 4), model.matrix(~ treated + subject), "treatedtreated",
  group = as.character(treated), subject = as.character(subject))

batch <- factor(c("x", "y", "x", "y", "x", "z", "z", "y", "x", "y", "z", "x"))
age <- c(41, 52, 38, 66, 59, 47, 71, 33, 45, 62, 50, 58)
covariates <- study(holed(abundances(12), .05), model.matrix(~ treated + batch + age), c("treatedtreated", "age"),
  group = as.character(treated), batch = as.character(batch), age = age)

cat(json(list(source = paste("limma", packageVersion("limma")), groups = groups, gaps = gaps, trended = trended,
  alike = alike, paired = paired, covariates = covariates)), "\n")
