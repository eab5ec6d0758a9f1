package convoy.jobs.report.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScaleTest {
    private static List<String> labels(Scale scale, int about) {
        return scale.ticks(about).stream().map(Scale.Tick::label).toList();
    }

    @Test
    void ticksAreOneTwoOrFiveTimesAPowerOfTen() {
        assertThat(labels(new Scale.Linear(0, 1), 5)).containsExactly("0", "0.2", "0.4", "0.6", "0.8", "1.0");
        assertThat(labels(new Scale.Linear(0, 237), 6)).containsExactly("0", "50", "100", "150", "200");
        assertThat(labels(new Scale.Linear(-3, 7), 5)).containsExactly("−2", "0", "2", "4", "6");
        assertThat(labels(new Scale.Linear(0, 3000), 3)).containsExactly("0", "1,000", "2,000", "3,000");
        assertThat(labels(new Scale.Linear(0, 2e9), 4)).containsExactly("0", "5·10⁸", "10⁹", "1.5·10⁹", "2·10⁹");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1e-9",
        "-1e300, 1e300",
        "5, 5.0000001",
        "0.1, 0.30000000000000004",
        "-7, -6.9",
        "1e15, 1000000000000100"
    })
    void ticksAreFewRisingAndWithinTheScale(double low, double high) {
        Scale.Linear scale = new Scale.Linear(low, high);
        List<Scale.Tick> ticks = scale.ticks(5);
        assertThat(ticks).hasSizeBetween(2, 12).isSortedAccordingTo((a, b) -> Double.compare(a.value(), b.value()));
        assertThat(ticks).allSatisfy(tick -> assertThat(scale.at(tick.value())).isBetween(-1e-9, 1 + 1e-9));
        assertThat(ticks.stream().map(Scale.Tick::label)).doesNotHaveDuplicates();
    }

    @Test
    void aScaleOfOneValueOrOfNoneHasALength() {
        assertThat(Scale.Linear.over(DoubleStream.of(0.5, 0.5), false).ticks(5)).hasSizeGreaterThan(1);
        assertThat(Scale.Linear.over(DoubleStream.empty(), false)).isEqualTo(new Scale.Linear(0, 1));
        assertThat(Scale.Linear.over(DoubleStream.of(Double.NaN, 3, Double.POSITIVE_INFINITY), true))
                .isEqualTo(new Scale.Linear(0, 3));
        assertThat(Scale.Linear.over(DoubleStream.of(0), true)).isEqualTo(new Scale.Linear(0, 1));
        assertThat(Scale.Logarithmic.over(DoubleStream.of(0, -1))).isEqualTo(new Scale.Logarithmic(0.95, 10.5));
    }

    @Test
    void decadesAreEquallyFarOnALogarithmicScale() {
        Scale scale = new Scale.Logarithmic(1e-6, 1e-1);
        assertThat(labels(scale, 6)).containsExactly("10⁻⁶", "10⁻⁵", "0.0001", "0.001", "0.01", "0.1");
        assertThat(scale.at(1e-3) - scale.at(1e-4)).isCloseTo(scale.at(1e-5) - scale.at(1e-6), within(1e-12));
        assertThat(labels(new Scale.Logarithmic(0.01, 0.3), 6)).containsExactly("0.01", "0.02", "0.05", "0.1", "0.2");
        // No power of ten lies in it.
        assertThat(labels(new Scale.Logarithmic(3, 4), 6)).hasSizeGreaterThan(1);
    }
}
