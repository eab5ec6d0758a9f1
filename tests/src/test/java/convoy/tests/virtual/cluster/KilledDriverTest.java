package convoy.tests.virtual.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.fixture.SmallConfiguration;
import convoy.driver.fixture.SteppedFileSystem;
import convoy.driver.localfiles.ForklessLocalFileSystem;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.training.Training;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.tests.integration.DrawnData;
import convoy.tests.virtual.LinearEngineProvider;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole driver is killed at the things that it does to files from its first checkpoint to its last, and the next one goes on to the same bits. */
@Timeout(600)
final class KilledDriverTest {
    /** Checkpoints are of steps 5, 10, 15 and 18. */
    private static final long FIRST = 5;

    private static final long LAST = 18;

    private static Path directory;
    private static String train;
    private static String validation;

    @BeforeAll
    static void draw(@TempDir Path given) throws IOException {
        directory = given;
        ForklessLocalFileSystem.install(new Configuration());
        train = DrawnData.write(directory.resolve("train"), 192, 1);
        validation = DrawnData.write(directory.resolve("validation"), 90, 2);
    }

    /** What a driver does, and what it hears. */
    private static final class Driver implements SteppedFileSystem.Step, TrainingListener {
        private final int last;
        private final List<String> notices = new ArrayList<>();
        private boolean counts;
        private boolean killed;
        private int done;
        private long begun = Long.MAX_VALUE;
        private long committed;

        /** @param last thing that it does of those that count, or a negative number */
        Driver(int last) {
            this.last = last;
        }

        @Override
        public void before(SteppedFileSystem.Operation operation, org.apache.hadoop.fs.Path path) throws IOException {
            if (killed || (counts && done++ == last)) {
                killed = true;
                throw new IOException("the process is dead");
            }
        }

        @Override
        public void checkpointed(Checkpointed checkpoint) {
            committed = checkpoint.step();
            counts = committed >= FIRST && committed < LAST;
        }

        @Override
        public void started(Started started) {
            begun = started.firstStep();
        }

        @Override
        public void notice(String line) {
            notices.add(line);
        }
    }

    private static RunConfiguration run(String name) {
        RunConfiguration small = SmallConfiguration.on(
                SmallConfiguration.of(name, directory, train, validation, LinearEngineProvider.NAME), 2, 2);
        return small.withRuns(small.runs().replaceFirst("file:/+", "stepped:///"));
    }

    private static TrainingResult train(RunConfiguration run, Driver driver) throws Exception {
        try (VirtualCluster cluster = new VirtualCluster(
                2,
                SteppedFileSystem.hadoop(),
                (process, key) -> Duration.ofMillis(10),
                run.name().hashCode())) {
            return cluster.run(() -> {
                SteppedFileSystem.ask(driver);
                return Training.run(cluster, run, TrainingOptions.defaults(), driver);
            });
        }
    }

    private static byte[] model(TrainingResult result) throws IOException {
        return Files.readAllBytes(Path.of(URI.create(result.exports().get(0)).getPath()));
    }

    /** Returns how many were killed. */
    private static int kill(String prefix, int every) throws Exception {
        Driver quiet = new Driver(-1);
        byte[] expected = model(train(run(prefix), quiet));
        int things = quiet.done;
        int killed = 0;
        for (int at = 0; at < things; at += every) {
            RunConfiguration run = run(prefix + "-" + at);
            Driver first = new Driver(at);
            try {
                train(run, first);
            } catch (RuntimeException dead) {
                assertThat(dead).hasStackTraceContaining("the process is dead");
            }
            assertThat(first.killed).isTrue();
            killed++;
            Driver next = new Driver(-1);
            TrainingResult result = train(run, next);
            assertThat(model(result)).as("killed at %d of %d", at, things).isEqualTo(expected);
            assertThat(next.notices).noneMatch(line -> line.contains("damaged"));
            assertThat(next.begun).as("killed at %d of %d", at, things).isGreaterThanOrEqualTo(first.committed);
        }
        return killed;
    }

    @Test
    void someThings() throws Exception {
        assertThat(kill("some", 11)).isGreaterThan(1);
    }

    @LongTest
    @Test
    void eachThing() throws Exception {
        assertThat(kill("each", 1)).isGreaterThan(20);
    }
}
