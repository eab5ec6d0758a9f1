package convoy.jobs.study.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.statistics.descriptive.Mean;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every p and interval beside those of SciPy and R, on published data. */
final class ReferenceTest {
    private static final Offset<Double> DIGITS = within(1e-10);
    private static final Bootstrap FEW = new Bootstrap(7, 2000);

    @ParameterizedTest
    @ValueSource(strings = {"maize", "sleep", "depression"})
    void aSampleIsSummedUpAsBySciPy(String name) {
        double[] expected = Published.SCIPY.get(name + ".summary");
        Summary found = Summary.of(Published.DATA.get(name + ".a"), FEW);
        assertThat(found.mean()).isEqualTo(expected[0], DIGITS);
        assertThat(found.deviation().orElseThrow()).isEqualTo(expected[1], DIGITS);
        assertInterval(found.interval().orElseThrow(), expected[2], expected[3]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"maize", "sleep", "depression"})
    void pairsAreTestedAsBySciPyAndR(String name) {
        Comparison found = Comparison.of(Published.scores(name + ".a"), Published.scores(name + ".b"), FEW);
        for (PublishedFigures reference : List.of(Published.SCIPY, Published.R)) {
            double[] expected = reference.get(name + ".student");
            StudentTest student = found.student().orElseThrow();
            assertThat(student.t()).isEqualTo(expected[0], DIGITS);
            assertThat((double) student.degreesOfFreedom()).isEqualTo(expected[1]);
            assertThat(student.p()).isEqualTo(expected[2], DIGITS);
            assertInterval(found.difference().orElseThrow().interval().orElseThrow(), expected[3], expected[4]);
        }
        double[] enumerated = Published.SCIPY.get(name + ".enumerated");
        assertThat(found.signedRank().positive()).isEqualTo(enumerated[0]);
        assertThat(found.signedRank().negative()).isEqualTo(enumerated[1]);
        assertThat(found.signedRank().p()).isEqualTo(enumerated[2], DIGITS);
        assertThat(found.signedRank().positive()).isEqualTo(Published.R.get(name + ".signed-rank")[0]);
        assertThat(found.signedRank().p()).isEqualTo(Published.R.get(name + ".signed-rank")[1], DIGITS);
        assertThat(found.signedRank().p()).isEqualTo(Published.R.get(name + ".coin")[0], DIGITS);
        if (!found.signedRank().tied()) {
            assertThat(found.signedRank().p()).isEqualTo(Published.SCIPY.get(name + ".wilcoxon")[0], DIGITS);
        }
        assertThat(found.improvement().orElseThrow().value())
                .isEqualTo(Published.SCIPY.get(name + ".improvement")[0], DIGITS);
    }

    /** One of 10 pairs of sleepers is a zero and two differ by 1.3, which is two numbers in double precision. */
    @Test
    void tiesAreFoundBehindRounding() {
        Pairs sleep = Published.pairs("sleep.a", "sleep.b");
        SignedRankTest found = SignedRankTest.of(sleep.differences(), sleep.tolerance());
        assertThat(found.ranked()).isEqualTo(9);
        assertThat(found.tied()).isTrue();
        SignedRankTest naive = SignedRankTest.of(new double[] {0.3 - 0.2, 0.1 - 0.2}, 0);
        assertThat(naive.tied()).as("without a tolerance").isFalse();
        SignedRankTest tolerant = SignedRankTest.of(new double[] {0.3 - 0.2, 0.1 - 0.2}, 4 * Math.ulp(0.3));
        assertThat(tolerant.tied()).isTrue();
    }

    @Test
    void zerosAndTiesAreCountedExactly() {
        Pairs pairs = Published.pairs("c45.m", "c45.plain");
        SignedRankTest found = SignedRankTest.of(pairs.differences(), pairs.tolerance());
        double[] expected = Published.SCIPY.get("c45.enumerated");
        assertThat(List.of(found.positive(), found.negative())).containsExactly(expected[0], expected[1]);
        assertThat(found.ranked()).isEqualTo(12);
        assertThat(found.p()).isEqualTo(expected[2], DIGITS);
        assertThat(found.p()).isEqualTo(Published.R.get("c45.signed-rank")[1], DIGITS);
    }

    /** The script draws by the same algorithm, so that intervals are comparable to the last digit. */
    @ParameterizedTest
    @ValueSource(strings = {"maize", "sleep", "depression"})
    void theBootstrapIsNumPys(String name) {
        ToDoubleFunction<List<double[]>> mean = drawn -> Mean.of(drawn.get(0)).getAsDouble();
        Interval found = FEW.interval(List.of(Published.DATA.get(name + ".a")), 0.95, mean, splitMix(7));
        double[] expected = Published.SCIPY.get(name + ".bootstrap");
        assertInterval(found, expected[0], expected[1]);
    }

    @Test
    void improvementOverStrataIsSciPys() {
        List<ProbabilityOfImprovement.Runs> strata = List.of(
                new ProbabilityOfImprovement.Runs(list("maize.a"), list("maize.b")),
                new ProbabilityOfImprovement.Runs(list("sleep.a"), list("sleep.b")));
        double[] expected = Published.SCIPY.get("improvement.strata");
        List<double[]> samples = ProbabilityOfImprovement.samples(strata);
        assertInterval(
                FEW.interval(samples, 0.95, ProbabilityOfImprovement::over, splitMix(7)), expected[1], expected[2]);
        ProbabilityOfImprovement found = ProbabilityOfImprovement.of(strata, Bootstrap.PLAIN);
        assertThat(found.value()).isEqualTo(expected[0], DIGITS);
        assertThat(found.ofLowerScores().value()).isEqualTo(1 - expected[0], DIGITS);
        assertThat(found.ofLowerScores().interval().low())
                .isEqualTo(1 - found.interval().high());
        // Other draws: about the same interval.
        assertThat(found.interval().low()).isEqualTo(expected[1], within(0.02));
        assertThat(found.interval().high()).isEqualTo(expected[2], within(0.02));
    }

    @Test
    void holmIsRs() {
        List<Double> p = list("holm");
        assertThat(Holm.adjust(p).stream().mapToDouble(x -> x).toArray())
                .containsExactly(Published.R.get("holm"), within(1e-12));
        List<Double> reversed = new ArrayList<>(p);
        Collections.reverse(reversed);
        assertThat(Holm.adjust(reversed).stream().mapToDouble(x -> x).toArray())
                .containsExactly(Published.R.get("holm.reversed"), within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"c45, 'c45.plain c45.m c45.cf c45.m.cf'", "base, 'base.out base.narrow base.wide'"})
    void friedmanIsSciPysAndRs(String name, String columns) {
        FriedmanTest found = FriedmanTest.of(table(columns));
        double[] expected = Published.SCIPY.get(name + ".friedman");
        assertThat(found.ranks().stream().mapToDouble(x -> x).toArray())
                .containsExactly(Published.SCIPY.get(name + ".ranks"), DIGITS);
        assertThat(found.chiSquared()).isEqualTo(expected[0], DIGITS);
        assertThat(found.chiSquaredP()).isEqualTo(expected[1], DIGITS);
        assertThat(found.f()).isEqualTo(expected[2], DIGITS);
        assertThat(found.p()).isEqualTo(expected[3], DIGITS);
        assertThat(found.chiSquared()).isEqualTo(Published.R.get(name + ".friedman")[0], DIGITS);
        assertThat(found.chiSquaredP()).isEqualTo(Published.R.get(name + ".friedman")[1], DIGITS);
    }

    /** Demšar, table 5(a), gives q / √2 with three digits. */
    @ParameterizedTest
    @CsvSource({"2, 0.05, 1.960", "4, 0.05, 2.569", "10, 0.05, 3.164", "4, 0.1, 2.291", "10, 0.1, 2.920"})
    void nemenyisDistanceIsDemsars(int variants, double level, double published) {
        double distance = new NemenyiTest(variants, 14).criticalDistance(level);
        double scale = Math.sqrt(variants * (variants + 1) / (6.0 * 14));
        assertThat(distance / scale).isEqualTo(published, within(6e-4));
        assertThat(distance / scale * Math.sqrt(2))
                .isEqualTo(Published.SCIPY.get("upper." + variants + "." + level)[0], DIGITS);
        assertThat(new NemenyiTest(variants, 14).p(1, 1 + distance)).isEqualTo(level, DIGITS);
    }

    @Test
    void varianceIsSplitAsByR() {
        double[] dyestuff = Published.DATA.get("dyestuff");
        assertVariances(VarianceSplit.oneWay("batch", "rest", groups(dyestuff, 5, 5, 5, 5, 5, 5)), "dyestuff");
        assertVariances(VarianceSplit.oneWay("batch", "rest", groups(dyestuff, 5, 4, 3, 2, 1, 5)), "dyestuff.unequal");
        double[] pastes = Published.DATA.get("pastes");
        List<List<List<Double>>> batches = new ArrayList<>();
        for (int i = 0; i < pastes.length; i += 6) {
            batches.add(groups(Arrays.copyOfRange(pastes, i, i + 6), 2, 2, 2));
        }
        assertVariances(VarianceSplit.nested("batch", "cask", "rest", batches), "pastes");
    }

    /** The groups of five, of which the first so many are taken. */
    private static List<List<Double>> groups(double[] values, int... sizes) {
        int width = values.length / sizes.length;
        List<List<Double>> groups = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            groups.add(Arrays.stream(values, i * width, i * width + sizes[i])
                    .boxed()
                    .toList());
        }
        return groups;
    }

    private static void assertVariances(VarianceSplit found, String name) {
        assertThat(found.components().stream()
                        .mapToDouble(VarianceSplit.Component::variance)
                        .toArray())
                .containsExactly(Published.R.get(name), within(1e-9));
        assertThat(found.components().stream()
                        .flatMapToDouble(component -> component.p().stream())
                        .toArray())
                .containsExactly(Published.R.get(name + ".f"), DIGITS);
    }

    private static void assertInterval(Interval found, double low, double high) {
        assertThat(found.low()).isEqualTo(low, DIGITS);
        assertThat(found.high()).isEqualTo(high, DIGITS);
    }

    private static List<Double> list(String key) {
        return Arrays.stream(Published.DATA.get(key)).boxed().toList();
    }

    private static List<List<Double>> table(String columns) {
        List<double[]> data =
                Arrays.stream(columns.split(" ", -1)).map(Published.DATA::get).toList();
        List<List<Double>> rows = new ArrayList<>();
        for (int row = 0; row < data.get(0).length; row++) {
            int at = row;
            rows.add(data.stream().map(column -> column[at]).toList());
        }
        return rows;
    }

    /** SplitMix64, as in the script. */
    private static UniformRandomProvider splitMix(long seed) {
        long[] state = {seed};
        return () -> {
            state[0] += 0x9E3779B97F4A7C15L;
            long z = state[0];
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            return z ^ (z >>> 31);
        };
    }
}
