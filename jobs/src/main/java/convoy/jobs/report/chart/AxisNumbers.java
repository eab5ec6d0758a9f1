package convoy.jobs.report.chart;

import java.math.BigDecimal;
import java.util.Locale;

/** Numbers as an axis has them. */
final class AxisNumbers {
    private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    private static final BigDecimal LARGE = BigDecimal.valueOf(10_000_000);
    private static final BigDecimal SMALL = new BigDecimal("0.0001");

    private AxisNumbers() {}

    /** {@code 1,500}, {@code 0.25} or {@code 2·10⁻⁶}. */
    static String tick(BigDecimal value) {
        BigDecimal size = value.abs();
        if (size.signum() == 0) {
            return "0";
        }
        if (size.compareTo(LARGE) >= 0 || size.compareTo(SMALL) < 0) {
            BigDecimal bare = value.stripTrailingZeros();
            int digits = bare.precision() - 1;
            int exponent = digits - bare.scale();
            String mantissa = bare.movePointLeft(exponent).toPlainString();
            return (mantissa.equals("1") ? "" : mantissa + "·") + "10" + superscript(exponent);
        }
        String plain = value.toPlainString();
        return size.compareTo(BigDecimal.valueOf(1000)) >= 0
                        && value.stripTrailingZeros().scale() <= 0
                ? String.format(Locale.ROOT, "%,d", value.longValue())
                : plain.replace("-", "−");
    }

    private static String superscript(int exponent) {
        StringBuilder digits = new StringBuilder(exponent < 0 ? "⁻" : "");
        Integer.toString(Math.abs(exponent)).chars().forEach(digit -> digits.append(SUPERSCRIPTS.charAt(digit - '0')));
        return digits.toString();
    }
}
