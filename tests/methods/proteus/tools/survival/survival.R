# What R's survival makes of a small cohort with tied times, three strata, a factor and two measurements:
#   Rscript tests/methods/proteus/tools/survival/survival.R > tests/methods/proteus/tools/survival/survival.json
suppressMessages(library(survival))

json <- function(x) {
  if (is.list(x)) {
    if (is.null(names(x))) return(paste0("[", paste(sapply(x, json), collapse = ",\n"), "]"))
    paste0("{", paste(sprintf("\"%s\": %s", names(x), sapply(x, json)), collapse = ",\n"), "}")
  } else {
    v <- if (is.character(x)) paste0("\"", x, "\"") else ifelse(is.finite(x), trimws(formatC(x, digits = 13, format = "g")), "null")
    paste0("[", paste(v, collapse = ", "), "]")
  }
}

set.seed(11)
n <- 60
d <- data.frame(protein = round(rnorm(n, 20, 2), 2), age = round(rnorm(n, 60, 9)),
  stage = sample(c("I", "II", "III"), n, TRUE), centre = sample(c("a", "b", "c"), n, TRUE))
hazard <- exp(.25 * (d$protein - 20) + .5 * (d$stage == "III"))
died <- rexp(n, hazard / 12)
left <- runif(n, 0, 25)
d$time <- ceiling(pmin(died, left))
d$event <- as.numeric(died <= left)
d$stage <- factor(d$stage, unique(d$stage))
d$centre <- factor(d$centre, unique(d$centre))

fitted <- function(formula, ties) {
  fit <- coxph(formula, d, ties = ties, x = TRUE)
  s <- summary(fit)
  scales <- c("km", "rank", "identity", "log")
  zph <- lapply(scales, function(scale) {
    t <- cox.zph(fit, transform = scale)$table
    list(chisq = t[, 1], df = t[, 2], p = t[, 3])
  })
  names(zph) <- scales
  list(beta = unname(coef(fit)), se = sqrt(diag(vcov(fit))), p = unname(s$coefficients[, 5]), loglik = fit$loglik,
    lr = s$logtest, wald = unname(fit$wald.test), score = fit$score, concordance = unname(s$concordance[1]), zph = zph)
}
curves <- function(kind) {
  fit <- survfit(Surv(time, event) ~ stage, d, conf.type = kind)
  s <- summary(fit, censored = TRUE)
  list(time = fit$time, atRisk = fit$n.risk, died = fit$n.event, survival = fit$surv, se = fit$std.err, low = fit$lower,
    high = fit$upper, medians = c(t(summary(fit)$table[, c("median", "0.95LCL", "0.95UCL")])))
}
ranked <- function(formula) {
  fit <- survdiff(formula, d)
  total <- function(m) if (is.matrix(m)) rowSums(m) else m
  list(observed = total(fit$obs), expected = total(fit$exp), chisq = fit$chisq)
}

cat(json(list(
  source = paste("survival", packageVersion("survival")),
  data = lapply(d, function(column) if (is.factor(column)) as.character(column) else column),
  efron = fitted(Surv(time, event) ~ protein + age + stage, "efron"),
  breslow = fitted(Surv(time, event) ~ protein + age + stage, "breslow"),
  stratified = fitted(Surv(time, event) ~ protein + age + stage + strata(centre), "efron"),
  alone = fitted(Surv(time, event) ~ protein, "efron"),
  plain = curves("plain"), log = curves("log"), loglog = curves("log-log"),
  logrank = ranked(Surv(time, event) ~ stage),
  logrankStratified = ranked(Surv(time, event) ~ stage + strata(centre)))), "\n")
