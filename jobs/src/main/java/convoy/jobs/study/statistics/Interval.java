package convoy.jobs.study.statistics;

import convoy.records.BadInputException;
import convoy.records.Refusal;

/**
 * From {@code low} to {@code high}, both in it.
 *
 * @param low at most {@code high}
 * @param high at least {@code low}
 */
public record Interval(double low, double high) {
    public Interval {
        if (!(low <= high)) {
            throw new BadInputException(Refusal.of("low", low)
                    .because("is not <= high = " + high, "high")
                    .instead("give the ends in order"));
        }
    }

    /**
     * {@return whether a value lies in it}
     *
     * @param value any
     */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** {@return the same of the values with the other sign} */
    public Interval negated() {
        return new Interval(-high, -low);
    }
}
