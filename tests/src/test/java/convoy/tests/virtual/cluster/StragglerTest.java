package convoy.tests.virtual.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.fixture.SmallConfiguration;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.training.Training;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.tests.integration.DrawnData;
import convoy.tests.virtual.LinearEngineProvider;
import convoy.tests.virtual.VirtualProcess;
import convoy.worker.engine.MicroBatchKey;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers that live and do not deliver, and a driver that stands still, in virtual time: what they cost, and that they change no bits. */
@Timeout(120)
final class StragglerTest {
    private static final int EPOCHS = 10;
    private static final int STEPS = EPOCHS * 6;

    /** Three workers share 8 micro-batches: a step takes three of these, and with two of them four. */
    private static final Duration OF_A_GRADIENT = Duration.ofMillis(100);

    private static final String STRAGGLER = "executor 3";

    private static final long SEED = 1;

    private static Path directory;
    private static String train;
    private static String validation;
    private static Outcome quiet;

    @BeforeAll
    static void draw(@TempDir Path given) throws Exception {
        directory = given;
        train = DrawnData.write(directory.resolve("train"), 192, 1);
        validation = DrawnData.write(directory.resolve("validation"), 90, 2);
        quiet = run("quiet", from(0, OF_A_GRADIENT));
        assertThat(quiet.between(10, STEPS)).as("three workers").isBetween(gradients(3), gradients(3.7));
    }

    private static Duration gradients(double gradients) {
        return Duration.ofNanos((long) (gradients * OF_A_GRADIENT.toNanos()));
    }

    /** What goes wrong. */
    private interface Trouble {
        /** How long a process takes for a gradient that it begins now. */
        Duration begun(VirtualCluster cluster, VirtualProcess process, MicroBatchKey key);
    }

    /** A straggler that takes as long as is said from a step on. */
    private static Trouble from(long step, Duration ofAGradient) {
        return (cluster, process, key) ->
                process.name().equals(STRAGGLER) && key.step() >= step ? ofAGradient : OF_A_GRADIENT;
    }

    /**
     * How a run went.
     *
     * @param model its bytes
     * @param at by step, when it was done
     * @param heard of the listener
     */
    private record Outcome(ByteBuffer model, List<Duration> at, List<String> heard) {
        /** The mean time of the steps from one to another. */
        Duration between(int from, int to) {
            return at.get(to - 1).minus(at.get(from - 1)).dividedBy(to - from);
        }

        Duration longest(int from, int to) {
            Duration longest = Duration.ZERO;
            for (int step = from; step < to; step++) {
                Duration took = at.get(step).minus(at.get(step - 1));
                longest = took.compareTo(longest) > 0 ? took : longest;
            }
            return longest;
        }
    }

    private static final class Times implements TrainingListener {
        private final List<String> lines = new ArrayList<>();
        private final List<Duration> at = new ArrayList<>();
        private Optional<VirtualCluster> cluster = Optional.empty();

        @Override
        public void progress(Progress progress) {
            assertThat(progress.step()).as("one after the other").isEqualTo(at.size() + 1);
            at.add(cluster.orElseThrow().passed());
        }

        @Override
        public void membership(MembershipChange membership) {
            lines.add(membership.change());
        }

        @Override
        public void notice(String line) {
            lines.add(line);
        }
    }

    private static Outcome run(String name, Trouble trouble) throws Exception {
        RunConfiguration small = SmallConfiguration.on(
                SmallConfiguration.of(name, directory, train, validation, LinearEngineProvider.NAME), 3, 2);
        RunConfiguration run = small.withSteps(small.steps().withEpochs(EPOCHS));
        Times times = new Times();
        Pace pace = (process, key) -> trouble.begun(times.cluster.orElseThrow(), process, key);
        try (VirtualCluster cluster = new VirtualCluster(3, new Configuration(), pace, SEED)) {
            times.cluster = Optional.of(cluster);
            TrainingResult result = cluster.run(() -> Training.run(cluster, run, TrainingOptions.defaults(), times));
            assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
            assertThat(times.at).as("each step once").hasSize(STEPS);
            return new Outcome(model(result), times.at, times.lines);
        }
    }

    private static ByteBuffer model(TrainingResult result) throws IOException {
        return ByteBuffer.wrap(
                Files.readAllBytes(Path.of(URI.create(result.exports().get(0)).getPath())));
    }

    private static void assertHarmless(Outcome outcome) {
        assertThat(outcome.model()).isEqualTo(quiet.model());
    }

    /** Once 23 s a step after 25 steps, and 255 s after 50. */
    @Test
    void aTaskThatHangsWhileItsHeartbeatLivesIsSoonDoneWithout() throws Exception {
        Outcome outcome = run("hangs", from(5, Duration.ofDays(1)));
        assertHarmless(outcome);
        assertThat(outcome.longest(5, STEPS)).as("a step").isLessThan(gradients(12));
        assertThat(outcome.between(9, STEPS)).as("two workers and trials").isLessThan(gradients(4.7));
        assertThat(outcome.heard())
                .anyMatch(line -> line.contains("is late again and again and has no share"))
                .anyMatch(line -> line.contains("is tried again"));
    }

    /** It reports in time, and what it pushes arrives long after. */
    @Test
    void aWorkerWhoseLinkIsSlowIsSoonDoneWithout() throws Exception {
        Outcome outcome = run("link", (cluster, process, key) -> {
            if (process.name().equals(STRAGGLER) && key.step() == 5) {
                cluster.slowLink(process, Duration.ofSeconds(30));
            }
            return OF_A_GRADIENT;
        });
        assertHarmless(outcome);
        assertThat(outcome.longest(5, STEPS)).as("a step").isLessThan(gradients(20));
        assertThat(outcome.between(12, STEPS)).as("two workers and trials").isLessThan(gradients(5));
    }

    @Test
    void aWorkerThatIsSlowGetsAsMuchAsItDelivers() throws Exception {
        Outcome outcome = run("slow", from(5, OF_A_GRADIENT.multipliedBy(4)));
        assertHarmless(outcome);
        // One of 8 is its, which takes four; and the others have 7, which is four for one of them.
        assertThat(outcome.between(30, STEPS)).isLessThan(gradients(4.7));
        assertThat(outcome.heard()).noneMatch(line -> line.contains("has no share"));
    }

    @Test
    void whoHungForAWhileTakesPartAgain() throws Exception {
        Outcome outcome = run(
                "while",
                (cluster, process, key) ->
                        process.name().equals(STRAGGLER) && key.step() == 5 ? Duration.ofSeconds(4) : OF_A_GRADIENT);
        assertHarmless(outcome);
        assertThat(outcome.heard())
                .anyMatch(line -> line.contains("has no share"))
                .anyMatch(line -> line.contains("is tried again"));
        assertThat(outcome.between(STEPS - 10, STEPS)).as("three workers again").isLessThan(gradients(3.7));
    }

    /** Silent workers lose their shares after 2 s, and silent servers are restored after 4 s; here the driver is who is silent. */
    @Test
    void aDriverThatStoodStillTakesNobodyForLost() throws Exception {
        AtomicBoolean stopped = new AtomicBoolean();
        Outcome outcome = run("stopped", (cluster, process, key) -> {
            if (key.step() == 20 && stopped.compareAndSet(false, true)) {
                cluster.stopDriver(Duration.ofSeconds(15));
            }
            return OF_A_GRADIENT;
        });
        assertHarmless(outcome);
        assertThat(outcome.heard()).containsExactlyElementsOf(quiet.heard());
        assertThat(outcome.longest(20, 23)).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(16));
    }
}
