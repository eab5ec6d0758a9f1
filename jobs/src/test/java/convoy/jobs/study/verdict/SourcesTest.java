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
        assertThat(new Sources(split).text(Measure.ACCURACY))
                .isEqualTo(
                        "Of the variance of accuracy, whose square root is 1.5 points, 78 % comes from initial values, 22 %"
                                + " comes from order.");
    }

    @Test
    void whatCannotBeToldIsSaidToBeThat() {
        VarianceSplit split =
                VarianceSplit.oneWay("initial values", "order", List.of(List.of(1.0, 3.0), List.of(1.0, 3.0)));
        assertThat(new Sources(split).text(Measure.LOSS))
                .isEqualTo(
                        "Of the variance of loss, whose square root is 1.4, 100 % comes from order. What comes from initial"
                                + " values is less than these trials can tell.");
    }

    @Test
    void scoresThatDoNotVaryAreSaidNotTo() {
        VarianceSplit split = VarianceSplit.oneWay("initial values", "order", List.of(List.of(1.0, 1.0), List.of(1.0)));
        assertThat(new Sources(split).text(Measure.LOSS)).isEqualTo("The scores did not vary.");
    }
}
