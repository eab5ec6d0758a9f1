package convoy.jobs.study.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.jobs.study.plan.Cell;
import convoy.jobs.study.plan.ResolvedStudy;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.Roles;
import convoy.jobs.study.plan.ToyStudy;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.plan.TrialRecord;
import convoy.jobs.study.run.Ablation;
import convoy.records.BadInputException;
import convoy.worker.engine.EngineChoice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PreviewTest {
    private static final Map<String, Pace> PACES =
            Map.of("a", new Pace.Trained(100, 3), "b", new Pace.Extrapolated(50, "a"));

    private static ResolvedStudy resolved(ToyStudy toy) {
        return new ResolvedStudy(
                toy.design().study(),
                new Roles(Set.of("network.name"), toy.design().tunes() ? Set.of("schedule.rate") : Set.of()),
                new EngineChoice("none", "cpu"),
                toy.design(),
                toy::trial,
                toy.design().study().test().isPresent() ? 600 : 0);
    }

    private static Preview preview(String text, int slots) {
        return Preview.of(resolved(ToyStudy.of(text)), slots);
    }

    private static Optional<Forecast> forecast(String text, int slots) {
        return Forecast.of(resolved(ToyStudy.of(text)), Results.none(), slots, PACES);
    }

    private static Duration wall(String text, int slots) {
        return forecast(text, slots).orElseThrow().wall();
    }

    @Test
    void trialsAndCostsAreAddedUp() {
        Preview preview = preview(ToyStudy.HALVED, 2);
        Preview.Part a = preview.variants().get(0);
        assertThat(a.trials()).isEqualTo(9 + 3);
        assertThat(a.images()).isEqualTo(100.0 * (9 * 2 + 3 * 4 + 14 + 3 * 20));
        assertThat(a.multiplyAdds()).isEqualTo(1e9 * 104);
        assertThat(preview.variants().get(1).multiplyAdds()).isEqualTo(2e9 * 104);
        assertThat(preview.trials()).isEqualTo(24);
        assertThat(preview.multiplyAdds()).isEqualTo(3e9 * 104);
        assertThat(preview.atOnce()).isEqualTo(2);
    }

    /** A trial of a has 20 epochs of 100 images, at 100 a second; one of b takes twice as long. */
    @Test
    void aStudyTakesItsWorkOverItsSlotsAndTheTail() {
        Forecast plain = forecast(ToyStudy.PLAIN, 1).orElseThrow();
        assertThat(plain.work()).isEqualTo(Duration.ofMinutes(3));
        assertThat(plain.wall()).isEqualTo(plain.work());
        assertThat(plain.trials()).isEqualTo(6);
        assertThat(wall(ToyStudy.PLAIN, 2)).isEqualTo(Duration.ofSeconds(100));
        // Three of b, then three of a on four slots: 40 s, in which the fourth slot has two of a, and 20 s more.
        assertThat(wall(ToyStudy.PLAIN, 4)).isEqualTo(Duration.ofMinutes(1));
        assertThat(wall(ToyStudy.PLAIN, 1000)).isEqualTo(Duration.ofSeconds(40));
    }

    /** 600 images by three trials of a, at three times its pace of training, and as many of b: one trial after the other. */
    @Test
    void theReadingOfTheTestSetIsCounted() {
        String tested = ToyStudy.PLAIN + "test: data/test\n";
        assertThat(wall(tested, 1)).isEqualTo(Duration.ofSeconds(180 + 3 * 2 + 3 * 4));
        assertThat(wall(tested, 2)).isEqualTo(Duration.ofSeconds(100 + 18));
        assertThat(forecast(tested, 2).orElseThrow().work()).isEqualTo(Duration.ofSeconds(198));
        assertThat(preview(tested, 2).readingMultiplyAdds()).isEqualTo(3 * 600 * (1e7 + 2e7) / 3);
    }

    /** With room for all of them it is the longest search and the longest trial after it. */
    @Test
    void aComparisonWaitsForItsSearch() {
        assertThat(wall(ToyStudy.HALVED, 1000)).isEqualTo(Duration.ofSeconds(80));
        assertThat(forecast(ToyStudy.HALVED, 1000).orElseThrow().work())
                .isEqualTo(Duration.ofSeconds(3 * (9 * 2 + 3 * 4 + 14 + 3 * 20)));
    }

    @Test
    void whatIsRecordedIsNotCountedAgain() {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN + "test: data/test\n");
        Results half = Results.none();
        for (long seed = 1; seed <= 3; seed++) {
            Trial trial = toy.trial(Cell.of("b", Optional.empty(), seed));
            half = half.with(trial, TrialRecord.defaults().with(20, ToyStudy.score(trial, 20)));
        }
        Forecast left = Forecast.of(resolved(toy), half, 2, PACES).orElseThrow();
        assertThat(left.trials()).isEqualTo(3);
        assertThat(left.wall()).isEqualTo(Duration.ofSeconds(40 + 18));
        Results trained = toy.finish(half);
        assertThat(Forecast.of(resolved(toy), trained, 2, PACES).orElseThrow().wall())
                .as("the test set is still to be read")
                .isEqualTo(Duration.ofSeconds(18));
        Forecast none =
                Forecast.of(resolved(toy), trained.withTest(Map.of()), 2, PACES).orElseThrow();
        assertThat(none.wall()).isZero();
        assertThat(none.trials()).isZero();
    }

    @Test
    void withoutAPaceOrRoomNoTimeIsKnown() {
        ResolvedStudy wide = resolved(ToyStudy.of(ToyStudy.PLAIN).withWorkers(3));
        assertThat(Forecast.of(wide, Results.none(), 2, PACES)).isEmpty();
        assertThat(Forecast.of(wide, Results.none(), 3, PACES)).isPresent();
        assertThat(Forecast.of(wide, Results.none(), 3, Map.of("a", new Pace.Stated(1))))
                .isEmpty();
    }

    @Test
    void anUnknownPaceIsThatOfTheNearestCostScaled() {
        Preview preview = preview(ToyStudy.PLAIN, 1);
        assertThat(Paces.complete(preview, Map.of())).isEmpty();
        assertThat(Paces.complete(preview, Map.of("b", new Pace.Measured(30, 2))))
                .isEqualTo(Map.of("a", new Pace.Extrapolated(60, "b"), "b", new Pace.Measured(30, 2)));
        assertThat(Paces.complete(preview, PACES)).isEqualTo(PACES);
    }

    @Test
    void aStatedPaceIsOfAVariantAndPositive() {
        Preview preview = preview(ToyStudy.PLAIN, 1);
        assertThat(Paces.stated(preview, Map.of("a", 12.5))).isEqualTo(Map.of("a", new Pace.Stated(12.5)));
        assertThatThrownBy(() -> Paces.stated(preview, Map.of("c", 12.5)))
                .isInstanceOf(BadInputException.class)
                .hasMessage("--pace c=12.5: c is no variant of the study; its variants are a, b");
        for (double wrong : List.of(0.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY)) {
            assertThatThrownBy(() -> Paces.stated(preview, Map.of("a", wrong)))
                    .hasMessage("--pace a=" + wrong
                            + " is not a positive number: give the images a second that one worker trains on");
        }
    }

    @Test
    void comparisonsAreWithTheBaselineOrOfAllPairs() {
        String four = ToyStudy.PLAIN.replace(
                "b: {network.name: b}", "b: {network.name: b}, c: {network.name: c}, d: {network.name: d}");
        assertThat(preview(four, 1).comparisons()).isEqualTo(6);
        assertThat(preview(four + "baseline: a\n", 1).comparisons()).isEqualTo(3);
    }

    /** What one seed is trained and scored for is one score. */
    @Test
    void onlyWhatIsIndependentIsCounted() {
        Preview preview = preview(
                ToyStudy.PLAIN
                        .replace(
                                "[1, 2, 3]}",
                                "[1, 2, 3], vary: [initial], inside: [{vary: [order], repeats: 4}, {vary: [dropout], repeats: 2}]}")
                        .replace("validation: data/held-out", "validation: {folds: 2}"),
                1);
        assertThat(preview.trials()).isEqualTo(2 * 3 * 8 * 2);
        assertThat(preview.multiplyAdds()).isEqualTo(20 * 48 * 3e9);
        assertThat(PreviewText.lines(preview, Optional.empty(), List.of()))
                .contains(
                        "each variant has 3 independent scores, one for each seed, which is the mean of 16 trials; these are"
                                + " not counted by themselves",
                        "the variance of each variant is split by its source, with degrees of freedom: 2 for initial"
                                + " values, 9 for order, 12 for dropout");
        assertThat(Ablation.sentences(preview).get(0)).contains("with 3 seeds p of");
    }

    @Test
    void aPersonIsToldInLines() {
        assertThat(PreviewText.lines(
                        preview(ToyStudy.HALVED + "test: data/test\n", 2),
                        forecast(ToyStudy.HALVED, 2),
                        List.of("It can be shown.")))
                .containsExactly(
                        "study toy: Which one is better?",
                        "compared: network.name",
                        "tuned for each variant: schedule.rate",
                        "all trials: engine none, device cpu, fp32, processors one",
                        "",
                        "variant  search  compared  epochs  workers  images  multiply-adds",
                        "a             9         3      20        1  10,400       1.04e+11",
                        "b             9         3      20        1  10,400       2.08e+11",
                        "",
                        "24 trials, 3.12e+11 multiply-adds, 2 at once on 2 slots",
                        "left: 24 trials, about 2:44; one worker alone would take 5:12",
                        "pace of a: 100 images a second of one worker, as 3 trials of it were trained",
                        "pace of b: 50.0 images a second of one worker, extrapolated from a by multiply-adds",
                        "of the search of each variant, one trial in 3 goes on at each rung",
                        "the test set data/test is read once, at the end",
                        "It can be shown.");
        assertThat(PreviewText.lines(preview(ToyStudy.PLAIN, 2), Optional.empty(), List.of()))
                .contains(
                        "tuned for each variant: nothing",
                        "6 trials, 1.80e+11 multiply-adds, 2 at once on 2 slots",
                        "no time is known: no trial has been trained, so that there is no pace; --measure measures one, and"
                                + " --pace VARIANT=IMAGES states it",
                        "no test set is read");
    }
}
