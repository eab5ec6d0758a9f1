# What R says of the published data: Rscript reference.R > r.properties
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
lines <- grep("^[^#].*=", readLines(file.path(here, "published.properties")), value = TRUE)
data <- lapply(strsplit(sub(".*=", "", lines), " "), function(x) as.numeric(x[x != ""]))
names(data) <- trimws(sub("=.*", "", lines))
say <- function(key, ...) cat(key, "=", sprintf("%.17g", c(...)), "\n")

cat("# Made by reference.R with", R.version.string, "\n")
worse <- c()
for (name in c("approval", "airway", "score", "lenses")) {
  pairs <- data[[paste0(name, ".pairs")]]
  b <- pairs[2]
  c <- pairs[3]
  p <- sapply(c("greater", "less", "two.sided"), function(side) binom.test(b, b + c, alternative = side)$p.value)
  say(paste0(name, ".mcnemar"), p)
  worse <- base::c(worse, p[2])
}
say("holm.worse", p.adjust(worse, "holm"))
for (name in c("departments", "eyes", "yeast")) {
  one <- data[[paste0(name, ".one")]]
  other <- data[[paste0(name, ".other")]]
  test <- suppressWarnings(chisq.test(rbind(one, other), correct = FALSE))
  say(paste0(name, ".chi-squared"), test$statistic, test$parameter, test$p.value)
  p <- (one + 0.5) / sum(one + 0.5)
  q <- (other + 0.5) / sum(other + 0.5)
  say(paste0(name, ".psi"), sum((p - q) * log(p / q)))
}
accuracies <- base::c(92.1, 92.5, 91.9, 92.4, 92.2)
say("seeds", sd(accuracies), sqrt(2) * sd(accuracies) * qt(0.95, length(accuracies) - 1))
say("none.of.the.class", fisher.test(rbind(base::c(30, 170), base::c(0, 50)), alternative = "greater")$p.value)
