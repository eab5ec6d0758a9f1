package convoy.jobs.report.page;

import java.util.Locale;

/** Numbers as a report shows them. */
public final class Numbers {
    private static final String[] PREFIXES = {"", " k", " M", " G", " T", " P"};

    private Numbers() {}

    /** {@code 12,345}. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** With so many digits behind the point; {@code –} for what is no number. */
    public static String fixed(double value, int digits) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + digits + "f", value) : "–";
    }

    /** A share as {@code 93.50 %}. */
    public static String percent(double share) {
        return Double.isFinite(share) ? String.format(Locale.ROOT, "%.2f %%", 100 * share) : "–";
    }

    /** {@code 270 k}, {@code 40.6 M}: three digits and a word for the thousands. */
    public static String large(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double left = value;
        int prefix = 0;
        while (Math.abs(left) >= 999.5 && prefix < PREFIXES.length - 1) {
            left /= 1000;
            prefix++;
        }
        int digits = prefix == 0 || Math.abs(left) >= 99.95 ? 0 : Math.abs(left) >= 9.995 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + digits + "f%s", left, PREFIXES[prefix]);
    }

    /** Four digits that count, however large or small. */
    public static String significant(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        return size == 0
                ? "0"
                : size >= 1e-4 && size < 1e7
                        ? String.format(
                                Locale.ROOT,
                                "%,." + Math.max(0, 3 - (int) Math.floor(StrictMath.log10(size))) + "f",
                                value)
                        : String.format(Locale.ROOT, "%.3e", value);
    }

    /** A probability, never {@code 0}: {@code 0.031} or {@code < 0.001}. */
    public static String probability(double p) {
        return !Double.isFinite(p) ? "–" : p < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
    }
}
