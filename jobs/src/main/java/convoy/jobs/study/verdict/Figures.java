package convoy.jobs.study.verdict;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.OptionalDouble;

/**
 * How numbers are written in a sentence: as many decimals as the width of an interval bears, and none that would turn what is said.
 *
 * @param decimals behind the point
 */
public record Figures(int decimals) {
    private static final int MOST = 12;
    /** Half an interval is to be so many units of the last place, or more. */
    private static final double UNITS = 4;

    private static final double SMALLEST_P = 0.0001;

    /** For a lead. No end of its interval, and not the lead itself, is rounded to zero unless it is zero. */
    static Figures of(Lead lead) {
        OptionalDouble half = lead.interval()
                .map(interval -> OptionalDouble.of((interval.high() - interval.low()) / 2))
                .orElse(OptionalDouble.empty());
        double width = half.isPresent() && half.getAsDouble() > 0 ? half.getAsDouble() : lead.by();
        int decimals = 0;
        while (decimals < MOST && width > 0 && width * Math.pow(10, decimals) < UNITS) {
            decimals++;
        }
        while (decimals < MOST && !new Figures(decimals).keepsSigns(lead)) {
            decimals++;
        }
        return new Figures(decimals);
    }

    private boolean keepsSigns(Lead lead) {
        return keepsSign(lead.by())
                && lead.interval()
                        .map(interval -> keepsSign(interval.low()) && keepsSign(interval.high()))
                        .orElse(true);
    }

    private boolean keepsSign(double value) {
        return Math.signum(value) == rounded(value, RoundingMode.HALF_EVEN).signum();
    }

    String text(double value) {
        return rounded(value, RoundingMode.HALF_EVEN).toPlainString();
    }

    /** The same, never below the value. */
    String roundedUp(double value) {
        return rounded(value, RoundingMode.CEILING).toPlainString();
    }

    private BigDecimal rounded(double value, RoundingMode mode) {
        return BigDecimal.valueOf(value).setScale(decimals, mode);
    }

    /**
     * {@return such as "p = 0.012", or that it is below 0.0001; with two digits, or as many more as leave it on its side of the level}
     *
     * @param p a probability
     * @param level that it is held against
     */
    public static String p(double p, double level) {
        return p < SMALLEST_P ? "p < 0.0001" : "p = " + probability(p, level);
    }

    /** A probability by itself, on its side of the level. */
    static String probability(double p, double level) {
        BigDecimal exact = BigDecimal.valueOf(p);
        for (int digits = 2; digits < MOST; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_UP));
            if (rounded.doubleValue() <= level == p <= level) {
                return plain(rounded);
            }
        }
        return plain(exact);
    }

    /**
     * {@return a number with so many digits at most, and no zeros at its end}
     *
     * @param value the number
     * @param digits that are shown
     */
    public static String digits(double value, int digits) {
        return plain(BigDecimal.valueOf(value).round(new MathContext(digits, RoundingMode.HALF_UP)));
    }

    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    /** "1 seed", "9 seeds". */
    static String count(long number, String one) {
        return number + " " + one + (number == 1 ? "" : "s");
    }
}
