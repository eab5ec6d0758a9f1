package convoy.jobs.study.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has no spread, no size or no number. */
final class DegenerateInputTest {
    private static final Bootstrap FEW = new Bootstrap(1, 100);

    @Test
    void oneValueHasAMeanAndNothingElse() {
        Summary one = Summary.of(new double[] {0.5}, FEW);
        assertThat(one.mean()).isEqualTo(0.5);
        assertThat(one.deviation()).isEmpty();
        assertThat(one.interval()).isEmpty();
        assertThat(one.bootstrap()).isEmpty();
    }

    @Test
    void equalValuesHaveAnIntervalOfOnePoint() {
        Summary equal = Summary.of(new double[] {0.5, 0.5, 0.5}, FEW);
        assertThat(equal.deviation()).hasValue(0);
        assertThat(equal.interval()).contains(new Interval(0.5, 0.5));
        assertThat(equal.bootstrap()).contains(new Interval(0.5, 0.5));
    }

    @Test
    void theTTestSaysNothingWithoutSpread() {
        assertThat(StudentTest.of(new double[] {}, 0)).isEmpty();
        assertThat(StudentTest.of(new double[] {1}, 0)).isEmpty();
        assertThat(StudentTest.of(new double[] {1, 1, 1}, 0)).isEmpty();
        assertThat(StudentTest.of(new double[] {0.3 - 0.2, 0.2 - 0.1}, 1e-15)).isEmpty();
        assertThat(StudentTest.of(new double[] {1, 1, 2}, 0)).isPresent();
    }

    @Test
    void zerosAreNoEvidence() {
        assertThat(SignedRankTest.of(new double[] {}, 0).p()).isEqualTo(1);
        assertThat(SignedRankTest.of(new double[] {0, 0, 0}, 0)).isEqualTo(new SignedRankTest(0, 0, 0, false, 1));
        assertThat(SignedRankTest.of(new double[] {0, 0, 2}, 0)).isEqualTo(new SignedRankTest(1, 0, 1, false, 1));
    }

    @Test
    void aTestIsTheSameSeenFromTheOtherSide() {
        double[] differences = {1, -2, 2, 5, 0, 7, -0.5};
        double[] mirrored = {-1, 2, -2, -5, 0, -7, 0.5};
        SignedRankTest there = SignedRankTest.of(differences, 0);
        SignedRankTest back = SignedRankTest.of(mirrored, 0);
        assertThat(back.p()).isEqualTo(there.p());
        assertThat(back.positive()).isEqualTo(there.negative());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void whatIsNoNumberIsRefused(double value) {
        double[] sample = {0, value};
        refused(() -> Summary.of(sample, FEW), "sample.1 = " + value + " is not finite: leave it out and count it");
        refused(() -> StudentTest.of(sample, 0), "differences.1 = " + value);
        refused(() -> SignedRankTest.of(sample, 0), "differences.1 = " + value);
        refused(() -> Scores.of("a", Map.of(3L, value)), "scores.a.3 = " + value + " is not finite: count the trial");
        refused(() -> Holm.adjust(List.of(0.5, value)), "p.1 = " + value + " is not in [0, 1]");
        refused(() -> FriedmanTest.of(List.of(List.of(1.0, 2.0), List.of(1.0, value))), "scores.1.1 = ");
        refused(
                () -> ProbabilityOfImprovement.of(
                        List.of(new ProbabilityOfImprovement.Runs(List.of(0.5), List.of(value))), FEW),
                "baseline.0 = " + value);
        refused(
                () -> VarianceSplit.oneWay("order", "rest", List.of(List.of(1.0, 2.0), List.of(value, 1.0))),
                "groups.0 = " + value);
    }

    @Test
    void whatIsTooFewOrTooManyIsRefused() {
        refused(() -> Summary.of(new double[0], FEW), "sample, has no values; give one or more");
        refused(() -> new Interval(2, 1), "low = 2.0 is not <= high = 1.0: give the ends in order");
        refused(() -> new Interval(Double.NaN, 1), "low = NaN is not <= high = 1.0");
        refused(() -> SignedRankTest.of(new double[1001], 0), "differences = 1001 > 1000: compare fewer seeds");
        refused(() -> FriedmanTest.of(List.of()), "data-sets = 0 < 2");
        refused(() -> FriedmanTest.of(List.of(List.of(1.0), List.of(2.0))), "variants = 1 < 2");
        refused(
                () -> FriedmanTest.of(List.of(List.of(1.0, 2.0), List.of(2.0))),
                "scores.1 = 1 variant where the first");
        refused(() -> ProbabilityOfImprovement.of(List.of(), FEW), "data-sets, has none");
        refused(() -> new ProbabilityOfImprovement.Runs(List.of(), List.of(1.0)), "runs, has no scores of a variant");
        refused(() -> VarianceSplit.oneWay("order", "rest", List.of(List.of(1.0, 2.0))), "groups = 1 < 2: vary order");
        refused(
                () -> VarianceSplit.oneWay("order", "rest", List.of(List.of(1.0), List.of(2.0))),
                "groups: scores beyond the first of each = 0 < 1: vary rest");
        refused(
                () -> VarianceSplit.oneWay("order", "rest", List.of(List.of(1.0, 2.0), List.of())),
                "groups, has an empty one; leave it out");
        refused(
                () -> VarianceSplit.nested(
                        "initial",
                        "order",
                        "rest",
                        List.of(
                                List.of(List.of(1.0, 2.0), List.of(1.0, 2.0)),
                                List.of(List.of(1.0, 2.0), List.of(1.0)))),
                "groups.1.1 = 1 member where the first group has 2: give equal groups");
    }

    @Test
    void scoresThatContradictThemselvesAreRefused() {
        refused(() -> Scores.of(" ", Map.of(1L, 0.5)), "variant = '' has no name: name it");
        refused(
                () -> new Scores("a", new TreeMap<>(Map.of(1L, 0.5)), new TreeSet<>(List.of(1L)), new TreeSet<>()),
                "scores.a.1, a trial that ended in two ways; give each seed once");
        refused(
                () -> new Scores("a", new TreeMap<>(), new TreeSet<>(List.of(1L)), new TreeSet<>(List.of(1L))),
                "scores.a.1, a trial that ended in two ways");
        Scores twice = Published.scores("a", 1, 2);
        refused(
                () -> Family.of(List.of(twice, twice), Family.Choice.ALL_PAIRS, PairedTest.SIGNED_RANK, 0.05, FEW),
                "variants = a is there twice: name each variant once");
        refused(
                () -> Family.of(List.of(twice), Family.Choice.ALL_PAIRS, PairedTest.SIGNED_RANK, 0.05, FEW),
                "comparisons, has none");
    }

    private static void refused(ThrowingCallable call, String said) {
        assertThatThrownBy(call)
                .isInstanceOf(BadInputException.class)
                .hasMessageStartingWith(said)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void rankingsThatAgreeHaveAnExactProbability() {
        FriedmanTest agree = FriedmanTest.of(Collections.nCopies(4, List.of(3.0, 2.0, 1.0)));
        assertThat(agree.p()).isEqualTo(1.0 / (6 * 6 * 6));
        assertThat(agree.f()).isInfinite();
        // Two of three tied: three orders are possible.
        FriedmanTest tied = FriedmanTest.of(Collections.nCopies(4, List.of(3.0, 3.0, 1.0)));
        assertThat(tied.p()).isEqualTo(1.0 / 27);
        assertThat(tied.ranks()).containsExactly(1.5, 1.5, 3.0);
    }

    @Test
    void rankingsThatAreAllTiedShowNothing() {
        FriedmanTest tied = FriedmanTest.of(Collections.nCopies(4, List.of(1.0, 1.0, 1.0)));
        assertThat(tied.p()).isEqualTo(1);
        assertThat(tied.ranks()).containsExactly(2.0, 2.0, 2.0);
    }

    /** Groups whose means are nearer than chance makes them: the estimate is below 0. */
    @Test
    void aVarianceBelowZeroIsZeroAndSaidToBe() {
        VarianceSplit split =
                VarianceSplit.oneWay("order", "rest", List.of(List.of(1.0, 3.0), List.of(1.0, 3.0), List.of(1.0, 3.0)));
        assertThat(split.components())
                .containsExactly(
                        new VarianceSplit.Component("order", 0, true, OptionalDouble.of(1)),
                        new VarianceSplit.Component("rest", 2, false, OptionalDouble.empty()));
        assertThat(split.share(split.components().get(1))).isEqualTo(1);
        VarianceSplit still = VarianceSplit.oneWay("order", "rest", List.of(List.of(1.0, 1.0), List.of(1.0)));
        assertThat(still.share(still.components().get(0))).isZero();
    }

    @Test
    void anIntervalOfTheSameSeedIsTheSame() {
        double[] sample = {1, 2, 3, 5, 8};
        assertThat(Summary.of(sample, new Bootstrap(4, 500))).isEqualTo(Summary.of(sample, new Bootstrap(4, 500)));
        assertThat(Summary.of(sample, new Bootstrap(4, 500)).bootstrap())
                .isNotEqualTo(Summary.of(sample, new Bootstrap(5, 500)).bootstrap());
    }

    @Test
    void aSeedWithoutItsOtherHalfIsInNoPair() {
        Scores a =
                new Scores("a", new TreeMap<>(Map.of(1L, 0.1, 2L, 0.2)), new TreeSet<>(List.of(3L)), new TreeSet<>());
        Scores b = Scores.of("b", Map.of(2L, 0.1, 3L, 0.3, 4L, 0.4));
        Pairs pairs = Pairs.of(a, b);
        assertThat(pairs.bySeed()).isEqualTo(Map.of(2L, new Pairs.Pair(0.2, 0.1)));
        assertThat(pairs.planned()).isEqualTo(4);
        Comparison nothing = Comparison.of(a, Scores.of("c", Map.of(9L, 1.0)), FEW);
        assertThat(nothing.difference()).isEmpty();
        assertThat(nothing.signedRank().p()).isEqualTo(1);
        assertThat(nothing.improvement()).isPresent();
        assertThat(a.summary(FEW).orElseThrow().values()).isEqualTo(2);
        assertThat(Scores.of("d", Map.of()).summary(FEW)).isEmpty();
    }
}
