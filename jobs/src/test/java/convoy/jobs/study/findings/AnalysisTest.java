package convoy.jobs.study.findings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.jobs.study.plan.Assignment;
import convoy.jobs.study.plan.Cell;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.plan.ToyStudy;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.TrialRecord;
import convoy.jobs.study.statistics.VarianceSplit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class AnalysisTest {
    private static Findings findings(ToyStudy toy, Results results) {
        return Analysis.of(toy.design().study(), toy.plan().state(results));
    }

    private static Results scored(ToyStudy toy, Results results, Cell cell, long right) {
        Trial trial = toy.trial(cell);
        return results.with(trial, results.of(trial).with(20, new Score(100, right, 0.5)));
    }

    private static Cell cell(String variant, long seed, int split) {
        return new Cell(variant, Optional.empty(), seed, List.of(), split);
    }

    @Test
    void figuresAreOfTheScoresSeedBySeed() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN + "baseline: a\n");
        Results results = Results.none();
        for (int seed = 1; seed <= 3; seed++) {
            results = scored(toy, results, cell("a", seed, 0), 70 + seed);
            results = scored(toy, results, cell("b", seed, 0), 72 + seed);
        }
        Findings findings = findings(toy, results);
        assertThat(findings.asked().outcome()).isEqualTo("validation accuracy");
        assertThat(findings.variants().get(0).figures().orElseThrow().mean()).isCloseTo(0.72, within(1e-12));
        assertThat(findings.comparisons()).hasSize(1);
        assertThat(findings.comparisons().get(0).comparison().pairs().variant().variant())
                .isEqualTo("b");
        assertThat(findings.answer().get(0)).contains("b", "cannot");
        assertThat(findings.comparisons()
                        .get(0)
                        .comparison()
                        .difference()
                        .orElseThrow()
                        .mean())
                .isCloseTo(0.02, within(1e-12));
        assertThat(FindingsJson.json(findings))
                .isEqualTo(FindingsJson.json(findings(toy, results)))
                .startsWith("{\n  \"format\" : 1,\n");
    }

    @Test
    void aSeedIsTheMeanOverItsFoldsAndFailsWithOne() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN.replace("validation: data/held-out", "validation: {folds: 2}"));
        Results results = Results.none();
        for (int seed = 1; seed <= 3; seed++) {
            for (int split = 0; split < 2; split++) {
                results = scored(toy, results, cell("a", seed, split), 60 + 10L * split);
                results = scored(toy, results, cell("b", seed, split), 80);
            }
        }
        Trial broken = toy.trial(cell("a", 2, 1));
        results = results.with(
                broken,
                TrialRecord.defaults()
                        .withDiverged(Optional.of(new TrialRecord.Divergence(5, "the loss of step 5 is NaN"))));
        Findings findings = findings(toy, results);
        assertThat(findings.variants().get(0).fates().ended()).isEqualTo(2);
        assertThat(findings.variants().get(0).fates().diverged()).isEqualTo(1);
        assertThat(findings.variants().get(0).figures().orElseThrow().mean()).isCloseTo(0.65, within(1e-12));
        assertThat(findings.answer().get(0)).startsWith("1 of 3 trials of a diverged");
        assertThat(findings.remarks())
                .containsExactly(
                        "The score of a seed is the mean over its 2 folds. Folds are parts of the same rows and are"
                                + " not counted as trials: what is said holds for other seeds on these rows, not for other rows.");
        assertThat(FindingsJson.json(findings)).contains("\"reason\" : \"the loss of step 5 is NaN\"");
    }

    /** Pairs are seeds: what is varied inside them is averaged, and split, but not counted. */
    @Test
    void theVarianceOfAVariantIsSplitByWhatVariesInsideItsSeeds() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN.replace(
                "[1, 2, 3]}", "[1, 2, 3], vary: [initial], inside: [{vary: [order, dropout], repeats: 2}]}"));
        Results results = Results.none();
        for (int seed = 1; seed <= 3; seed++) {
            for (int index = 0; index < 2; index++) {
                for (String variant : List.of("a", "b")) {
                    Cell cell = new Cell(variant, Optional.empty(), seed, List.of(index), 0);
                    results =
                            scored(toy, results, cell, variant.equals("a") ? 50 + 10L * seed + 2L * index : 70 + index);
                }
            }
        }
        Findings findings = findings(toy, results);
        assertThat(findings.comparisons().get(0).comparison().pairs().size()).isEqualTo(3);
        assertThat(findings.comparisons().get(0).comparison().pairs().differences())
                .containsExactly(new double[] {-0.095, 0.005, 0.105}, within(1e-12));
        assertThat(findings.remarks())
                .containsExactly(
                        "Not varied: augmentation. What that adds to the variance is in none of these figures.");
        // a: means 61, 71, 81, each of two scores a point beside them. Mean squares 200 and 2; (200 − 2) / 2 between.
        VarianceSplit split = findings.variants().get(0).sources().orElseThrow();
        assertThat(split.components())
                .extracting(VarianceSplit.Component::source)
                .containsExactly("initial values", "order and dropout");
        assertThat(split.components().get(0).variance()).isCloseTo(0.0099, within(1e-12));
        assertThat(split.components().get(1).variance()).isCloseTo(0.0002, within(1e-12));
        VarianceSplit same = findings.variants().get(1).sources().orElseThrow();
        assertThat(same.components().get(0).truncated()).isTrue();
        assertThat(FindingsJson.json(findings)).contains("\"source\" : \"order and dropout\"", "\"inside\" : [ 1 ]");

        Results broken = results;
        for (int seed = 2; seed <= 3; seed++) {
            broken = broken.with(
                    toy.trial(new Cell("a", Optional.empty(), seed, List.of(1), 0)),
                    TrialRecord.defaults().withDiverged(Optional.of(new TrialRecord.Divergence(5, "NaN"))));
        }
        Findings left = findings(toy, broken);
        assertThat(left.variants().get(0).fates()).isEqualTo(new Findings.Fates(1, 2, 0));
        assertThat(left.variants().get(0).sources()).isEmpty();
        assertThat(left.variants().get(1).sources()).isPresent();
    }

    /** Two levels, and folds beneath them, which are averaged. */
    @Test
    void twoLevelsOfSourcesAreSplit() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN
                .replace(
                        "[1, 2, 3]}",
                        "[1, 2, 3], vary: [initial], inside: [{vary: [order], repeats: 2}, {vary: [dropout], repeats: 2}]}")
                .replace("validation: data/held-out", "validation: {folds: 2}"));
        Results results = Results.none();
        for (Assignment each : ((StudyState.Train) toy.plan().state(results).next()).work()) {
            results = results.with(each.trial(), results.of(each.trial()).with(20, new Score(100, 50, 1)));
        }
        for (int seed = 1; seed <= 3; seed++) {
            for (int order = 0; order < 2; order++) {
                for (int dropout = 0; dropout < 2; dropout++) {
                    long right = 40 + 10L * seed + 4L * order + dropout;
                    Cell one = new Cell("a", Optional.empty(), seed, List.of(order, dropout), 0);
                    Cell other = new Cell("a", Optional.empty(), seed, List.of(order, dropout), 1);
                    results = scored(toy, scored(toy, results, one, right - 3), other, right + 3);
                }
            }
        }
        VarianceSplit split = findings(toy, results).variants().get(0).sources().orElseThrow();
        // Inside: (1 / 2)² · 2 / 1 = 0.5. Middle: 2 · (4 / 2)² · 2 / 1 = 16. Outer: 4 · 100 = 400.
        assertThat(split.components().stream()
                        .mapToDouble(VarianceSplit.Component::variance)
                        .toArray())
                .containsExactly(new double[] {(400 - 16) / 4e4, (16 - 0.5) / 2e4, 0.5 / 1e4}, within(1e-12));
    }

    /** Scores on the test set of some and on validation rows of others are not compared. */
    @Test
    void theTestSetCountsOnceAllHaveReadIt() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN + "test: data/test\n");
        Results trained = toy.finish(Results.none());
        StudyState.Next next = toy.plan().state(trained).next();
        assertThat(next).isInstanceOf(StudyState.ReadTest.class);
        Map<String, Score> scores = new TreeMap<>();
        ((StudyState.ReadTest) next).trials().forEach(trial -> scores.put(trial.id(), new Score(50, 25, 1)));
        Findings read = findings(toy, trained.withTest(scores));
        assertThat(read.asked().outcome()).isEqualTo("test accuracy");
        assertThat(read.variants().get(1).figures().orElseThrow().mean()).isEqualTo(0.5);
        assertThat(read.remarks()).isEmpty();

        scores.remove("b-s3");
        Findings extended = findings(toy, trained.withTest(scores));
        assertThat(extended.asked().outcome()).isEqualTo("validation accuracy");
        assertThat(extended.remarks())
                .singleElement()
                .asString()
                .startsWith("The test set was read before 1 trial was added");
    }

    @Test
    void aVariantWithoutASettingIsTold() {
        ToyStudy toy = ToyStudy.of(ToyStudy.TUNED);
        Results results = Results.none();
        for (Assignment each : ((StudyState.Train) toy.plan().state(results).next()).work()) {
            results = each.trial().variant().equals("a")
                    ? results.with(
                            each.trial(),
                            TrialRecord.defaults().withDiverged(Optional.of(new TrialRecord.Divergence(1, "NaN"))))
                    : results;
        }
        Findings findings = findings(toy, toy.finish(results));
        assertThat(findings.remarks())
                .contains("variant a: every setting that was tried diverged or crashed, so that it is not compared");
        assertThat(findings.variants().get(0).figures()).isEmpty();
        assertThat(findings.variants().get(1).settings()).containsOnlyKeys("schedule.rate");
        assertThat(findings.answer().get(0)).contains("no pair remains");
    }
}
