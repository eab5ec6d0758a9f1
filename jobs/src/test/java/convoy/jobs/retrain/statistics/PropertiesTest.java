package convoy.jobs.retrain.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.jobs.study.statistics.Interval;
import convoy.records.BadInputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/** What holds for any counts, and what is refused or empty. */
final class PropertiesTest {
    private final UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(7L);

    private double[] counts(int bins, int most) {
        return IntStream.range(0, bins).mapToDouble(bin -> random.nextInt(most)).toArray();
    }

    /** Two intervals of 95 % in one order of the models and in the other are one with the signs changed. */
    @Test
    void theIntervalHoldsTheLeadAndKnowsNoOrder() {
        for (int i = 0; i < 500; i++) {
            long both = random.nextInt(50);
            long challenger = random.nextInt(30);
            long champion = random.nextInt(30);
            PairedCounts counts = new PairedCounts(both, challenger, champion, 1 + random.nextInt(50));
            Interval found = ScoreInterval.of(counts, 0.95);
            assertThat(found.contains(counts.lead())).as(counts.toString()).isTrue();
            assertThat(found.low()).isGreaterThanOrEqualTo(-1);
            assertThat(found.high()).isLessThanOrEqualTo(1);
            Interval turned = ScoreInterval.of(new PairedCounts(both, champion, challenger, counts.neither()), 0.95);
            assertThat(turned.low()).isEqualTo(-found.high(), within(1e-9));
            assertThat(turned.high()).isEqualTo(-found.low(), within(1e-9));
        }
    }

    /** The score is McNemar's z at 0, so that the interval excludes 0 just where |z| is above 1.96. */
    @Test
    void theIntervalExcludesZeroWhereTheScoreTestRejects() {
        for (int i = 0; i < 500; i++) {
            PairedCounts counts = new PairedCounts(40, random.nextInt(60), random.nextInt(60), 40);
            if (counts.discordant() > 0) {
                double z = (counts.challenger() - counts.champion()) / Math.sqrt((double) counts.discordant());
                assertThat(ScoreInterval.of(counts, 0.95).contains(0))
                        .as(counts.toString())
                        .isEqualTo(Math.abs(z) <= 1.959963984540054);
            }
        }
    }

    @Test
    void wherePairsDoNotDifferNothingIsShown() {
        assertThat(McNemarTest.of(new PairedCounts(5, 0, 0, 5))).isEqualTo(new McNemarTest(1, 1, 1));
        assertThat(McNemarTest.of(new PairedCounts(0, 3, 3, 0)).twoSided()).isEqualTo(1);
        assertThat(McNemarTest.of(new PairedCounts(0, 5, 0, 0)).better()).isEqualTo(McNemarTest.smallestP(5));
        assertThatThrownBy(() -> ScoreInterval.of(PairedCounts.NONE, 0.95))
                .isInstanceOf(BadInputException.class)
                .hasMessage("rows = 0 < 1: compare on one row or more");
        assertThatThrownBy(() -> McNemarTest.of(new PairedCounts(0, 1L << 31, 0, 0)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("hold out fewer rows");
        assertThatThrownBy(() -> new PairedCounts(0, -1, 0, 0))
                .isInstanceOf(BadInputException.class)
                .hasMessage("challenger = -1 < 0: count rows");
    }

    /** As many rows are enough for a lead as the power says, and a lead that is found more rarely is none. */
    @Test
    void theDetectableLeadIsFoundWithThatProbability() {
        McNemarPower power = new McNemarPower(2000, 0.05);
        double lead = power.detectable(0.1, 0.8).orElseThrow();
        assertThat(power.of((0.1 + lead) / 2, (0.1 - lead) / 2)).isBetween(0.8, 0.801);
        assertThat(power.of((0.1 + 0.9 * lead) / 2, (0.1 - 0.9 * lead) / 2)).isLessThan(0.8);
        assertThat(new McNemarPower(4, 0.05).detectable(0.5, 0.8)).isEmpty();
        assertThat(power.of(0, 0)).isZero();
    }

    @Test
    void equalDistributionsAreAtNoDistance() {
        double[] counts = counts(20, 1000);
        assertThat(StabilityIndex.of(counts, counts).value()).isZero();
        double[] twice = Arrays.stream(counts).map(count -> 2 * count).toArray();
        assertThat(StabilityIndex.of(counts, twice).value()).isBetween(0.0, 1e-4);
        assertThatThrownBy(() -> StabilityIndex.of(counts, counts(19, 10)))
                .isInstanceOf(BadInputException.class)
                .hasMessage("bins = 20 and the other has 19: count both in the same bins");
    }

    @Test
    void theIndexIsTheSumOfItsParts() {
        for (int i = 0; i < 100; i++) {
            StabilityIndex index = StabilityIndex.of(counts(12, 5), counts(12, 50));
            assertThat(index.value()).isGreaterThanOrEqualTo(0);
            assertThat(index.parts().stream().mapToDouble(part -> part).sum()).isEqualTo(index.value(), within(1e-12));
            assertThat(index.parts().get(index.largest()))
                    .isEqualTo(index.parts().stream()
                            .mapToDouble(part -> part)
                            .max()
                            .orElseThrow());
        }
    }

    @Test
    void whatCannotBeTestedIsEmpty() {
        assertThat(HomogeneityTest.of(new double[] {3, 0}, new double[] {5, 0})).isEmpty();
        assertThat(HomogeneityTest.of(new double[] {0, 0}, new double[] {5, 2})).isEmpty();
        assertThat(HomogeneityTest.of(new double[0], new double[0])).isEmpty();
    }

    @Test
    void groupsAreDisjointWholeAndLargeEnough() {
        for (int i = 0; i < 300; i++) {
            int bins = 1 + random.nextInt(256);
            double[] one = counts(bins, 1 + random.nextInt(60));
            double[] other = counts(bins, 1 + random.nextInt(60));
            for (Grouping grouping : List.of(Grouping.ofNeighbours(one, other), Grouping.ofKinds(one, other))) {
                assertThat(grouping.groups().stream().flatMap(List::stream).sorted())
                        .containsExactlyElementsOf(
                                IntStream.range(0, bins).boxed().toList());
                if (grouping.groups().size() > 1) {
                    double[] a = grouping.of(one);
                    double[] b = grouping.of(other);
                    double ones = Arrays.stream(a).sum();
                    double others = Arrays.stream(b).sum();
                    for (int group = 0; group < a.length; group++) {
                        double both = (a[group] + b[group]) / (ones + others);
                        assertThat(Math.min(both * ones, both * others)).isGreaterThan(Grouping.EXPECTED - 1e-9);
                    }
                }
            }
            List<List<Integer>> neighbours = Grouping.ofNeighbours(one, other).groups();
            assertThat(neighbours).hasSizeLessThanOrEqualTo(10);
            assertThat(neighbours.stream().flatMap(List::stream)).isSorted();
            assertThat(Grouping.ofNeighbours(other, one).groups()).isEqualTo(neighbours);
        }
    }

    /** All black against all white: the two values are not put into one group. */
    @Test
    void twoConstantsAreToldApart() {
        double[] black = new double[256];
        double[] white = new double[256];
        black[0] = 1000;
        white[255] = 1000;
        assertThat(Grouping.ofNeighbours(black, white).groups()).hasSize(2);
    }
}
