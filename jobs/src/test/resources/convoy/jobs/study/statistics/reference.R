# What R says of the published data: Rscript reference.R > r.properties. Needs exactRankTests and coin.
suppressMessages({library(exactRankTests); library(coin)})
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
lines <- grep("^[^#].*=", readLines(file.path(here, "published.properties")), value = TRUE)
data <- lapply(strsplit(sub(".*=", "", lines), " "), function(x) as.numeric(x[x != ""]))
names(data) <- trimws(sub("=.*", "", lines))
say <- function(key, ...) cat(key, "=", sprintf("%.17g", c(...)), "\n")

cat("# Made by reference.R with", R.version.string, "exactRankTests", format(packageVersion("exactRankTests")), "and coin",
    format(packageVersion("coin")), "\n")
for (name in c("maize", "sleep", "depression")) {
  a <- data[[paste0(name, ".a")]]
  b <- data[[paste0(name, ".b")]]
  d <- round(a - b, 6)
  t <- t.test(a, b, paired = TRUE)
  say(paste0(name, ".student"), t$statistic, t$parameter, t$p.value, t$conf.int)
  say(paste0(name, ".signed-rank"), wilcox.exact(d)$statistic, wilcox.exact(d)$p.value)
  frame <- wilcoxsign_test(d ~ rep(0, length(d)), distribution = exact(), zero.method = "Wilcoxon")
  say(paste0(name, ".coin"), pvalue(frame))
}
d <- round(data$c45.m - data$c45.plain, 6)
say("c45.signed-rank", wilcox.exact(d)$statistic, wilcox.exact(d)$p.value)
for (table in list(c("c45", "c45.plain", "c45.m", "c45.cf", "c45.m.cf"), c("base", "base.out", "base.narrow", "base.wide"))) {
  f <- friedman.test(do.call(cbind, data[table[-1]]))
  say(paste0(table[1], ".friedman"), f$statistic, f$p.value)
}
say("holm", p.adjust(data$holm, "holm"))
say("holm.reversed", p.adjust(rev(data$holm), "holm"))
batch <- factor(rep(1:6, each = 5))
squares <- summary(aov(data$dyestuff ~ batch))[[1]][["Mean Sq"]]
say("dyestuff", (squares[1] - squares[2]) / 5, squares[2])
say("dyestuff.f", pf(squares[1] / squares[2], 5, 24, lower.tail = FALSE))
# Groups of 5, 4, 3, 2, 1, 5: the divisor of unequal sizes.
some <- c(1:5, 6:9, 11:13, 16:17, 21, 26:30)
sizes <- c(5, 4, 3, 2, 1, 5)
squares <- summary(aov(data$dyestuff[some] ~ batch[some]))[[1]][["Mean Sq"]]
say("dyestuff.unequal", (squares[1] - squares[2]) / ((sum(sizes) - sum(sizes^2) / sum(sizes)) / 5), squares[2])
say("dyestuff.unequal.f", pf(squares[1] / squares[2], 5, 14, lower.tail = FALSE))
batch <- factor(rep(1:10, each = 6))
cask <- factor(rep(1:30, each = 2))
squares <- summary(aov(data$pastes ~ batch / cask))[[1]][["Mean Sq"]]
say("pastes", (squares[1] - squares[2]) / 6, (squares[2] - squares[3]) / 2, squares[3])
say("pastes.f", pf(squares[1:2] / squares[2:3], c(9, 20), c(20, 30), lower.tail = FALSE))
for (k in c(3, 4, 10)) for (q in c(2, 3.5)) say(sprintf("range.%d.%.1f", k, q), ptukey(q, k, Inf))
for (n in c(5, 9, 30)) for (effect in c(0.5, 1)) {
  say(sprintf("power.%d.%.1f", n, effect), power.t.test(n, effect, type = "paired", strict = TRUE)$power)
}
for (n in c(5, 6, 9, 12, 20, 50)) {
  say(sprintf("psignrank.%d", n), psignrank(0:floor(n * (n + 1) / 4), n))
}
