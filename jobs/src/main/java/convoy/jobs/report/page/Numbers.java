package convoy.jobs.report.page;

import java.util.Locale;

/** Numbers as a report shows them. */
public final class Numbers {
    private static final String[] PREFIXES = {"", " k", " M", " G", " T", " P"};

    private Numbers() {}

    /**
     * {@return a whole number as {@code 12,345}}
     *
     * @param count of anything
     */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /**
     * {@return a number with so many digits behind the point; {@code –} for what is no number}
     *
     * @param value any
     * @param digits behind the point
     */
    public static String fixed(double value, int digits) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + digits + "f", value) : "–";
    }

    /**
     * {@return a share as {@code 93.50 %}}
     *
     * @param share in [0, 1]
     */
    public static String percent(double share) {
        return Double.isFinite(share) ? String.format(Locale.ROOT, "%.2f %%", 100 * share) : "–";
    }

    /**
     * {@return a number as {@code 270 k} or {@code 40.6 M}: three digits and a word for the thousands}
     *
     * @param value any
     */
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

    /**
     * {@return a number with four digits that count, however large or small}
     *
     * @param value any
     */
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

    /**
     * {@return a probability, never {@code 0}: {@code 0.031} or {@code < 0.001}}
     *
     * @param p in [0, 1]
     */
    public static String probability(double p) {
        return !Double.isFinite(p) ? "–" : p < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
    }
}
