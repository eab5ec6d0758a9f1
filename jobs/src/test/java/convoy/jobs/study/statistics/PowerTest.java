package convoy.jobs.study.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.records.BadInputException;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.distribution.ContinuousDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PowerTest {
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "2, 0.5", "5, 0.0625", "6, 0.03125", "9, 0.00390625"})
    void fewSeedsBoundP(int seeds, double smallest) {
        assertThat(PairedTest.SIGNED_RANK.smallestP(seeds)).isEqualTo(smallest);
    }

    /** The smallest p is what the test gives where all differences point one way. */
    @ParameterizedTest
    @CsvSource({"2", "5", "6", "9", "50"})
    void theBoundIsReached(int seeds) {
        double[] rising = IntStream.rangeClosed(1, seeds).asDoubleStream().toArray();
        assertThat(SignedRankTest.of(rising, 0).p()).isEqualTo(PairedTest.SIGNED_RANK.smallestP(seeds));
    }

    @ParameterizedTest
    @CsvSource({"1, 6", "3, 7", "11, 9", "66, 12"})
    void holmNeedsMoreSeedsForMoreComparisons(int comparisons, int seeds) {
        assertThat(PairedTest.SIGNED_RANK.fewestPairs(0.05 / comparisons)).isEqualTo(seeds);
        assertThat(PairedTest.STUDENT.fewestPairs(0.05 / comparisons)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 1.0, 0.05",
        "5, 1.0, 0.05",
        "9, 0.5, 0.05",
        "9, 1.0, 0.05",
        "9, 2.0, 0.004545454545454546",
        "30, 0.5, 0.05"
    })
    void powerOfTheTTestIsThatOfTheNoncentralT(int seeds, String effect, String level) {
        double found = PairedTest.STUDENT.power(seeds, Double.parseDouble(effect), Double.parseDouble(level));
        assertThat(found)
                .isEqualTo(Published.SCIPY.get("power." + seeds + "." + effect + "." + level)[0], within(1e-10));
        String key = "power." + seeds + "." + effect;
        if (level.equals("0.05") && Published.R.keys().contains(key)) {
            assertThat(found).isEqualTo(Published.R.get(key)[0], within(1e-10));
        }
    }

    /** With six pairs only all on one side reject: (1 − Φ(−d))⁶ and its mirror, for which there is a formula. */
    @ParameterizedTest
    @CsvSource({"0.5", "1", "2"})
    void powerOfTheSignedRankTestIsExactWhereThereIsAFormula(double effect) {
        NormalDistribution normal = NormalDistribution.of(0, 1);
        double exact =
                Math.pow(normal.cumulativeProbability(effect), 6) + Math.pow(normal.cumulativeProbability(-effect), 6);
        assertThat(PairedTest.SIGNED_RANK.power(6, effect, 0.05)).isEqualTo(exact, within(fourErrors(exact, 20_000)));
    }

    /** Other draws than the power's own, through the whole test. */
    @ParameterizedTest
    @EnumSource
    void differencesAreFoundAsOftenAsWasSaid(PairedTest test) {
        int samples = 4000;
        for (double effect : new double[] {0.5, 1, 2}) {
            UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(11);
            ContinuousDistribution.Sampler normal = NormalDistribution.of(0, 1).createSampler(random);
            int found = 0;
            for (int i = 0; i < samples; i++) {
                double[] differences = normal.samples(9).map(x -> x + effect).toArray();
                double p = test == PairedTest.SIGNED_RANK
                        ? SignedRankTest.of(differences, 0).p()
                        : StudentTest.of(differences, 0).orElseThrow().p();
                found += p <= 0.05 ? 1 : 0;
            }
            double said = test.power(9, effect, 0.05);
            assertThat((double) found / samples)
                    .as("%s at %s", test, effect)
                    .isEqualTo(said, within(fourErrors(said, samples) + fourErrors(said, 20_000)));
        }
    }

    private static double fourErrors(double probability, int samples) {
        return 4 * Math.sqrt(probability * (1 - probability) / samples);
    }

    @ParameterizedTest
    @EnumSource
    void theDetectableEffectHasThePowerAskedFor(PairedTest test) {
        double effect = test.detectable(9, 0.8, 0.05).orElseThrow();
        assertThat(test.power(9, effect, 0.05)).isEqualTo(0.8, within(1e-3));
        assertThat(test.power(9, effect * 0.98, 0.05)).isLessThan(0.8);
        assertThat(test.detectable(20, 0.8, 0.05).orElseThrow()).isLessThan(effect);
        assertThat(test.detectable(9, 0.8, 0.05 / 11).orElseThrow()).isGreaterThan(effect);
    }

    @Test
    void nothingIsDetectableWhereNothingIsRejected() {
        assertThat(PairedTest.SIGNED_RANK.detectable(5, 0.8, 0.05)).isEmpty();
        assertThat(PairedTest.STUDENT.detectable(1, 0.8, 0.05)).isEmpty();
        assertThat(PairedTest.SIGNED_RANK.power(5, 10, 0.05)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 1, 0.05, pairs = -1",
        "9, -1, 0.05, effect = -1.0",
        "9, NaN, 0.05, effect = NaN",
        "9, 1, 0, level = 0.0",
        "9, 1, 1, level = 1.0",
        "9, 1, NaN, level = NaN",
        "1001, 1, 0.05, pairs = 1001"
    })
    void whatIsNoQuestionIsRefusedInOneLine(int pairs, double effect, double level, String said) {
        assertThatThrownBy(() -> PairedTest.STUDENT.power(pairs, effect, level))
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith(said)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void aPowerBelowTheLevelIsRefused() {
        assertThatThrownBy(() -> PairedTest.STUDENT.detectable(9, 0.05, 0.05))
                .hasMessage("power = 0.05 is not in (0.05, 1): 0.8 is usual");
    }
}
