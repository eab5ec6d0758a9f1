package convoy.jobs.study.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.jobs.study.statistics.FriedmanTest;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AcrossDataSetsTest {
    private static final List<String> NAMES = List.of("vgg", "all_cnn", "nin");

    @Test
    void ranksThatDifferAreToldApart() {
        FriedmanTest test = FriedmanTest.of(Collections.nCopies(8, List.of(0.7, 0.9, 0.8)));
        // The critical distance is 2.3437 · √(3 · 4 / (6 · 8)) = 1.17.
        assertThat(new AcrossDataSets(NAMES, test, 0.05).text())
                .isEqualTo(
                        "The ranks of 3 variants over 8 data sets differ (Friedman's test, p < 0.0001). Nemenyi's test tells"
                                + " apart mean ranks that lie 1.17 or more from each other: all_cnn (1) before vgg (3).");
    }

    @Test
    void nothingIsToldApartWhereNemenyisTestIsTooWeak() {
        FriedmanTest test = FriedmanTest.of(List.of(
                List.of(0.7, 0.9, 0.8), List.of(0.7, 0.9, 0.8), List.of(0.7, 0.9, 0.8), List.of(0.8, 0.9, 0.7)));
        assertThat(test.p()).isLessThan(0.05);
        assertThat(new AcrossDataSets(NAMES, test, 0.05).text())
                .endsWith(" or more from each other: all_cnn (1) before vgg (2.75).");
        FriedmanTest weaker = FriedmanTest.of(Collections.nCopies(3, List.of(0.7, 0.9, 0.8)));
        assertThat(new AcrossDataSets(NAMES, weaker, 0.05).text()).contains("all_cnn (1) before vgg (3)");
        FriedmanTest two = FriedmanTest.of(Collections.nCopies(2, List.of(0.6, 0.7, 0.8, 0.9)));
        assertThat(new AcrossDataSets(List.of("a", "b", "c", "d"), two, 0.05).text())
                .isEqualTo(
                        "The ranks of 4 variants over 2 data sets differ (Friedman's test, p = 0.042). Nemenyi's test tells"
                                + " apart mean ranks that lie 3.32 or more from each other: no two do.");
    }

    @Test
    void whatIsNotShownIsNotCalledEqual() {
        FriedmanTest test = FriedmanTest.of(List.of(List.of(0.7, 0.9, 0.8), List.of(0.9, 0.7, 0.8)));
        assertThat(new AcrossDataSets(NAMES, test, 0.05).text())
                .isEqualTo("No difference could be shown among 3 variants over 2 data sets (Friedman's test, p = 1).");
    }

    @Test
    void theLowestLossRanksFirst() {
        List<List<Double>> losses = Collections.nCopies(8, List.of(0.7, 0.9, 0.8));
        assertThat(AcrossDataSets.of(NAMES, losses, Measure.LOSS, 0.05).text())
                .endsWith(": vgg (1) before all_cnn (3).");
        assertThat(AcrossDataSets.of(NAMES, losses, Measure.ACCURACY, 0.05).text())
                .endsWith(": all_cnn (1) before vgg (3).");
    }

    @Test
    void namesAndRanksHaveToMatch() {
        FriedmanTest test = FriedmanTest.of(List.of(List.of(0.7, 0.9), List.of(0.9, 0.7)));
        assertThatThrownBy(() -> new AcrossDataSets(NAMES, test, 0.05))
                .hasMessage("variants = 3 names for 2 ranks: name each variant");
    }
}
