package convoy.jobs.study.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.study.statistics.Interval;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FiguresTest {
    /** The third is below 0.05 and the fourth above it, and so they are written. */
    @ParameterizedTest
    @CsvSource({
        "0.0117, p = 0.012",
        "0.0625, p = 0.063",
        "0.0499999, p = 0.05",
        "0.0501, p = 0.0501",
        "0.05000001, p = 0.05000001",
        "1, p = 1",
        "0.00011, p = 0.00011",
        "0.00001, p < 0.0001",
        "0, p < 0.0001"
    })
    void pStaysOnItsSideOfTheLevel(double p, String text) {
        assertThat(Figures.p(p, 0.05)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "1.2, 0.4, 2.0, 1.2, 95 % interval 0.4 to 2.0",
        "12, 2, 22, 12, 95 % interval 2 to 22",
        "0.12, 0.04, 0.2, 0.12, 95 % interval 0.04 to 0.20",
        "5, 0.01, 9.99, 5.00, 95 % interval 0.01 to 9.99",
        "0.001, -5, 5.002, 0.001, 95 % interval -5.000 to 5.002",
        "0, -1, 1, 0.0, 95 % interval -1.0 to 1.0"
    })
    void anIntervalHasAsManyDecimalsAsItsWidthBears(double by, double low, double high, String text, String interval) {
        Lead lead = new Lead("a", "b", by, Optional.of(new Interval(low, high)));
        assertThat(Figures.of(lead).text(by)).isEqualTo(text);
        assertThat(lead.intervalText()).isEqualTo(interval);
    }

    @Test
    void whatWouldHaveBeenFoundIsRoundedUp() {
        assertThat(new Figures(1).roundedUp(0.8)).isEqualTo("0.8");
        assertThat(new Figures(1).roundedUp(0.801)).isEqualTo("0.9");
    }

    @Test
    void countsHaveTheirPlural() {
        assertThat(Figures.count(1, "seed")).isEqualTo("1 seed");
        assertThat(Figures.count(0, "seed")).isEqualTo("0 seeds");
    }
}
