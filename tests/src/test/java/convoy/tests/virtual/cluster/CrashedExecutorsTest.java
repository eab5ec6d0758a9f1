package convoy.tests.virtual.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.fixture.SmallConfiguration;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.training.Training;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.records.BadInputException;
import convoy.tests.integration.DrawnData;
import convoy.tests.virtual.LinearEngineProvider;
import convoy.tests.virtual.VirtualProcess;
import convoy.worker.engine.MicroBatchKey;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Executors that native code ends, once and again and again, and executors of two kinds, in virtual time. */
@Timeout(120)
final class CrashedExecutorsTest {
    private static final Duration OF_A_GRADIENT = Duration.ofMillis(100);

    private static Path directory;
    private static String train;
    private static String validation;
    private static ByteBuffer quiet;

    @BeforeAll
    static void draw(@TempDir Path given) throws Exception {
        directory = given;
        train = DrawnData.write(directory.resolve("train"), 192, 1);
        validation = DrawnData.write(directory.resolve("validation"), 90, 2);
        quiet = run("quiet", (cluster, process, key) -> {}, new Heard());
    }

    /** What becomes of executors. */
    @FunctionalInterface
    private interface Harm {
        /** A process begins to compute a gradient. */
        void begun(VirtualCluster cluster, VirtualProcess process, MicroBatchKey key);

        default String processor(VirtualProcess process) {
            return "one";
        }
    }

    private static final class Heard implements TrainingListener {
        private final List<String> lines = new ArrayList<>();
        private final List<Long> steps = new ArrayList<>();

        @Override
        public void progress(Progress progress) {
            steps.add(progress.step());
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

    private static ByteBuffer run(String name, Harm harm, Heard heard) throws Exception {
        return run(name, harm, heard, UnaryOperator.identity());
    }

    private static ByteBuffer run(String name, Harm harm, Heard heard, UnaryOperator<RunConfiguration> change)
            throws Exception {
        RunConfiguration run = change.apply(SmallConfiguration.on(
                SmallConfiguration.of(name, directory, train, validation, LinearEngineProvider.NAME), 3, 3));
        List<VirtualCluster> clusters = new ArrayList<>();
        Pace pace = new Pace() {
            @Override
            public Duration of(VirtualProcess process, MicroBatchKey key) {
                harm.begun(clusters.get(0), process, key);
                return OF_A_GRADIENT;
            }

            @Override
            public String processor(VirtualProcess process, String here) {
                return harm.processor(process);
            }
        };
        try (VirtualCluster cluster = new VirtualCluster(3, new Configuration(), pace, 1)) {
            clusters.add(cluster);
            TrainingResult result = cluster.run(() -> Training.run(cluster, run, TrainingOptions.defaults(), heard));
            assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
            Path model = Path.of(URI.create(result.exports().get(0)).getPath());
            return ByteBuffer.wrap(Files.readAllBytes(model));
        }
    }

    private static boolean is(MicroBatchKey key, long step, int microBatch) {
        return key.step() == step && key.microBatch() == microBatch;
    }

    /** Each loss takes a server with it: the steps since the checkpoint of step 5 are done again each time, and nothing is gained. */
    @Test
    void aCrashAtOnePlaceAgainAndAgainEndsTheRunWithItsCause() {
        Heard heard = new Heard();
        Harm harm = (cluster, process, key) -> {
            if (is(key, 8, 3)) {
                cluster.crash(process);
            }
        };
        // So many that servers are lost and restored in between.
        UnaryOperator<RunConfiguration> patient =
                run -> run.withPatience(run.patience().withFailures(20));
        assertThatThrownBy(() -> run("everywhere", harm, heard, patient))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessageMatching(
                        "20 executors crashed while step 8 was computed, each with micro-batch(?:es)? (?:[0-7], )*3(?:, [0-7])* to do \\(network "
                                + "resnet20_cifar, engine linear\\), the last one, executor \\d+, of SIGSEGV \\(Command exited with "
                                + "code 139\\); its JVM tells of a crash in executor-\\d+:/work/hs_err_pid\\d+.log: it would "
                                + "crash there again; try another engine, or machines of another kind");
        assertThat(heard.steps).last().isEqualTo(8L);
        assertThat(heard.lines).anyMatch(line -> line.contains("restored"));
    }

    @Test
    void crashesThatDoNotRepeatCostOnlyTime() throws Exception {
        Heard heard = new Heard();
        AtomicInteger crashes = new AtomicInteger();
        Harm harm = new Harm() {
            @Override
            public void begun(VirtualCluster cluster, VirtualProcess process, MicroBatchKey key) {
                // Two at one place, and six in all.
                if ((is(key, 8, 3) && crashes.get() < 2)
                        || (is(key, 3 + 2L * crashes.get(), 5) && crashes.get() >= 2 && crashes.get() < 6)) {
                    crashes.incrementAndGet();
                    cluster.crash(process);
                }
            }
        };
        assertThat(run("sometimes", harm, heard)).isEqualTo(quiet);
        assertThat(crashes).hasValueGreaterThanOrEqualTo(5);
        assertThat(heard.lines).anyMatch(line -> line.contains("Command exited with code 139"));
    }

    /** The third is of another kind, and is there from the beginning. */
    private static final class Mixed implements Harm {
        @Override
        public void begun(VirtualCluster cluster, VirtualProcess process, MicroBatchKey key) {
            // Nobody comes to harm.
        }

        @Override
        public String processor(VirtualProcess process) {
            return process.name().equals("executor 3") ? "another" : "one";
        }
    }

    @Test
    void aMixOfProcessorsIsRefusedUnlessTheRunFileGivesUpItsBits() throws Exception {
        assertThatThrownBy(() -> run("mixed", new Mixed(), new Heard()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("the run computes on processor = ")
                .hasMessageContaining("which gives other bits: give it workers of one kind, or begin it anew with"
                        + " deterministic = false");
        run(
                "accepted",
                new Mixed(),
                new Heard(),
                run -> run.withComputation(
                        run.computation().with().deterministic(false).build()));
    }

    /** What a cluster gives in the place of a lost executor may be anything. */
    @Test
    void anExecutorOfAnotherKindThatComesLaterIsNotUsedAndToldOfOnce() throws Exception {
        Heard heard = new Heard();
        List<String> computed = new ArrayList<>();
        AtomicInteger crashes = new AtomicInteger();
        Harm harm = new Harm() {
            @Override
            public void begun(VirtualCluster cluster, VirtualProcess process, MicroBatchKey key) {
                computed.add(process.name());
                // The first one's task is begun again where there is room, the second one's on the executor that has
                // come meanwhile.
                if (is(key, 8 + 3L * crashes.get(), 3) && crashes.get() < 2) {
                    crashes.incrementAndGet();
                    cluster.kill(process);
                }
            }

            @Override
            public String processor(VirtualProcess process) {
                return process.name().equals("executor 4") ? "another" : "one";
            }
        };
        assertThat(run("later", harm, heard)).isEqualTo(quiet);
        assertThat(computed).doesNotContain("executor 4").contains("executor 1", "executor 2", "executor 3");
        assertThat(heard.lines)
                .filteredOn(line -> line.contains("is not used"))
                .singleElement()
                .asString()
                .contains("it has processor = another, which gives other bits than one, on which the run computes");
    }
}
