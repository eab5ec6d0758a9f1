package convoy.jobs.study.verdict;

import convoy.records.BadInputException;
import convoy.records.Refusal;

/**
 * What scores are scores of, and how a sentence gives a difference of two.
 *
 * @param name "accuracy"
 * @param unit of a difference, in the singular, as "point"; empty if it has none
 * @param scale how many of the unit make 1 of the score
 * @param higherIsBetter which way is better
 */
public record Measure(String name, String unit, double scale, boolean higherIsBetter) {
    /** A share of 1, in points of a percent. */
    public static final Measure ACCURACY = new Measure("accuracy", "point", 100, true);
    /** A share of 1, in points of a percent. */
    public static final Measure ERROR = new Measure("error", "point", 100, false);
    /** A mean loss. */
    public static final Measure LOSS = new Measure("loss", "", 1, false);

    public Measure {
        if (!(scale > 0 && Double.isFinite(scale))) {
            throw new BadInputException(
                    Refusal.of("scale", scale).because("<= 0 or no number").instead("1 if there is no unit"));
        }
    }

    /** A score as one of which more is better, in the unit. */
    double oriented(double score) {
        return higherIsBetter ? score * scale : -score * scale;
    }

    /** A figure with the unit behind it: "1 point", "1.0 points". */
    String with(String figure) {
        return unit.isEmpty() ? figure : figure + " " + unit + (figure.equals("1") ? "" : "s");
    }
}
