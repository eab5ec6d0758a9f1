package convoy.jobs.study.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.study.statistics.VarianceSplit;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SourcesTest {
    /** Groups of mean 0.91 and 0.93, each with a deviation of 0.01 / √2. */
    @Test
    void sharesAreSaid() {
        VarianceSplit split =
                VarianceSplit.oneWay("initial values", "order", List.of(List.of(0.905, 0.915), List.of(0.925, 0.935)));
        // Between: 0.02² / 2 − 0.00005 / 2 = 0.000175; inside 0.00005; the root of both is 0.015.
        String said =
                "The variance of accuracy, whose square root is 1.5 points, comes by estimate to 78 % from initial"
                        + " values, to 22 % from order.";
        assertThat(new Sources(split, 0.2).text(Measure.ACCURACY)).isEqualTo(said);
        // F is 0.0004 / 0.00005 = 8, of 1 and 2 degrees of freedom: p is that of t = √8 with 2, 1 − √(8 / (2 + 8)).
        assertThat(new Sources(split, 0.05).text(Measure.ACCURACY))
                .isEqualTo(said + " That anything comes from initial values could not be shown (F test, p = 0.11).");
    }

    @Test
    void whatCannotBeToldIsSaidToBeThat() {
        VarianceSplit split =
                VarianceSplit.oneWay("initial values", "order", List.of(List.of(1.0, 3.0), List.of(1.0, 3.0)));
        assertThat(new Sources(split, 0.05).text(Measure.LOSS))
                .isEqualTo(
                        "The variance of loss, whose square root is 1.4, comes by estimate to 100 % from order. What comes"
                                + " from initial values is less than these trials can tell.");
    }

    @Test
    void scoresThatDoNotVaryAreSaidNotTo() {
        VarianceSplit split = VarianceSplit.oneWay("initial values", "order", List.of(List.of(1.0, 1.0), List.of(1.0)));
        assertThat(new Sources(split, 0.05).text(Measure.LOSS)).isEqualTo("The scores did not vary.");
    }
}
