package convoy.jobs.study.preview;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.study.plan.ResolvedStudy;
import convoy.jobs.study.plan.Roles;
import convoy.jobs.study.plan.ToyStudy;
import convoy.jobs.study.run.Ablation;
import convoy.worker.engine.EngineChoice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PreviewTest {
    private static Preview preview(String text, int slots, Optional<Double> pace) {
        ToyStudy toy = ToyStudy.of(text);
        return Preview.of(
                new ResolvedStudy(
                        toy.design().study(),
                        new Roles(Set.of("network.name"), toy.design().tunes() ? Set.of("schedule.rate") : Set.of()),
                        new EngineChoice("none", "cpu"),
                        toy.design(),
                        toy::trial),
                new Preview.Room(slots, pace));
    }

    @Test
    void trialsAndCostsAreAddedUp() {
        Preview preview = preview(ToyStudy.HALVED, 2, Optional.of(1e9));
        Preview.Part a = preview.variants().get(0);
        assertThat(a.trials()).isEqualTo(9 + 3);
        assertThat(a.images()).isEqualTo(100.0 * (9 * 2 + 3 * 4 + 14 + 3 * 20));
        assertThat(a.multiplyAdds()).isEqualTo(1e9 * 104);
        assertThat(preview.variants().get(1).multiplyAdds()).isEqualTo(2e9 * 104);
        assertThat(preview.trials()).isEqualTo(24);
        assertThat(preview.multiplyAdds()).isEqualTo(3e9 * 104);
        assertThat(preview.atOnce()).isEqualTo(2);
        assertThat(preview.takes()).contains(Duration.ofSeconds(156));
    }

    /** With room for all of them it is the longest search and the longest trial after it. */
    @Test
    void aStudyTakesAsLongAsItsLongestWay() {
        assertThat(preview(ToyStudy.HALVED, 1000, Optional.of(1e9)).takes()).contains(Duration.ofSeconds(80));
        assertThat(preview(ToyStudy.PLAIN, 1000, Optional.of(1e9)).takes()).contains(Duration.ofSeconds(40));
        assertThat(preview(ToyStudy.PLAIN, 1000, Optional.of(1e9)).atOnce()).isEqualTo(6);
    }

    @Test
    void comparisonsAreWithTheBaselineOrOfAllPairs() {
        String four = ToyStudy.PLAIN.replace(
                "b: {network.name: b}", "b: {network.name: b}, c: {network.name: c}, d: {network.name: d}");
        assertThat(preview(four, 1, Optional.empty()).comparisons()).isEqualTo(6);
        assertThat(preview(four + "baseline: a\n", 1, Optional.empty()).comparisons())
                .isEqualTo(3);
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
                1,
                Optional.empty());
        assertThat(preview.trials()).isEqualTo(2 * 3 * 8 * 2);
        assertThat(preview.multiplyAdds()).isEqualTo(20 * 48 * 3e9);
        assertThat(PreviewText.lines(preview, List.of()))
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
                        preview(ToyStudy.HALVED + "test: data/test\n", 2, Optional.of(1e9)),
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
                        "24 trials, 3.12e+11 multiply-adds, 2 at once on 2 slots; about 2:36 at the measured pace",
                        "of the search of each variant, one trial in 3 goes on at each rung",
                        "the test set data/test is read once, at the end",
                        "It can be shown.");
        assertThat(PreviewText.lines(preview(ToyStudy.PLAIN, 2, Optional.empty()), List.of()))
                .contains(
                        "tuned for each variant: nothing",
                        "6 trials, 1.80e+11 multiply-adds, 2 at once on 2 slots; no pace was measured, so that no time is"
                                + " known",
                        "no test set is read");
    }
}
