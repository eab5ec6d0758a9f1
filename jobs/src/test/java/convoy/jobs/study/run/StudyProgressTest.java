package convoy.jobs.study.run;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.study.page.LivePage;
import convoy.jobs.study.plan.Assignment;
import convoy.jobs.study.plan.Cell;
import convoy.jobs.study.plan.ResolvedStudy;
import convoy.jobs.study.plan.Results;
import convoy.jobs.study.plan.Roles;
import convoy.jobs.study.plan.ToyStudy;
import convoy.jobs.study.plan.Trial;
import convoy.jobs.study.preview.Preview;
import convoy.jobs.study.schedule.MemoryCap;
import convoy.jobs.study.store.StudyDirectory;
import convoy.worker.engine.EngineChoice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person is told while a study runs: in lines, and on a page. */
final class StudyProgressTest {
    private static final ToyStudy TOY = ToyStudy.of(ToyStudy.PLAIN);
    private static final Optional<MemoryCap.Binding> BINDING =
            Optional.of(new MemoryCap.Binding(Optional.of("heap of the driver"), 1, 2));

    private final HandClock clock = new HandClock();
    private final StringWriter err = new StringWriter();
    private final StudyProgress progress = new StudyProgress(preview(TOY), new PrintWriter(err, true), clock);

    private static Preview preview(ToyStudy toy) {
        return Preview.of(
                new ResolvedStudy(
                        toy.design().study(),
                        new Roles(Set.of("network.name"), Set.of()),
                        new EngineChoice("none", "cpu"),
                        toy.design(),
                        toy::trial,
                        toy.design().study().test().isPresent() ? 600 : 0),
                2);
    }

    private static Trial trial() {
        return TOY.trial(Cell.of("a", Optional.empty(), 1));
    }

    /** Ten steps an epoch: at step 30 of 200 after 20 steps in 10 s, it takes 85 s more. */
    @Test
    void theTimeThatATrialHasLeftFollowsItsOwnPace() {
        List<Assignment> underWay = List.of(new Assignment(trial(), 0, 20));
        assertThat(progress.page(underWay, Optional.empty()).underWay())
                .containsEntry("a-s1", new LivePage.Course(0, Optional.empty()));
        progress.at(trial(), 10);
        clock.pass(Duration.ofSeconds(10));
        progress.at(trial(), 30);
        LivePage.Progress page = progress.page(underWay, BINDING);
        assertThat(page.underWay())
                .containsOnlyKeys("a-s1")
                .containsEntry("a-s1", new LivePage.Course(3, Optional.of(Duration.ofSeconds(85))));
        assertThat(page.trials()).isEqualTo(6);
        assertThat(page.left()).as("nothing was shown yet").isEmpty();
        assertThat(page.memory()).contains("1 of 2 at once by the heap of the driver");
    }

    @Test
    void whatMemoryDoesNotLetInStandsInTheLine() {
        progress.show(TOY.plan().state(Results.none()), BINDING);
        clock.pass(Duration.ofSeconds(10));
        progress.at(trial(), 30);
        progress.show(TOY.plan().state(Results.none()), BINDING);
        progress.close();
        // 3 of 180 in 10 s: an epoch of a costs 1 and one of b 2, and each has 3 trials of 20.
        assertThat(err.toString().lines())
                .last()
                .isEqualTo(
                        "study toy 0/6 (0 %) a - (0)  b - (0)  1 of 2 at once by the heap of the driver  about 9:50 left");
        assertThat(progress.page(List.of(), Optional.empty()).left()).contains(Duration.ofSeconds(590));
    }

    /** 3 of 180 in 10 s, and 18 of one worker beside which another one is idle; then 300 of 3,600 images in 5 s. */
    @Test
    void theReadingOfTheTestSetIsSomethingThatIsLeft() {
        ToyStudy tested = ToyStudy.of(ToyStudy.PLAIN + "test: data/test\n");
        StudyProgress told = new StudyProgress(preview(tested), new PrintWriter(err, true), clock);
        told.show(tested.plan().state(Results.none()), Optional.empty());
        clock.pass(Duration.ofSeconds(10));
        told.at(tested.trial(Cell.of("a", Optional.empty(), 1)), 30);
        told.show(tested.plan().state(Results.none()), Optional.empty());
        assertThat(told.page(List.of(), Optional.empty()).left()).contains(Duration.ofSeconds(10 * (177 + 2 * 18) / 3));
        Results trained = tested.finish(Results.none());
        told.read(0, 3600);
        told.show(tested.plan().state(trained), Optional.empty());
        assertThat(told.page(List.of(), Optional.empty()).left()).isEmpty();
        clock.pass(Duration.ofSeconds(5));
        told.read(300, 3600);
        told.show(tested.plan().state(trained), Optional.empty());
        assertThat(told.page(List.of(), Optional.empty()).left()).contains(Duration.ofSeconds(55));
        told.close();
    }

    @Test
    void thePageIsRenewedNowAndThen(@TempDir Path studies) throws IOException {
        ToyStudy toy = ToyStudy.of(ToyStudy.PLAIN + "studies: " + studies.toUri() + "\n");
        StudyDirectory directory =
                StudyDirectory.open(new Configuration(), toy.design().study(), clock);
        PageWriter writer = new PageWriter(directory, toy.design().study(), Optional.of("http://here:4040"), clock);
        Path file = studies.resolve("toy").resolve("study.html");
        writer.renew(toy.plan().state(Results.none()), () -> progress.page(List.of(), BINDING));
        assertThat(file)
                .content()
                .contains("As of 2026-02-03T04:05:06Z", "http://here:4040", "1 of 2 at once by the heap of the driver");
        clock.pass(Duration.ofSeconds(4));
        writer.renew(toy.plan().state(Results.none()), () -> {
            throw new AssertionError("too early");
        });
        clock.pass(Duration.ofSeconds(1));
        writer.renew(toy.plan().state(Results.none()), () -> progress.page(List.of(), Optional.empty()));
        assertThat(Files.readString(file))
                .contains("As of 2026-02-03T04:05:11Z")
                .doesNotContain("Workers:");
        writer.end(toy.plan().state(toy.finish(Results.none())), progress.page(List.of(), Optional.empty()));
        assertThat(Files.readString(file)).contains("The study has ended, at 2026-02-03T04:05:11Z");
    }
}
