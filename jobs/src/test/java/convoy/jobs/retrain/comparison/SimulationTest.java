package convoy.jobs.retrain.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.jobs.retrain.file.PromotionRules;
import convoy.jobs.retrain.statistics.McNemarPower;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often the whole chain, from answers to a verdict, promotes what it should not, and what it should: answers are drawn. */
final class SimulationTest {
    private static final int CLASSES = 10;
    private static final int ROWS = 2000;
    private static final int TRIES = 1000;
    private static final double LEVEL = 0.05;
    private static final List<String> NAMES =
            IntStream.range(0, CLASSES).mapToObj(label -> "class-" + label).toList();

    /** No class can keep it back, so that the test alone decides. */
    private static final PromotionRules THE_TEST_ALONE = new PromotionRules(LEVEL, 0, 99);

    /** What is drawn of a row: who gets it right. */
    private record Chances(double both, double challenger, double champion) {}

    private static PromotionVerdict verdict(PromotionRules rules, Chances chances, long seed) {
        UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(seed);
        List<RowAnswer> answers = new ArrayList<>();
        for (int id = 0; id < ROWS; id++) {
            int label = random.nextInt(CLASSES);
            int wrong = (label + 1 + random.nextInt(CLASSES - 1)) % CLASSES;
            double drawn = random.nextDouble();
            boolean both = drawn < chances.both;
            boolean challenger = !both && drawn < chances.both + chances.challenger;
            boolean champion = !both && !challenger && drawn < chances.both + chances.challenger + chances.champion;
            answers.add(new RowAnswer(id, label, both || champion ? label : wrong, both || challenger ? label : wrong));
        }
        return new Judge(rules).verdict(Tally.of(NAMES, answers.iterator()), Optional.empty());
    }

    private static int promoted(PromotionRules rules, Chances chances) {
        return (int) IntStream.range(0, TRIES)
                .filter(seed -> verdict(rules, chances, seed).promotes())
                .count();
    }

    /** Whoever learned permuted labels answers by chance. */
    @Test
    void aModelOfPermutedLabelsIsNeverPromoted() {
        double champion = 0.7;
        double chance = 1.0 / CLASSES;
        Chances chances = new Chances(champion * chance, (1 - champion) * chance, champion * (1 - chance));
        for (long seed = 0; seed < 100; seed++) {
            PromotionVerdict verdict = verdict(PromotionRules.defaults(), chances, seed);
            assertThat(verdict.promotes()).as(verdict.text()).isFalse();
        }
    }

    /** Even a champion that answers by chance itself is followed at the test's level only. */
    @ParameterizedTest
    @CsvSource({"0.85, 0.05, 0.05", "0.6, 0.2, 0.2", "0.01, 0.09, 0.09"})
    void anEqualModelIsPromotedAtTheLevelAtMost(double both, double challenger, double champion) {
        Chances chances = new Chances(both, challenger, champion);
        double size = new McNemarPower(ROWS, LEVEL).of(challenger, champion);
        assertThat(size).isLessThanOrEqualTo(LEVEL);
        int promoted = promoted(THE_TEST_ALONE, chances);
        assertThat(promoted)
                .isBetween(
                        BinomialDistribution.of(TRIES, size).inverseCumulativeProbability(0.001),
                        BinomialDistribution.of(TRIES, size).inverseCumulativeProbability(0.999));
        assertThat(promoted(PromotionRules.defaults(), chances)).isLessThanOrEqualTo(promoted);
    }

    @ParameterizedTest
    @CsvSource({"0.85, 0.06, 0.045", "0.85, 0.065, 0.045", "0.6, 0.2, 0.15"})
    void aBetterModelIsPromotedAsOftenAsThePowerSays(double both, double challenger, double champion) {
        double said = new McNemarPower(ROWS, LEVEL).of(challenger, champion);
        double errors = 4 * Math.sqrt(said * (1 - said) / TRIES);
        assertThat(said).isBetween(0.2, 0.99);
        assertThat((double) promoted(THE_TEST_ALONE, new Chances(both, challenger, champion)) / TRIES)
                .isEqualTo(said, within(errors));
    }
}
