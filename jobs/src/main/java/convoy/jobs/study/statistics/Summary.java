package convoy.jobs.study.statistics;

import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.StandardDeviation;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * One sample in figures. What takes two values to know is empty for one.
 *
 * @param values how many, 1 or more
 * @param mean of the values
 * @param deviation the standard deviation, by n − 1
 * @param interval of the mean, 95 %, by Student's t: right where values are about normal
 * @param bootstrap of the mean, 95 %, by the bootstrap: assumes no shape, and is too narrow for few values
 */
public record Summary(
        int values, double mean, OptionalDouble deviation, Optional<Interval> interval, Optional<Interval> bootstrap) {
    /** The confidence of all intervals here. */
    public static final double CONFIDENCE = 0.95;

    /**
     * Of a sample.
     *
     * @throws BadInputException if it has no values, or one that is not finite
     */
    static Summary of(double[] sample, Bootstrap bootstrap) {
        if (sample.length == 0) {
            throw new BadInputException(
                    Refusal.of("sample").because(", has no values").instead("give one or more"));
        }
        requireFinite("sample", sample);
        double mean = Mean.of(sample).getAsDouble();
        int n = sample.length;
        if (n == 1) {
            return new Summary(1, mean, OptionalDouble.empty(), Optional.empty(), Optional.empty());
        }
        double deviation = StandardDeviation.of(sample).getAsDouble();
        Interval again = bootstrap.interval(
                List.of(sample), CONFIDENCE, drawn -> Mean.of(drawn.get(0)).getAsDouble());
        return new Summary(n, mean, OptionalDouble.of(deviation), interval(sample), Optional.of(again));
    }

    /**
     * {@return the 95 % interval of a mean by Student's t; empty for fewer than two values}
     *
     * @param sample finite numbers
     * @throws BadInputException if a value is not finite
     */
    public static Optional<Interval> interval(double[] sample) {
        requireFinite("sample", sample);
        int n = sample.length;
        if (n < 2) {
            return Optional.empty();
        }
        double mean = Mean.of(sample).getAsDouble();
        double reach = TDistribution.of(n - 1.0).inverseSurvivalProbability((1 - CONFIDENCE) / 2)
                * StandardDeviation.of(sample).getAsDouble()
                / Math.sqrt(n);
        return Optional.of(new Interval(mean - reach, mean + reach));
    }

    /** @throws BadInputException if a value is infinite or no number */
    static void requireFinite(String component, double[] sample) {
        for (int i = 0; i < sample.length; i++) {
            if (!Double.isFinite(sample[i])) {
                throw new BadInputException(Refusal.of(component + "." + i, sample[i])
                        .because("is not finite")
                        .instead("leave it out and count it"));
            }
        }
    }
}
