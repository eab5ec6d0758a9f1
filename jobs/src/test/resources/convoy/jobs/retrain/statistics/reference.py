#!/usr/bin/env python3
"""What SciPy and mpmath say of the published data: python3 reference.py > scipy.properties"""

import pathlib

import mpmath
import numpy
import scipy
from scipy import stats

mpmath.mp.dps = 40
DATA = {}
for line in pathlib.Path(__file__).with_name("published.properties").read_text().splitlines():
    if "=" in line and not line.startswith("#"):
        key, values = line.split("=")
        DATA[key.strip()] = [int(value) for value in values.split()]


def say(key, *values):
    print(key, "=", *(repr(float(value)) for value in values))


def score(n, b, c, difference):
    """Tango's score, with the probability of c maximized over numerically and not by its formula."""

    def slope(p21):
        p12 = p21 + difference
        rest = 1 - p12 - p21
        total = mpmath.mpf(0)
        if b:
            total += b / p12
        if c:
            total += c / p21
        return total - 2 * (n - b - c) / rest if n - b - c else total

    low, high = max(mpmath.mpf(0), -difference), (1 - difference) / 2
    tiny = mpmath.mpf(10) ** -38
    low, high = low + tiny, high - tiny
    if slope(low) <= 0:
        p21 = low
    elif slope(high) >= 0:
        p21 = high
    else:
        for _ in range(160):
            middle = (low + high) / 2
            low, high = (middle, high) if slope(middle) > 0 else (low, middle)
        p21 = low
    return (b - c - n * difference) / mpmath.sqrt(n * (2 * p21 + difference * (1 - difference)))


def end(n, b, c, z, outermost):
    inside, outside = mpmath.mpf(b - c) / n, mpmath.mpf(outermost)
    for _ in range(120):
        middle = (inside + outside) / 2
        if abs(score(n, b, c, middle)) > z:
            outside = middle
        else:
            inside = middle
    return inside


def power(n, wins, loses, level):
    """Over all outcomes of n rows, one by one."""
    total = 0.0
    for b in range(n + 1):
        for c in range(n + 1 - b):
            if b + c and stats.binom.sf(b - 1, b + c, 0.5) <= level:
                total += stats.multinomial.pmf([b, c, n - b - c], n, [wins, loses, 1 - wins - loses])
    return total


print(f"# Made by reference.py with SciPy {scipy.__version__}, NumPy {numpy.__version__} and mpmath {mpmath.__version__}.")
z = mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf("0.95"))
for name in ("approval", "airway", "score", "lenses", "same"):
    both, b, c, neither = DATA[name + ".pairs"]
    if b + c:
        say(name + ".mcnemar", *(stats.binomtest(b, b + c, alternative=side).pvalue for side in ("greater", "less", "two-sided")))
    n = both + b + c + neither
    say(name + ".interval", end(n, b, c, z, -1), end(n, b, c, z, 1))
for name in ("departments", "eyes", "yeast"):
    one, other = numpy.array(DATA[name + ".one"]), numpy.array(DATA[name + ".other"])
    test = stats.chi2_contingency([one, other], correction=False)
    say(name + ".chi-squared", test.statistic, test.dof, test.pvalue)
    p, q = (one + 0.5) / (one + 0.5).sum(), (other + 0.5) / (other + 0.5).sum()
    say(name + ".psi", stats.entropy(p, q) + stats.entropy(q, p))
for n, wins, loses, level in ((30, 0.3, 0.1, 0.05), (40, 0.2, 0.05, 0.01), (25, 0.1, 0.1, 0.05)):
    say(f"power.{n}.{wins}.{loses}.{level}", power(n, wins, loses, level))
