package convoy.jobs.study.verdict;

import static convoy.jobs.study.statistics.PairedTest.SIGNED_RANK;
import static convoy.jobs.study.statistics.PairedTest.STUDENT;
import static convoy.jobs.study.verdict.StudyFixture.scores;
import static convoy.jobs.study.verdict.StudyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.jobs.study.statistics.Family;
import convoy.jobs.study.statistics.PairedTest;
import convoy.jobs.study.statistics.Scores;
import convoy.records.BadInputException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule with its sentence. */
final class RulesTest {
    private static final double DIVERGED = Double.NaN;
    private static final double CRASHED = Double.POSITIVE_INFINITY;

    private static final double[] PLAIN = {.901, .903, .902, .905, .899, .900, .904, .902, .901};
    private static final double[] AHEAD = {.912, .917, .913, .912, .910, .915, .916, .911, .914};
    private static final double[] ALIKE = {.903, .900, .907, .902, .901, .896, .908, .899, .904};

    /** Does it reject; are there seeds enough to; did trials diverge; is there one seed. What cannot be together is left out. */
    static Stream<Arguments> combinations() {
        String left = " trials of all_cnn_c diverged; they are left out of the means and counted here, and ";
        return Stream.of(
                Arguments.of(
                        "rejects, enough seeds",
                        AHEAD,
                        "all_cnn_c is better than model_c: by 1.14 points (95 % interval 0.96 to 1.33, p = 0.0039, 9 seeds)."),
                Arguments.of(
                        "rejects, enough seeds, diverged",
                        with(AHEAD, DIVERGED, 1, 4),
                        "2 of 9" + left + "what follows is of the 7 of 9 pairs that remain. all_cnn_c is better than"
                                + " model_c: by 1.11 points (95 % interval 0.87 to 1.36, p = 0.016, 7 seeds). But all_cnn_c"
                                + " diverged more often, which the scores do not show."),
                Arguments.of(
                        "enough seeds",
                        ALIKE,
                        "No difference could be shown between all_cnn_c and model_c (all_cnn_c is ahead by 0.03 points,"
                                + " 95 % interval -0.24 to 0.31, p = 0.92, 9 seeds); one of 0.41 points or more would have"
                                + " been found with probability 0.8 if differences spread as these do."),
                Arguments.of(
                        "enough seeds, diverged",
                        with(ALIKE, DIVERGED, 4, 5),
                        "2 of 9" + left
                                + "what follows is of the 7 of 9 pairs that remain. No difference could be shown"
                                + " between all_cnn_c and model_c (all_cnn_c is ahead by 0.07 points, 95 % interval -0.26 to"
                                + " 0.40, p = 0.66, 7 seeds); one of 0.48 points or more would have been found with"
                                + " probability 0.8 if differences spread as these do."),
                Arguments.of(
                        "too few seeds",
                        Arrays.copyOf(AHEAD, 5),
                        "The comparison of all_cnn_c with model_c cannot reject whatever comes: with 5 seeds p of the exact"
                                + " Wilcoxon signed-rank test cannot fall below 0.0625, and 0.05 or less is needed. It takes 6"
                                + " seeds. Seen was a lead of all_cnn_c by 1.08 points, untested."),
                Arguments.of(
                        "too few seeds, diverged",
                        with(Arrays.copyOf(AHEAD, 7), DIVERGED, 0, 1),
                        "2 of 7" + left
                                + "what follows is of the 5 of 7 pairs that remain. The comparison of all_cnn_c with"
                                + " model_c cannot reject whatever comes: with 5 seeds p of the exact Wilcoxon signed-rank test"
                                + " cannot fall below 0.0625, and 0.05 or less is needed. It takes 6 seeds. Seen was a lead of"
                                + " all_cnn_c by 1.12 points, untested."),
                Arguments.of(
                        "one seed",
                        Arrays.copyOf(AHEAD, 1),
                        "One seed says nothing of chance, so all_cnn_c and model_c were not tested: with it all_cnn_c was"
                                + " ahead by 1.1 points. It takes 6 seeds."),
                Arguments.of(
                        "one seed, diverged",
                        with(Arrays.copyOf(AHEAD, 3), DIVERGED, 0, 2),
                        "2 of 3" + left + "what follows is of the one pair of 3 that remains. One seed says nothing of"
                                + " chance, so all_cnn_c and model_c were not tested: with it all_cnn_c was ahead by 1.4"
                                + " points. It takes 6 seeds."),
                Arguments.of(
                        "no seed, diverged",
                        with(Arrays.copyOf(AHEAD, 2), DIVERGED, 0, 1),
                        "2 of 2" + left
                                + "no pair remains. Nothing can be said of all_cnn_c and model_c: no seed ended for"
                                + " both."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("combinations")
    void eachCombinationHasItsSentence(String combination, double[] variant, String sentence) {
        Scores baseline = scores("model_c", Arrays.copyOf(PLAIN, variant.length));
        List<Statement> said =
                StudyFixture.statements(SIGNED_RANK, Measure.ACCURACY, baseline, scores("all_cnn_c", variant));
        assertThat(said).hasSize(1);
        assertThat(said.get(0).text(Measure.ACCURACY)).isEqualTo(sentence);
        assertThat(said.get(0).verdict().rejects()).isEqualTo(combination.contains("rejects"));
        assertThat(said.get(0).missing().isPresent()).isEqualTo(combination.contains("diverged"));
    }

    @Test
    void noSentenceClaimsMoreThanATestCan() {
        combinations().map(row -> (String) row.get()[2]).forEach(sentence -> assertThat(sentence)
                .doesNotContain("prove", "no difference between", "equal", "same performance"));
    }

    @Test
    void lowerIsBetterWhereItIs() {
        assertThat(text(SIGNED_RANK, Measure.LOSS, scores("a", AHEAD), scores("b", PLAIN)))
                .isEqualTo("b is better than a: by 0.0114 (95 % interval 0.0096 to 0.0133, p = 0.0039, 9 seeds).");
        assertThat(text(SIGNED_RANK, Measure.ERROR, scores("a", PLAIN), scores("b", AHEAD)))
                .startsWith("a is better than b: by 1.14 points (95 % interval 0.96 to 1.33,");
    }

    @Test
    void crashedTrialsAreCountedApart() {
        Scores variant = scores("a", with(with(AHEAD, CRASHED, 1), DIVERGED, 4));
        Scores baseline = scores("b", with(PLAIN, CRASHED, 2));
        assertThat(text(SIGNED_RANK, Measure.ACCURACY, variant, baseline))
                .startsWith(
                        "1 of 9 trials of a diverged and 1 crashed, 1 of 9 trials of b crashed; they are left out of the"
                                + " means and counted here, and what follows is of the 6 of 9 pairs that remain. a is better than b:");
        assertThat(text(SIGNED_RANK, Measure.ACCURACY, scores("a", with(AHEAD, CRASHED, 0)), scores("b", PLAIN)))
                .startsWith(
                        "1 of 9 trials of a crashed; it is left out of the means and counted here, and what follows is of"
                                + " the 8 of 9 pairs that remain. a is better than b:")
                .doesNotContain("But");
    }

    @Test
    void seedsThatOneVariantLacksAreSaid() {
        Scores few = scores("a", Arrays.copyOf(AHEAD, 7));
        assertThat(text(SIGNED_RANK, Measure.ACCURACY, few, scores("b", PLAIN)))
                .startsWith(
                        "Not every seed has a trial of both: what follows is of the 7 of 9 pairs that remain. a is better");
    }

    /** Three comparisons: two of nine seeds, and one of six, which is corrected with them. */
    @Test
    void theCorrectionIsSaid() {
        List<Statement> said = StudyFixture.statements(
                SIGNED_RANK,
                Measure.ACCURACY,
                scores("model_c", PLAIN),
                scores("all_cnn_c", AHEAD),
                scores("nin", ALIKE),
                scores("vgg", .8, .7, .6, .5, .7, .8));
        assertThat(said.stream().map(statement -> statement.text(Measure.ACCURACY)))
                .containsExactly(
                        "all_cnn_c is better than model_c: by 1.14 points (95 % interval 0.96 to 1.33, p = 0.012 after Holm's"
                                + " correction over 3 comparisons, 9 seeds).",
                        "No difference could be shown between nin and model_c (nin is ahead by 0.03 points, 95 % interval"
                                + " -0.24 to 0.31, p = 0.92 after Holm's correction over 3 comparisons, 9 seeds); one of 0.53"
                                + " points or more would have been found with probability 0.8 if differences spread as these"
                                + " do.",
                        "Not every seed has a trial of both: what follows is of the 6 of 9 pairs that remain. No difference"
                                + " could be shown between model_c and vgg (model_c is ahead by 22 points, 95 % interval 9 to"
                                + " 34, p = 0.063 after Holm's correction over 3 comparisons, 6 seeds); it could have been shown"
                                + " only after others of the 3 comparisons. The interval excludes 0, but it is of this"
                                + " comparison alone and takes differences for normal: the test decides.");
    }

    /** With six seeds each of three comparisons cannot fall below 3 · 2 / 2⁶. */
    @Test
    void tooFewSeedsForTheCorrectionIsSaid() {
        List<Statement> said = StudyFixture.statements(
                SIGNED_RANK,
                Measure.ACCURACY,
                scores("model_c", Arrays.copyOf(PLAIN, 6)),
                scores("a", Arrays.copyOf(AHEAD, 6)),
                scores("b", Arrays.copyOf(AHEAD, 6)),
                scores("c", Arrays.copyOf(PLAIN, 6)));
        assertThat(said.get(0).text(Measure.ACCURACY))
                .isEqualTo(
                        "The comparison of a with model_c cannot reject whatever comes: with 6 seeds p of the exact Wilcoxon"
                                + " signed-rank test cannot fall below 0.0313, or below 0.094 after Holm's correction over 3"
                                + " comparisons, and 0.05 or less is needed. It takes 7 seeds in every comparison. Seen was a lead of a"
                                + " by 1.15 points, untested.");
        assertThat(said.get(2).text(Measure.ACCURACY)).endsWith("The mean difference seen is 0.");
    }

    @Test
    void tiesAreNoEqualityShown() {
        assertThat(text(SIGNED_RANK, Measure.ACCURACY, scores("a", PLAIN), scores("b", PLAIN)))
                .isEqualTo("No difference could be shown between a and b: they scored the same with each of 9 seeds.");
        assertThat(text(SIGNED_RANK, Measure.ACCURACY, scores("a", .5), scores("b", .5)))
                .contains("with it they scored the same.");
    }

    @Test
    void theTTestSaysWhatItCannotKnow() {
        assertThat(text(STUDENT, Measure.ACCURACY, scores("a", .5, .6, .7), scores("b", .4, .5, .6)))
                .isEqualTo(
                        "The paired t test says nothing of a and b: with each of 3 seeds a is ahead by 10 points, and how"
                                + " differences spread is not known.");
        assertThat(text(STUDENT, Measure.ACCURACY, scores("a", AHEAD), scores("b", PLAIN)))
                .isEqualTo("a is better than b: by 1.14 points (95 % interval 0.96 to 1.33, p < 0.0001, 9 seeds).");
    }

    /** Eleven pairs a little ahead and one far behind: ranks 1 to 11 against 12, p = 0.034. */
    @Test
    void meanAndRanksThatDisagreeLeaveOpenWhoIsBetter() {
        double[] baseline = new double[12];
        double[] variant = new double[12];
        for (int i = 0; i < 12; i++) {
            baseline[i] = 0.5;
            variant[i] = i == 11 ? 0.3 : 0.5 + 0.001 * (i + 1);
        }
        assertThat(text(SIGNED_RANK, Measure.ACCURACY, scores("a", variant), scores("b", baseline)))
                .isEqualTo(
                        "b and a differ (p = 0.034, 12 seeds), but which is better is open: b is ahead in the mean, by 1.1"
                                + " points (95 % interval -2.7 to 4.9), and a is ahead in the ranks of the pairs.");
        variant[11] = 0.5 - 0.066;
        assertThat(text(SIGNED_RANK, Measure.ACCURACY, scores("a", variant), scores("b", baseline)))
                .contains(
                        "which is better is open: the mean difference is 0 (",
                        "), and a is ahead in the ranks of the pairs.");
    }

    @Test
    void anIntervalThatContainsZeroLeavesTheSizeOpen() {
        double[] baseline = new double[12];
        double[] variant = new double[12];
        for (int i = 0; i < 12; i++) {
            variant[i] = i == 11 ? -0.03 : 0.001 * (i + 1);
        }
        assertThat(text(SIGNED_RANK, Measure.LOSS, scores("a", variant), scores("b", baseline)))
                .endsWith("The interval of the mean contains 0, so how large the difference is stays open.")
                .startsWith("b is better than a: by 0.003 (95 % interval ");
    }

    /** Each with each: 3 variants have 3 comparisons, 12 have 66. */
    @Test
    void allPairsAreCompared() {
        Family family = Family.of(
                List.of(scores("a", AHEAD), scores("b", PLAIN), scores("c", ALIKE)),
                Family.Choice.ALL_PAIRS,
                PairedTest.SIGNED_RANK,
                0.05,
                StudyFixture.FEW);
        assertThat(new Rules(Measure.ACCURACY)
                        .statements(family).stream()
                                .map(statement -> statement.verdict().sentence(Measure.ACCURACY)))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("a is better than b"),
                        second -> assertThat(second).startsWith("a is better than c"),
                        third -> assertThat(third).startsWith("No difference could be shown between c and b"));
        assertThat(Family.Choice.ALL_PAIRS.count(12)).isEqualTo(66);
        assertThat(Family.Choice.WITH_BASELINE.count(12)).isEqualTo(11);
    }

    @Test
    void oneOfAUnitIsSingular() {
        assertThat(Measure.ACCURACY.with("1")).isEqualTo("1 point");
        assertThat(Measure.ACCURACY.with("1.0")).isEqualTo("1.0 points");
        assertThat(Measure.LOSS.with("1")).isEqualTo("1");
    }

    @Test
    void aScaleThatIsNoneIsRefused() {
        assertThatThrownBy(() -> new Measure("accuracy", "point", 0, true))
                .isInstanceOf(BadInputException.class)
                .hasMessage("scale = 0.0 <= 0 or no number: 1 if there is no unit");
    }

    private static double[] with(double[] scores, double end, int... at) {
        double[] changed = scores.clone();
        for (int i : at) {
            changed[i] = end;
        }
        return changed;
    }
}
