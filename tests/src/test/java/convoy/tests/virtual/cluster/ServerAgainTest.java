package convoy.tests.virtual.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.fixture.SmallConfiguration;
import convoy.driver.localfiles.ForklessLocalFileSystem;
import convoy.driver.metrics.TrainingListener;
import convoy.driver.training.Training;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.tests.integration.DrawnData;
import convoy.tests.virtual.LinearEngineProvider;
import convoy.tests.virtual.VirtualProcess;
import convoy.worker.engine.MicroBatchKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that did not answer for a while is given ranges again when the next one is lost. */
@Timeout(120)
final class ServerAgainTest {
    private static final Duration SLOW = Duration.ofSeconds(20);
    private static final Duration OF_A_GRADIENT = Duration.ofSeconds(1);

    private Optional<VirtualCluster> cluster = Optional.empty();
    private Optional<VirtualProcess> slowed = Optional.empty();
    private boolean answers;
    private boolean killed;
    private Duration killedAt = Duration.ZERO;
    private final List<String> heard = new ArrayList<>();
    private final List<String> restored = new ArrayList<>();

    /** Two of three executors hold the servers. What the first one says is late from step 3 on, until its server is missed. */
    private Duration pace(VirtualProcess process, MicroBatchKey key) {
        if (key.step() >= 3 && slowed.isEmpty() && process.name().equals("executor 1")) {
            slowed = Optional.of(process);
            cluster.orElseThrow().slowLink(process, SLOW);
        }
        if (answers && !killed && process.name().equals("executor 2")) {
            killed = true;
            killedAt = cluster.orElseThrow().passed();
            cluster.orElseThrow().kill(process);
        }
        return OF_A_GRADIENT;
    }

    private final class Heard implements TrainingListener {
        @Override
        public void membership(MembershipChange membership) {
            if (membership.change().contains("was lost; all are restored")) {
                Duration after = cluster.orElseThrow().passed().minus(killedAt);
                restored.add(membership.servers() + " servers, " + (after.compareTo(Duration.ofSeconds(1)) < 0) + ": "
                        + membership.change());
            }
        }

        @Override
        public void notice(String line) {
            heard.add(line);
            if (line.startsWith("server executor-1:7000 does not answer")) {
                cluster.orElseThrow().slowLink(slowed.orElseThrow(), Duration.ZERO);
            }
            answers |= line.equals("server executor-1:7000 answers again");
        }
    }

    @Test
    void aServerThatAnswersAgainIsUsedAgain(@TempDir Path directory) throws Exception {
        ForklessLocalFileSystem.install(new Configuration());
        String train = DrawnData.write(directory.resolve("train"), 192, 1);
        String validation = DrawnData.write(directory.resolve("validation"), 90, 2);
        RunConfiguration run = SmallConfiguration.on(
                SmallConfiguration.of("again", directory, train, validation, LinearEngineProvider.NAME), 3, 2);
        TrainingResult result;
        try (VirtualCluster opened = new VirtualCluster(3, new Configuration(), this::pace, 1)) {
            cluster = Optional.of(opened);
            result = opened.run(() -> Training.run(opened, run, TrainingOptions.defaults(), new Heard()));
        }
        assertThat(result.outcome()).isEqualTo(TrainingResult.Outcome.COMPLETED);
        assertThat(heard)
                .anyMatch(line -> line.startsWith("server executor-1:7000 does not answer: "))
                .contains("server executor-1:7000 answers again");
        assertThat(killed).isTrue();
        assertThat(restored).hasSize(2);
        // No other executor has come by then: those that are left are the first and the third.
        assertThat(restored.get(1)).startsWith("2 servers, true: server executor-2:7000 of executor 2 was lost");
    }
}
