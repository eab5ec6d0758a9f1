package convoy.jobs.study.statistics;

/**
 * From {@code low} to {@code high}, both in it.
 *
 * @param low at most {@code high}
 */
public record Interval(double low, double high) {
    /** Whether a value lies in it. */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    /** The same of the values with the other sign. */
    public Interval negated() {
        return new Interval(-high, -low);
    }
}
