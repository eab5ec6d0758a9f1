package convoy.jobs.study.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.jobs.study.statistics.PairedTest;
import convoy.records.BadInputException;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProspectTest {
    @Test
    void aStudyThatCannotRejectIsSaidToBeOne() {
        Prospect prospect = new Prospect(PairedTest.SIGNED_RANK, 5, 1, 0.05);
        assertThat(prospect.canReject()).isFalse();
        assertThat(prospect.detectable()).isEmpty();
        assertThat(prospect.sentences(Measure.ACCURACY, OptionalDouble.of(0.01)))
                .containsExactly(
                        "The study cannot reject whatever comes: with 5 seeds p of the exact Wilcoxon signed-rank test"
                                + " cannot fall below 0.0625, and 0.05 or less is needed. It takes 6 seeds.");
        assertThat(new Prospect(PairedTest.SIGNED_RANK, 8, 11, 0.05)
                        .sentences(Measure.ACCURACY, OptionalDouble.empty()))
                .containsExactly(
                        "The study cannot reject whatever comes: with 8 seeds p of the exact Wilcoxon signed-rank test"
                                + " cannot fall below 0.00781, and Holm's correction over 11 comparisons needs 0.00455 or less for the"
                                + " first. It takes 9 seeds.");
    }

    @Test
    void whatAStudyCanShowIsSaid() {
        assertThat(new Prospect(PairedTest.SIGNED_RANK, 9, 11, 0.05)
                        .sentences(Measure.ACCURACY, OptionalDouble.of(0.006)))
                .containsExactly(
                        "The study can reject: with 9 seeds p of the exact Wilcoxon signed-rank test can fall to 0.00391, and"
                                + " Holm's correction over 11 comparisons needs 0.00455 or less for the first.",
                        "A difference of 1.98 times the standard deviation of paired differences is found with probability 0.8,"
                                + " which is 1.19 points if that is 0.6 points.",
                        "One of half that standard deviation is found with probability 0.039, of the whole of it 0.21, of twice"
                                + " 0.81.");
        assertThat(new Prospect(PairedTest.STUDENT, 5, 1, 0.05).sentences(Measure.LOSS, OptionalDouble.empty()))
                .containsExactly(
                        "The study can reject: with 5 seeds p of the paired t test can be as small as scores make it, and 0.05"
                                + " or less is needed.",
                        "A difference of 1.68 times the standard deviation of paired differences is found with probability"
                                + " 0.8.",
                        "One of half that standard deviation is found with probability 0.14, of the whole of it 0.4, of twice"
                                + " 0.91.");
    }

    @ParameterizedTest
    @CsvSource({"6, 1, true", "5, 1, false", "9, 11, true", "8, 11, false", "12, 66, true", "11, 66, false"})
    void theBoundIsHolmsFirstStep(int seeds, int comparisons, boolean canReject) {
        Prospect prospect = new Prospect(PairedTest.SIGNED_RANK, seeds, comparisons, 0.05);
        assertThat(prospect.canReject()).isEqualTo(canReject);
        assertThat(seeds >= prospect.fewestSeeds()).isEqualTo(canReject);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 0.05, 'seeds = 0 < 1: give one or more'",
        "5, 0, 0.05, 'comparisons = 0 < 1: compare two variants or more'",
        "5, 1, 0, 'level = 0.0 is not in (0, 1): 0.05 is usual'",
        "5, 1, NaN, 'level = NaN is not in (0, 1): 0.05 is usual'"
    })
    void whatIsNoPlanIsRefused(int seeds, int comparisons, double level, String said) {
        assertThatThrownBy(() -> new Prospect(PairedTest.SIGNED_RANK, seeds, comparisons, level))
                .isInstanceOf(BadInputException.class)
                .hasMessage(said);
    }

    @ParameterizedTest
    @CsvSource({"-1", "NaN", "Infinity"})
    void aDeviationThatIsNoneIsRefused(double deviation) {
        Prospect prospect = new Prospect(PairedTest.SIGNED_RANK, 9, 1, 0.05);
        assertThatThrownBy(() -> prospect.sentences(Measure.LOSS, OptionalDouble.of(deviation)))
                .hasMessage("deviation = " + deviation + " < 0 or no number: leave it out if it is not known");
    }
}
