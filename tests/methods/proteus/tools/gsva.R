# Scores that GSVA gives a small matrix, ties among its values:
#   Rscript tests/methods/proteus/tools/gsva.R > tests/methods/proteus/tools/gsva.json
suppressMessages(library(GSVA))
set.seed(3)
y <- matrix(round(rnorm(20 * 4), 1), 20, dimnames = list(paste0("P", 0:19), paste0("S", 0:3)))
sets <- list(one = paste0("P", 0:4), two = paste0("P", c(3, 8, 12, 19)), three = paste0("P", 10:18))
score <- function(normalised) {
  invisible(capture.output(made <- gsva(y, sets, method = "ssgsea", ssgsea.norm = normalised, verbose = FALSE)))
  made
}
rows <- function(m) {
  paste0("[", paste(apply(m, 1, function(r) paste0("[", paste(format(r, digits = 12), collapse = ", "), "]")), collapse = ",\n"), "]")
}
cat(sprintf("{\"source\": \"GSVA %s\", \"values\": %s,\n\"plain\": %s,\n\"normalised\": %s}\n",
  packageVersion("GSVA"), rows(y), rows(score(FALSE)), rows(score(TRUE))))
