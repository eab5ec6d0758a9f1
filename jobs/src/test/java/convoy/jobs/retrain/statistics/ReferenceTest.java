package convoy.jobs.retrain.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.jobs.study.statistics.Holm;
import convoy.jobs.study.statistics.Interval;
import convoy.jobs.study.statistics.PublishedFigures;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every p, index and interval beside those of SciPy and R, on published data. */
final class ReferenceTest {
    private static final Offset<Double> DIGITS = within(1e-10);

    @ParameterizedTest
    @ValueSource(strings = {"approval", "airway", "score", "lenses"})
    void mcNemarsExactTestIsSciPysAndRs(String name) {
        McNemarTest found = McNemarTest.of(Published.pairs(name));
        for (PublishedFigures reference : List.of(Published.SCIPY, Published.R)) {
            double[] expected = reference.get(name + ".mcnemar");
            assertThat(found.better()).isEqualTo(expected[0], DIGITS);
            assertThat(found.worse()).isEqualTo(expected[1], DIGITS);
            assertThat(found.twoSided()).isEqualTo(expected[2], DIGITS);
        }
    }

    @Test
    void oneSidedTestsAreCorrectedAsByR() {
        List<Double> worse = Stream.of("approval", "airway", "score", "lenses")
                .map(name -> McNemarTest.of(Published.pairs(name)).worse())
                .toList();
        assertThat(Holm.adjust(worse).stream().mapToDouble(p -> p).toArray())
                .containsExactly(Published.R.get("holm.worse"), DIGITS);
    }

    /** The reference maximizes the likelihood by halving, and not by the formula of its root. */
    @ParameterizedTest
    @ValueSource(strings = {"approval", "airway", "score", "lenses", "same"})
    void tangosIntervalIsThatOfTheLikelihood(String name) {
        double[] expected = Published.SCIPY.get(name + ".interval");
        Interval found = ScoreInterval.of(Published.pairs(name), 0.95);
        assertThat(found.low()).isEqualTo(expected[0], DIGITS);
        assertThat(found.high()).isEqualTo(expected[1], DIGITS);
    }

    /** Fagerland, Lydersen and Laake 2014, table VII; Tango 1998, table IV: with three digits. */
    @ParameterizedTest
    @CsvSource({"airway, -0.517, -0.026", "lenses, -0.118, 0.059"})
    void tangosIntervalIsThePublishedOne(String name, double low, double high) {
        Interval found = ScoreInterval.of(Published.pairs(name), 0.95);
        assertThat(found.low()).isEqualTo(low, within(0.0005));
        assertThat(found.high()).isEqualTo(high, within(0.0005));
    }

    @ParameterizedTest
    @ValueSource(strings = {"departments", "eyes", "yeast"})
    void distributionsAreComparedAsBySciPyAndR(String name) {
        double[] one = Published.DATA.get(name + ".one");
        double[] other = Published.DATA.get(name + ".other");
        HomogeneityTest test = HomogeneityTest.of(one, other).orElseThrow();
        StabilityIndex index = StabilityIndex.of(one, other);
        for (PublishedFigures reference : List.of(Published.SCIPY, Published.R)) {
            double[] expected = reference.get(name + ".chi-squared");
            assertThat(test.chiSquared()).isEqualTo(expected[0], DIGITS);
            assertThat((double) test.degreesOfFreedom()).isEqualTo(expected[1]);
            assertThat(test.p()).isEqualTo(expected[2], DIGITS);
            assertThat(index.value()).isEqualTo(reference.get(name + ".psi")[0], DIGITS);
        }
        assertThat(StabilityIndex.of(other, one).value()).isEqualTo(index.value(), DIGITS);
    }

    /** The reference adds up all outcomes of so few rows, one by one. */
    @ParameterizedTest
    @CsvSource({"30, 0.3, 0.1, 0.05", "40, 0.2, 0.05, 0.01", "25, 0.1, 0.1, 0.05"})
    void thePowerIsThatOfAllOutcomes(int rows, double wins, double loses, double level) {
        double expected = Published.SCIPY.get("power." + rows + "." + wins + "." + loses + "." + level)[0];
        assertThat(new McNemarPower(rows, level).of(wins, loses)).isEqualTo(expected, DIGITS);
    }
}
