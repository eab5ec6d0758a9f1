package convoy.jobs.study.statistics;

import java.util.Optional;
import org.apache.commons.statistics.inference.TTest;

/**
 * The paired t test, two-sided: are the differences of mean 0, if they are normal (Student 1908)?
 *
 * @param t mean over standard error
 * @param degreesOfFreedom pairs less 1
 * @param p in [0, 1]
 */
public record StudentTest(double t, int degreesOfFreedom, double p) {
    /**
     * Of paired differences.
     *
     * @param tolerance what differences may differ by and be equal
     * @return empty if there are fewer than two, or all are equal: their spread is then not known, and t is no number
     * @throws convoy.records.BadInputException if a difference is not finite
     */
    static Optional<StudentTest> of(double[] differences, double tolerance) {
        Summary.requireFinite("differences", differences);
        if (differences.length < 2) {
            return Optional.empty();
        }
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double difference : differences) {
            low = Math.min(low, difference);
            high = Math.max(high, difference);
        }
        if (high - low <= tolerance) {
            return Optional.empty();
        }
        TTest.Result result = TTest.withDefaults().test(differences);
        return Optional.of(new StudentTest(result.getStatistic(), differences.length - 1, result.getPValue()));
    }
}
