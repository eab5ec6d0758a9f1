#!/usr/bin/env python3
"""What SciPy and mpmath say of the published data: python3 reference.py > scipy.properties"""

import itertools
import pathlib
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy
import scipy
from scipy import stats

TEXTS = {}
for line in pathlib.Path(__file__).with_name("published.properties").read_text().splitlines():
    if "=" in line and not line.startswith("#"):
        key, values = line.split("=")
        TEXTS[key.strip()] = values.split()
DATA = {key: [float(value) for value in values] for key, values in TEXTS.items()}


def say(key, *values):
    print(key, "=", *(repr(float(value)) for value in values))


def differences(name, other):
    """Without the rounding of binary fractions, so that ties are ties."""
    return [Decimal(a) - Decimal(b) for a, b in zip(TEXTS[name], TEXTS[other])]


def enumerated(values):
    """Signed ranks over all patterns of signs, in fractions: W+, W-, two-sided p. Zeros are left out."""
    values = [value for value in values if value != 0]
    sizes = sorted(abs(value) for value in values)
    rank = {size: Fraction(2 * sizes.index(size) + 1 + sizes.count(size), 2) for size in sizes}
    ranks = [rank[abs(value)] for value in values]
    positive = sum(r for r, value in zip(ranks, values) if value > 0)
    smaller = min(positive, sum(ranks) - positive)
    patterns = 0
    for signs in itertools.product((0, 1), repeat=len(ranks)):
        patterns += sum(r for r, sign in zip(ranks, signs) if sign) <= smaller
    return positive, sum(ranks) - positive, min(Fraction(1), Fraction(2 * patterns, 2 ** len(ranks)))


class SplitMix:
    """SplitMix64 (Steele, Lea and Flood 2014) and Lemire's choice of an index (2019)."""

    def __init__(self, seed):
        self.state = seed

    def upper(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
        return (z ^ (z >> 31)) >> 32

    def index(self, n):
        product = self.upper() * n
        if product % 2**32 < n:
            while product % 2**32 < 2**32 % n:
                product = self.upper() * n
        return product >> 32


def bootstrap(samples, figure, replicates=2000, seed=7):
    random = SplitMix(seed)
    figures = []
    for _ in range(replicates):
        figures.append(figure([[sample[random.index(len(sample))] for _ in sample] for sample in samples]))
    return numpy.quantile(figures, [0.025, 0.975])


def improvement(samples):
    shares = []
    for a, b in zip(samples[::2], samples[1::2]):
        shares.append(stats.mannwhitneyu(a, b).statistic / (len(a) * len(b)))
    return numpy.mean(shares)


def noncentral_t(t, df, delta):
    """P(T <= t) by the integral of the definition, with 40 digits."""
    mpmath.mp.dps = 40
    t, df, delta = mpmath.mpf(t), mpmath.mpf(df), mpmath.mpf(delta)
    log_norm = mpmath.log(2) + df / 2 * mpmath.log(df / 2) - mpmath.loggamma(df / 2)

    def inside(s):
        return mpmath.ncdf(t * s - delta) * mpmath.exp(log_norm + (df - 1) * mpmath.log(s) - df * s * s / 2)

    middle = delta / t
    points = {mpmath.mpf(0), mpmath.mpf("0.5"), mpmath.mpf(1), mpmath.mpf(2), mpmath.mpf(4), mpmath.mpf(15)}
    points |= {p for p in (middle - 8 / abs(t), middle, middle + 8 / abs(t)) if 0 < p < 15}
    return mpmath.quad(inside, sorted(points))


def normal_range(q, k):
    """P(range of k normal variables <= q), with 40 digits."""
    mpmath.mp.dps = 40

    def inside(z):
        return k * mpmath.npdf(z) * (mpmath.ncdf(z) - mpmath.ncdf(z - q)) ** (k - 1)

    return mpmath.quad(inside, [-14, -6, -3, -1, 0, 1, 2, 3, 4, 6, 14])


print(f"# Made by reference.py with SciPy {scipy.__version__}, NumPy {numpy.__version__} and mpmath {mpmath.__version__}.")
for name in ("maize", "sleep", "depression"):
    a, b = DATA[name + ".a"], DATA[name + ".b"]
    exact = [float(d) for d in differences(name + ".a", name + ".b")]
    paired = stats.ttest_rel(a, b)
    interval = paired.confidence_interval(0.95)
    say(name + ".summary", numpy.mean(a), numpy.std(a, ddof=1), *stats.t.interval(0.95, len(a) - 1, numpy.mean(a), stats.sem(a)))
    say(name + ".student", paired.statistic, paired.df, paired.pvalue, interval.low, interval.high)
    positive, negative, p = enumerated(differences(name + ".a", name + ".b"))
    say(name + ".enumerated", positive, negative, p)
    if name != "sleep":
        say(name + ".wilcoxon", stats.wilcoxon(exact, method="exact").pvalue)
    say(name + ".bootstrap", *bootstrap([a], lambda s: numpy.mean(s[0])))
    say(name + ".improvement", improvement([a, b]))
say("improvement.strata", improvement([DATA["maize.a"], DATA["maize.b"], DATA["sleep.a"], DATA["sleep.b"]]),
    *bootstrap([DATA["maize.a"], DATA["maize.b"], DATA["sleep.a"], DATA["sleep.b"]], improvement))
positive, negative, p = enumerated(differences("c45.m", "c45.plain"))
say("c45.enumerated", positive, negative, p)
for name, columns in (("c45", ("c45.plain", "c45.m", "c45.cf", "c45.m.cf")), ("base", ("base.out", "base.narrow", "base.wide"))):
    table = [DATA[column] for column in columns]
    k, n = len(table), len(table[0])
    friedman = stats.friedmanchisquare(*table)
    f = (n - 1) * friedman.statistic / (n * (k - 1) - friedman.statistic)
    ranks = numpy.mean([stats.rankdata([-x for x in row]) for row in zip(*table)], axis=0)
    say(name + ".ranks", *ranks)
    say(name + ".friedman", friedman.statistic, friedman.pvalue, f, stats.f.sf(f, k - 1, (k - 1) * (n - 1)))
for k in (2, 3, 4, 10, 66):
    for q in (0.5, 2.0, 3.5, 5.0):
        say(f"range.{k}.{q}", normal_range(q, k), stats.studentized_range.cdf(q, k, numpy.inf))
    for level in (0.05, 0.1):
        say(f"upper.{k}.{level}", mpmath.findroot(lambda q: 1 - normal_range(q, k) - mpmath.mpf(str(level)), (2.0, 5.0), solver="anderson", tol=1e-28))
for t, df, delta in ((2.0, 1, 0.5), (840.0, 1, 3.0), (-1.5, 4, 1.0), (2.306, 8, 3.0), (4.5, 8, 6.0), (3.3, 29, 2.5), (0.0, 8, 1.0), (2.0, 199, 14.0)):
    value = noncentral_t(t, df, delta) if t else mpmath.ncdf(-delta)
    say(f"nct.{t}.{df}.{delta}", value, stats.nct.cdf(t, df, delta))
for n, effect, level in ((2, 1.0, 0.05), (5, 1.0, 0.05), (9, 0.5, 0.05), (9, 1.0, 0.05), (9, 2.0, 0.05 / 11), (30, 0.5, 0.05)):
    critical = stats.t.isf(level / 2, n - 1)
    delta = effect * numpy.sqrt(n)
    power = 1 - noncentral_t(critical, n - 1, delta) + noncentral_t(-critical, n - 1, delta)
    say(f"power.{n}.{effect}.{level}", power)
