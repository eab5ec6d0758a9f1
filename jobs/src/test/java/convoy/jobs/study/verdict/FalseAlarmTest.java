package convoy.jobs.study.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.jobs.study.statistics.PairedTest;
import convoy.jobs.study.statistics.Scores;
import convoy.jobs.study.statistics.distribution.SignedRanks;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.ContinuousDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How often the whole chain, from scores to verdicts, says what is not so, and finds what is: trials are drawn, all else is real. */
final class FalseAlarmTest {
    private static final int STUDIES = 1000;
    private static final int SEEDS = 9;
    private static final double LEVEL = 0.05;
    /** What a seed makes easy or hard for all variants, and what each trial adds, in accuracy. */
    private static final double OF_THE_SEED = 0.01;

    private static final double OF_THE_TRIAL = 0.004;

    @ParameterizedTest
    @EnumSource
    void aVariantIsNotToldFromItself(PairedTest test) {
        int alarms = studiesThatReject(test, 1, 0);
        assertThat(alarms).isLessThanOrEqualTo(mostOf(LEVEL));
        // And it is a test: it rejects as often as its own distribution says.
        double size = test == PairedTest.SIGNED_RANK ? sizeOfSignedRank() : LEVEL;
        assertThat(alarms).isBetween(leastOf(size), mostOf(size));
    }

    /** Any of 11 comparisons with one baseline, which hang together. */
    @ParameterizedTest
    @EnumSource
    void norAnyOfElevenVariantsFromABaselineThatIsTheSame(PairedTest test) {
        int alarms = studiesThatReject(test, 11, 0);
        assertThat(alarms).isLessThanOrEqualTo(mostOf(LEVEL)).isPositive();
    }

    /** Without the correction most such studies would raise an alarm or two. */
    @Test
    void withoutHolmElevenComparisonsWouldAlarmOften() {
        int alarms = 0;
        for (int study = 0; study < STUDIES; study++) {
            alarms += statements(PairedTest.SIGNED_RANK, study, 11, 0).stream()
                            .anyMatch(statement ->
                                    PairedTest.SIGNED_RANK.p(statement.member().comparison()) <= LEVEL)
                    ? 1
                    : 0;
        }
        assertThat(alarms).isGreaterThan(3 * mostOf(LEVEL));
    }

    @ParameterizedTest
    @CsvSource({
        "SIGNED_RANK, 0.5",
        "SIGNED_RANK, 1",
        "SIGNED_RANK, 2",
        "STUDENT, 0.5",
        "STUDENT, 1",
        "STUDENT, 2",
    })
    void whatIsPlantedIsFoundAsOftenAsTheProspectSaid(PairedTest test, double effect) {
        int found = studiesThatReject(test, 1, effect);
        double said = test.power(SEEDS, effect, LEVEL);
        double errors = 4 * Math.sqrt(said * (1 - said) / STUDIES) + 0.01;
        assertThat((double) found / STUDIES).isEqualTo(said, within(errors));
    }

    private static int studiesThatReject(PairedTest test, int comparisons, double effect) {
        int rejecting = 0;
        for (int study = 0; study < STUDIES; study++) {
            rejecting += statements(test, study, comparisons, effect).stream()
                            .anyMatch(statement -> statement.verdict().rejects())
                    ? 1
                    : 0;
        }
        return rejecting;
    }

    /** @param effect what all but the baseline are better by, in standard deviations of paired differences */
    private static List<Statement> statements(PairedTest test, int study, int comparisons, double effect) {
        UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(1000L + study);
        ContinuousDistribution.Sampler normal = NormalDistribution.of(0, 1).createSampler(random);
        double[] seeds = normal.samples(SEEDS).map(x -> 0.9 + OF_THE_SEED * x).toArray();
        List<Scores> variants = new ArrayList<>();
        for (int variant = 0; variant <= comparisons; variant++) {
            double ahead = variant == 0 ? 0 : effect * OF_THE_TRIAL * Math.sqrt(2);
            double[] scores = seeds.clone();
            for (int i = 0; i < SEEDS; i++) {
                scores[i] += ahead + OF_THE_TRIAL * normal.sample();
            }
            variants.add(StudyFixture.scores("variant_" + variant, scores));
        }
        return StudyFixture.statements(test, Measure.ACCURACY, variants.toArray(Scores[]::new));
    }

    /** The signed-rank test's p takes few values, so that it rejects less often than the level: 3.9 % with 9 pairs. */
    private static double sizeOfSignedRank() {
        SignedRanks ranks = SignedRanks.of(SEEDS);
        return ranks.twoSided(ranks.critical(LEVEL));
    }

    /** What a fair count stays at or below in 999 of 1,000 cases. */
    private static int mostOf(double probability) {
        return BinomialDistribution.of(STUDIES, probability).inverseCumulativeProbability(0.999);
    }

    private static int leastOf(double probability) {
        return BinomialDistribution.of(STUDIES, probability).inverseCumulativeProbability(0.001);
    }
}
