package convoy.jobs.retrain.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.driver.profile.CommonRows;
import convoy.jobs.retrain.file.PromotionRules;
import convoy.jobs.retrain.statistics.PairedCounts;
import convoy.jobs.retrain.statistics.Published;
import convoy.records.BadInputException;
import convoy.records.Codec;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every verdict and every reason, with its words. */
final class JudgeTest {
    private static Tally tally(PairedCounts... counts) {
        List<String> names = List.of("cat", "dog", "ship").subList(0, counts.length);
        return new Tally(names, List.of(counts));
    }

    private static PromotionVerdict verdict(PromotionRules rules, PairedCounts... counts) {
        return new Judge(rules).verdict(tally(counts), Optional.empty());
    }

    @Test
    void theBetterOneIsPromoted() {
        PromotionVerdict verdict = verdict(
                new PromotionRules(0.05, 0.5, 1),
                new PairedCounts(4600, 60, 25, 315),
                new PairedCounts(4640, 60, 25, 275));
        assertThat(verdict.promotes()).isTrue();
        assertThat(verdict.sentences())
                .containsExactly(
                        "Promoted: the challenger is better.",
                        "The challenger gets 93.60 % of 10,000 held-out rows right and the champion 92.90 %: a lead of 0.7"
                                + " points (95 % interval 0.45 to 0.96; 120 rows are right with the challenger alone and 50 with"
                                + " the champion alone, p < 0.0001 by McNemar's exact test, one-sided).",
                        "The lead is not below the margin of 0.5 points, which the pipeline asks for.");
    }

    @Test
    void whatIsNotShownIsKeptBackWithWhatWouldHaveBeenFound() {
        PromotionVerdict verdict = verdict(PromotionRules.defaults(), new PairedCounts(900, 30, 25, 45));
        assertThat(verdict.promotes()).isFalse();
        assertThat(verdict.sentences())
                .containsExactly(
                        "Not promoted.",
                        "The challenger gets 93.00 % of 1,000 held-out rows right and the champion 92.50 %: a lead of 0.5"
                                + " points (95 % interval -0.98 to 2; 30 rows are right with the challenger alone and 25 with the"
                                + " champion alone, p = 0.3 by McNemar's exact test, one-sided).",
                        "It is not shown to be better: p = 0.3 > 0.05. A lead of 1.91 points would have been found with"
                                + " probability 0.8, if as many rows are answered differently.");
    }

    @Test
    void whatCouldNotBeShownIsSaidAsThat() {
        assertThat(verdict(PromotionRules.defaults(), new PairedCounts(90, 3, 0, 7))
                        .text())
                .endsWith(
                        "It cannot be shown to be better: 3 rows are right with one of both alone, with which p cannot fall"
                                + " below 0.125, and 0.05 or less is needed.");
        assertThat(verdict(PromotionRules.defaults(), new PairedCounts(90, 1, 0, 7))
                        .text())
                .contains("1 row is right with one of both alone");
        assertThat(verdict(PromotionRules.defaults(), new PairedCounts(90, 0, 0, 7))
                        .sentences())
                .contains("It is not ahead.");
    }

    @Test
    void theWorseOneIsKeptBack() {
        assertThat(verdict(PromotionRules.defaults(), new PairedCounts(900, 25, 60, 15))
                        .text())
                .contains("a loss of 3.5 points (95 % interval -5.4 to -1.7;")
                .contains("It is not shown to be better: p = 1 > 0.05.")
                .endsWith(
                        "It is not ahead. Class cat is worse by 3.5 points, with a limit of 1 (60 rows are right with the"
                                + " champion alone and 25 with the challenger alone, p < 0.0001).");
    }

    @Test
    void aLeadBelowTheMarginDoesNotSuffice() {
        PairedCounts counts = new PairedCounts(9000, 300, 200, 500);
        assertThat(verdict(new PromotionRules(0.05, 1, 1), counts).promotes()).isTrue();
        PromotionVerdict verdict = verdict(new PromotionRules(0.05, 1.0001, 1), counts);
        assertThat(verdict.promotes()).isFalse();
        assertThat(verdict.text())
                .endsWith("Its lead of 1 point is below the margin of 1.0001 points, which the pipeline asks for.");
    }

    @Test
    void theSpreadOverSeedsIsAMarginToo() {
        SeedSpread spread =
                SeedSpread.of(List.of(0.921, 0.925, 0.919, 0.924, 0.922)).orElseThrow();
        double[] expected = Published.R.get("seeds");
        assertThat(spread.deviation()).isEqualTo(expected[0], within(1e-10));
        assertThat(spread.lead(0.05)).isEqualTo(expected[1], within(1e-10));
        Tally tally = tally(new PairedCounts(9000, 260, 200, 540));
        Judge judge = new Judge(PromotionRules.defaults());
        assertThat(judge.verdict(tally, Optional.empty()).promotes()).isTrue();
        PromotionVerdict verdict = judge.verdict(tally, Optional.of(spread));
        assertThat(verdict.promotes()).isFalse();
        assertThat(verdict.text())
                .endsWith(
                        "Its lead of 0.6 points is below the margin of 0.72 points, by which two seeds of one recipe may be"
                                + " apart by chance (standard deviation 0.239 over 5 seeds).");
        assertThat(new Judge(new PromotionRules(0.05, 0.75, 1))
                        .verdict(tally, Optional.of(spread))
                        .text())
                .endsWith("below the margin of 0.75 points, which the pipeline asks for.");
        assertThat(SeedSpread.of(List.of(0.9))).isEmpty();
    }

    @Test
    void aClassThatIsWorseKeepsTheChampion() {
        PromotionVerdict verdict = verdict(
                PromotionRules.defaults(),
                new PairedCounts(700, 200, 20, 80),
                new PairedCounts(900, 18, 60, 22),
                new PairedCounts(30, 1, 3, 66));
        assertThat(verdict.promotes()).isFalse();
        assertThat(verdict.sentences())
                .endsWith(
                        "Class dog is worse by 4.2 points, with a limit of 1 (60 rows are right with the champion alone and 18"
                                + " with the challenger alone, p < 0.0001 after Holm's correction over 3 classes).",
                        "Class ship is worse by 2 points, with a limit of 1 (3 rows are right with the champion alone and 1"
                                + " with the challenger alone, p = 0.63 after Holm's correction over 3 classes), which is not told"
                                + " from chance.");
        assertThat(verdict(
                                new PromotionRules(0.05, 0, 4.2),
                                new PairedCounts(700, 200, 20, 80),
                                new PairedCounts(900, 18, 60, 22),
                                new PairedCounts(30, 1, 3, 66))
                        .promotes())
                .as("at the limit")
                .isTrue();
    }

    @Test
    void aVerdictIsReadBackFromItsText() {
        PromotionVerdict verdict =
                verdict(PromotionRules.defaults(), new PairedCounts(900, 25, 60, 15), new PairedCounts(90, 2, 3, 5));
        Codec<PromotionVerdict> codec = Codec.of(PromotionVerdict.class);
        assertThat(codec.fromJson("verdict", codec.toJson(verdict))).isEqualTo(verdict);
        PromotionVerdict first = new PromotionVerdict.First(0.875, 1);
        assertThat(codec.fromJson("verdict", codec.toJson(first))).isEqualTo(first);
        assertThat(first.text())
                .isEqualTo("Promoted: there is no champion yet. The challenger gets 87.50 % of 1 held-out row right.");
    }

    @Test
    void answersAreCountedByClass() {
        List<RowAnswer> answers = List.of(
                new RowAnswer(1, 0, 0, 0),
                new RowAnswer(2, 0, 1, 0),
                new RowAnswer(3, 1, 1, 0),
                new RowAnswer(4, 1, 0, 0));
        Tally tally = Tally.of(List.of("cat", "dog"), answers.iterator());
        assertThat(tally.counts()).containsExactly(new PairedCounts(1, 1, 0, 0), new PairedCounts(0, 0, 1, 1));
        assertThat(tally.all()).isEqualTo(new PairedCounts(1, 1, 1, 1));
        assertThatThrownBy(() -> Tally.of(List.of("cat"), answers.iterator()))
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "held-out row with id = 3 has label = 1, the classes are 1: import it again with the champion's"
                                + " classes");
        assertThatThrownBy(() -> Tally.of(List.of("cat"), Collections.emptyIterator()))
                .isInstanceOf(BadInputException.class)
                .hasMessage("there is no held-out row to compare champion and challenger on: hold out some");
    }

    @Test
    void heldOutRowsThatWereTrainedOnAreRefused() {
        Optional<CommonRows.Example> example = Optional.of(new CommonRows.Example(5, 17));
        Leakage leakage = Leakage.of(List.of(
                new CommonRows("held", "monday", false, 12, 100, example),
                new CommonRows("held", "tuesday", true, 3, 3, example),
                new CommonRows("held", "wednesday", false, 0, 1, Optional.empty()),
                new CommonRows("held", "thursday", false, 0, 0, Optional.empty())));
        assertThat(leakage.notes())
                .containsExactly(
                        "Held-out data held and training data wednesday have 1 id in common, of other pictures: they"
                                + " are two data sets, and nothing follows from that.");
        assertThatThrownBy(leakage::requireNone)
                .isInstanceOf(BadInputException.class)
                .hasMessage(
                        "held-out data held and training data monday have 12 pictures in common, for one id 5 and id 17: take"
                                + " them out of one of them; on what it was trained on every model looks good\n"
                                + "held-out data held and training data tuesday are one data set, and 3 rows are in both by id:"
                                + " hold out a share, or give another data set");
        Leakage.of(List.of()).requireNone();
    }
}
