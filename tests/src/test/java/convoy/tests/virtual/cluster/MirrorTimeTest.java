package convoy.tests.virtual.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.configuration.CheckpointPlan;
import convoy.driver.configuration.CheckpointPlanBuilder;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.fixture.SmallConfiguration;
import convoy.driver.localfiles.ForklessLocalFileSystem;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.training.Training;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.tests.integration.DrawnData;
import convoy.tests.virtual.LinearEngineProvider;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are lost, in virtual time: restored from memory, what is computed again, and how soon. */
@Timeout(120)
final class MirrorTimeTest {
    private static final int EPOCHS = 5;

    /** Of the time that messages take: {@code -Dlong.tests=true} has more. */
    private static final int SEEDS = Boolean.getBoolean("long.tests") ? 20 : 1;

    private static final Duration OF_A_GRADIENT = Duration.ofMillis(100);

    private static Path directory;
    private static String train;
    private static String validation;
    private static Outcome quiet;

    @BeforeAll
    static void draw(@TempDir Path given) throws Exception {
        directory = given;
        ForklessLocalFileSystem.install(new Configuration());
        train = DrawnData.write(directory.resolve("train"), 192, 1);
        validation = DrawnData.write(directory.resolve("validation"), 90, 2);
        quiet = run("quiet", 0, Map.of(), 1);
    }

    /**
     * How a run went.
     *
     * @param model its bytes
     * @param heard of the listener
     * @param computed how often a first gradient of a step was begun
     */
    private record Outcome(ByteBuffer model, List<String> heard, Map<Long, Integer> computed, Duration passed) {
        long again() {
            return computed.values().stream().filter(times -> times > 1).count();
        }
    }

    private static final class Heard implements TrainingListener {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void membership(MembershipChange membership) {
            lines.add(membership.change());
        }

        @Override
        public void notice(String line) {
            lines.add(line);
        }
    }

    /** @param kills by step, the executor that is killed when the step begins */
    private static Outcome run(String name, long every, Map<Long, String> kills, long seed) throws Exception {
        RunConfiguration small = SmallConfiguration.on(
                SmallConfiguration.of(name, directory, train, validation, LinearEngineProvider.NAME), 3, 3);
        CheckpointPlan plan = CheckpointPlanBuilder.builder(CheckpointPlan.defaults())
                .everyEpochs(Optional.empty())
                .everySteps(Optional.empty())
                .mirrorSteps(every)
                .build();
        RunConfiguration run = small.withSteps(small.steps().withEpochs(EPOCHS))
                .withOutputs(small.outputs().withCheckpoint(plan));
        Map<Long, String> left = new HashMap<>(kills);
        Map<Long, Integer> computed = new HashMap<>();
        Heard heard = new Heard();
        List<VirtualCluster> made = new ArrayList<>();
        Pace pace = (process, key) -> {
            if (key.microBatch() == 0) {
                computed.merge(key.step(), 1, Integer::sum);
            }
            if (process.name().equals(left.get(key.step()))) {
                left.remove(key.step());
                made.get(0).kill(process);
            }
            return OF_A_GRADIENT;
        };
        try (VirtualCluster cluster = new VirtualCluster(3, new Configuration(), pace, seed)) {
            made.add(cluster);
            TrainingResult result = cluster.run(() -> Training.run(cluster, run, TrainingOptions.defaults(), heard));
            assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
            assertThat(left).as("who was not killed").isEmpty();
            return new Outcome(model(result), heard.lines, computed, cluster.passed());
        }
    }

    private static ByteBuffer model(TrainingResult result) throws IOException {
        return ByteBuffer.wrap(
                Files.readAllBytes(Path.of(URI.create(result.exports().get(0)).getPath())));
    }

    @Test
    void aLostServerCostsTheStepsSinceTheLastCopyInMemory() throws Exception {
        Map<Long, String> kills = Map.of(17L, "executor 2");
        Outcome mirrored = run("mirrored", 5, kills, 1);
        assertThat(mirrored.heard())
                .anyMatch(line ->
                        line.matches("server executor-2:7000 .* was lost; all are restored from memory at step 15"));
        Outcome without = run("without", 0, kills, 1);
        assertThat(without.heard()).anyMatch(line -> line.endsWith("was lost; all are restored at step 0"));
        assertThat(mirrored.model()).isEqualTo(quiet.model());
        assertThat(without.model()).isEqualTo(quiet.model());
        assertThat(mirrored.again()).as("steps computed again").isBetween(2L, 3L);
        assertThat(without.again()).as("from the checkpoint").isGreaterThanOrEqualTo(17);
        assertThat(mirrored.passed().minus(quiet.passed())).isLessThan(Duration.ofSeconds(4));
        assertThat(mirrored.passed()).isLessThan(without.passed());
    }

    /** One after the other, each after copies were made again; and two at once, of which one had the other's copies. */
    @Test
    void losingOneAfterTheOtherAndTwoAtOnceChangesNoBit() throws Exception {
        Outcome each = run("each", 3, Map.of(8L, "executor 1", 16L, "executor 3", 24L, "executor 2"), 2);
        assertThat(each.model()).isEqualTo(quiet.model());
        assertThat(each.heard().stream().filter(line -> line.contains("restored from memory")))
                .hasSize(3);
        for (long seed = 1; seed <= SEEDS; seed++) {
            Outcome both = run("both-" + seed, 4, Map.of(10L, "executor 2", 11L, "executor 3"), seed);
            assertThat(both.model()).as("seed %d", seed).isEqualTo(quiet.model());
        }
    }
}
