package convoy.jobs.retrain.comparison;

import convoy.jobs.study.verdict.Figures;
import java.util.Locale;

/** Percentage points, as sentences have them. */
final class Points {
    private static final double ALL = 100;
    private static final int FEWEST_DIGITS = 3;
    private static final int MOST_DIGITS = 15;

    private Points() {}

    /** Of a difference of shares. */
    static double of(double share) {
        return ALL * share;
    }

    /** With a unit, and as many digits as tell it from a limit: "1 point", "0.42 points". */
    static String text(double points, double limit) {
        int digits = FEWEST_DIGITS;
        while (digits < MOST_DIGITS
                && points != limit
                && Figures.digits(points, digits).equals(Figures.digits(limit, digits))) {
            digits++;
        }
        String figure = Figures.digits(points, digits);
        return figure + (figure.equals("1") ? " point" : " points");
    }

    /** "93.10 %". */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", ALL * share);
    }
}
