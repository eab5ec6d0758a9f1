package convoy.jobs.study.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convoy.jobs.report.study.StudyReport;
import convoy.jobs.report.study.Training;
import convoy.jobs.report.study.Variant;
import convoy.jobs.study.findings.Analysis;
import convoy.jobs.study.plan.Cell;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.Score;
import convoy.jobs.study.plan.StudyState;
import convoy.jobs.study.plan.ToyStudy;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.TrialRecord;
import convoy.jobs.study.plan.TrialRecord.Divergence;
import convoy.jobs.study.plan.VariantState;
import convoy.jobs.study.plan.VariantState.Member;
import convoy.jobs.study.store.StudyDirectory;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class StudyFilesTest {
    /** Of a study at its end; each trial was scored twice, and computed in the order of the names. */
    private static Material material(ToyStudy toy, Results results, String release) {
        StudyState state = toy.plan().state(results);
        Map<String, Built> built = new HashMap<>();
        Map<String, TrialLog> logs = new HashMap<>();
        for (VariantState variant : state.variants()) {
            built.put(
                    variant.variant(),
                    new Built(
                            new Variant.Cost(1000 + variant.variant().length(), 50_000),
                            new TreeMap<>(Map.of(
                                    "engine",
                                    "\"nd4j\"",
                                    "network.name",
                                    "\"" + variant.variant() + "\"",
                                    "data.train",
                                    "f00d")),
                            Optional.of("beef")));
            for (Member member : Material.members(variant)) {
                logs.put(member.trial().id(), log(member));
            }
        }
        return new Material(
                toy.design().study(),
                state,
                Analysis.of(toy.design().study(), state),
                built,
                logs,
                new Material.Origin(release, true, Optional.empty()));
    }

    private static TrialLog log(Member member) {
        TreeMap<Double, Double> course = new TreeMap<>();
        course.put(1.0, 0.5 + 0.01 * member.cell().seed());
        if (member.record().diverged().isEmpty()) {
            course.put(2.0, 0.6 + 0.01 * member.cell().seed());
        }
        return new TrialLog(
                course,
                new TrialLog.Times(Optional.of(Instant.parse("2026-03-01T10:00:00Z")), 2.5, 3),
                member.record().epoch() > 0 ? Optional.of("avx2") : Optional.empty());
    }

    private static Results plain(ToyStudy toy) {
        Results results = toy.finish(Results.none());
        return diverged(results, toy.trial(Cell.of("b", Optional.empty(), 2)));
    }

    private static Results diverged(Results results, Trial trial) {
        return results.with(
                trial,
                TrialRecord.defaults().withDiverged(Optional.of(new Divergence(15, "the loss of step 15 is 12 > 10"))));
    }

    @Test
    void aVariantHasItsSeedsAndTheBandOfThoseThatEnded() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN);
        StudyReport report = ReportMaker.of(material(toy, plain(toy), "convoy 1"));
        Variant whole = report.variants().get(0);
        assertThat(whole.seeds()).extracting(Variant.Seed::number).containsExactly(1L, 2L, 3L);
        assertThat(whole.band()).hasSize(2);
        Variant.Level second = whole.band().get(1);
        assertThat(second.mean()).isCloseTo(62, within(1e-9));
        // Student's t of 2 degrees of freedom, 4.302653, times a standard error of 1 over the root of 3.
        assertThat(second.high() - second.mean()).isCloseTo(4.302652730 / Math.sqrt(3), within(1e-8));
        assertThat(whole.estimate().orElseThrow().count()).isEqualTo(3);

        Variant broken = report.variants().get(1);
        Variant.Seed lost = broken.seeds().get(1);
        assertThat(lost.outcome()).isEmpty();
        assertThat(lost.course()).containsExactly(new Variant.Reading(1, 52));
        assertThat(lost.trainings())
                .singleElement()
                .extracting(Training::fate, Training::note)
                .containsExactly(StudyReport.Fate.DIVERGED, "the loss of step 15 is 12 > 10");
        assertThat(broken.lost()).isEqualTo(new Variant.Lost(1, 0));
        assertThat(broken.band().get(0).mean()).isCloseTo(52, within(1e-9));
        assertThat(broken.band()).hasSize(2);
        Score scored = ToyStudy.score(toy.trial(Cell.of("b", Optional.empty(), 3)), 20);
        assertThat(broken.seeds().get(2).outcome().orElseThrow()).isCloseTo(100 * scored.accuracy(), within(1e-9));
    }

    @Test
    void whatIsNeededToRepeatItHasNoAddressOfTheStudy() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN + "studies: /somewhere/else\n");
        StudyReport.Repeat repeat =
                ReportMaker.of(material(toy, plain(toy), "convoy 1")).repeat();
        assertThat(repeat.commands()).containsExactly("./convoy ablate study.yaml --anyway");
        assertThat(repeat.studyFile())
                .contains("question: Which one is better?")
                .doesNotContain("somewhere");
        assertThat(repeat.facts())
                .containsEntry("Convoy", "convoy 1")
                .containsEntry("seeds", "1, 2, 3")
                .containsEntry("engine", "nd4j")
                .containsEntry("kind of processor", "avx2")
                .containsEntry("network, a", "a")
                .containsEntry("network, b", "b")
                .containsEntry("fingerprint of the training data", "f00d")
                .containsEntry("fingerprint of the validation rows", "beef");
    }

    @Test
    void theSearchHasEveryTrialWithTheChosenOneMarkedAndItsEdgeTold() {
        ToyStudy toy = ToyStudy.of(ToyStudy.HALVED);
        Results results = Results.none();
        results = diverged(results, toy.trial(Cell.of("a", Optional.of(4), 100)));
        results = toy.finish(results);
        Material material = material(toy, results, "convoy 1");
        StudyReport report = ReportMaker.of(material);
        assertThat(report.trials()).hasSize(18);
        for (VariantState variant : material.state().variants()) {
            assertThat(report.trials())
                    .filteredOn(trial -> trial.variant().equals(variant.variant())
                            && trial.training().fate() == StudyReport.Fate.CHOSEN)
                    .singleElement()
                    .satisfies(trial -> assertThat(trial.training().trial())
                            .isEqualTo(variant.chosen().orElseThrow().trial().id()));
        }
        StudyReport.Trial failed = report.trials().get(4);
        assertThat(failed.number()).isEqualTo(5);
        assertThat(failed.settings()).containsOnlyKeys("schedule.rate");
        assertThat(failed.training().note()).isEqualTo("the loss of step 15 is 12 > 10");
        assertThat(report.trials())
                .filteredOn(trial -> trial.training().fate() == StudyReport.Fate.STOPPED)
                .isNotEmpty()
                .allMatch(trial -> trial.training().note().matches("after epoch [26]"));
        assertThat(report.question().answer())
                .containsAll(material.findings().remarks())
                .startsWith(material.findings().answer().get(0));
    }

    /** A seed's curve is the mean over its parts, and stops where one of them does. */
    @Test
    void partsOfTheTrainingRowsAreAveraged() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN.replace("validation: data/held-out", "validation: {folds: 2}"));
        Results results =
                diverged(toy.finish(Results.none()), toy.trial(new Cell("a", Optional.empty(), 1, List.of(), 1)));
        Variant variant =
                ReportMaker.of(material(toy, results, "convoy 1")).variants().get(0);
        assertThat(variant.seeds().get(0).trainings()).hasSize(2);
        assertThat(variant.seeds().get(0).course()).containsExactly(new Variant.Reading(1, 51));
        assertThat(variant.seeds().get(1).course()).hasSize(2);
    }

    /** A table of sources with a sentence for each variant; the trials of a seed are told apart. */
    @Test
    void theVarianceIsTakenApartWhereSourcesAreNested() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN.replace(
                "[1, 2, 3]}", "[1, 2, 3], vary: [initial], inside: [{vary: [order], repeats: 2}]}"));
        Results results = toy.finish(Results.none());
        for (int seed = 2; seed <= 3; seed++) {
            results = diverged(results, toy.trial(new Cell("b", Optional.empty(), seed, List.of(1), 0)));
        }
        Map<String, String> files = StudyFiles.of(material(toy, results, "convoy 1"), List.of());
        assertThat(files.getOrDefault("report.html", ""))
                .contains(
                        "a: The variance of accuracy",
                        "b: Fewer than two seeds ended with all of their trials, so that nothing is known.");
        assertThat(files.getOrDefault("variance.csv", "").lines())
                .hasSize(1 + 2)
                .anyMatch(line -> line.startsWith("a,initial values,"))
                .anyMatch(line -> line.startsWith("a,order,"));
        assertThat(files.getOrDefault("seeds.csv", "").lines())
                .hasSize(1 + 2 * 3 * 2)
                .anyMatch(line -> line.startsWith("b,3,2,0,diverged,"));
        assertThat(files.getOrDefault("report.html", "")).contains("varied inside each, order", "2 times");
    }

    @Test
    void timesAreInOneFileAndInNoOther() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN);
        Results results = plain(toy);
        List<StudyDirectory.Reading> readings =
                List.of(new StudyDirectory.Reading("2026-03-01T11:00:00Z", List.of("a-s1")));
        Map<String, String> files = new HashMap<>(StudyFiles.of(material(toy, results, "convoy 1"), readings));
        Map<String, String> again = new HashMap<>(StudyFiles.of(material(toy, results, "convoy 1"), List.of()));
        assertThat(files.remove(StudyFiles.TIMING))
                .startsWith("{\n  \"format\" : 1,\n")
                .contains("2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z", "\"seconds\" : 2.5", "\"attempts\" : 3");
        assertThat(again.remove(StudyFiles.TIMING)).doesNotContain("2026-03-01T11:00:00Z");
        assertThat(files)
                .isEqualTo(again)
                .containsKeys("report.html", "report.md", "seeds.csv", "study.json")
                .allSatisfy((name, text) -> assertThat(text).doesNotContain("2026-03-01", "NaN"));
        assertThat(StudyFiles.of(material(toy, results, "convoy 2"), readings).get("report.html"))
                .isNotEqualTo(files.get("report.html"));
    }
}
