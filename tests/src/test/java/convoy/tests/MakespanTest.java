package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.tests.Command.Ran;
import convoy.tests.study.SmallStudy;
import convoy.worker.groups.LongTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How well a study fills a cluster: eight trials of one worker each, of about a minute, on two executors of one core. Nothing else may compute
 * on the machine meanwhile, or the figure is of that.
 */
final class MakespanTest {
    private static final Path ROOT =
            Path.of(System.getProperty("convoy.root", "..")).toAbsolutePath().normalize();
    private static final int SLOTS = 2;
    private static final double MOST = 1.1;

    private final Path directory;
    private final Path cluster;
    private final Command shell;

    MakespanTest(@TempDir Path directory) {
        this.directory = directory;
        cluster = directory.resolve("cluster");
        shell = new Command(directory, Map.of(), Duration.ofMinutes(30));
    }

    private Ran onCluster(String name, String... words) throws InterruptedException {
        List<String> all = new ArrayList<>(
                List.of(ROOT.resolve("deploy/local-cluster/" + name).toString(), "--directory", cluster.toString()));
        all.addAll(List.of(words));
        return shell.run(all.toArray(String[]::new));
    }

    @BeforeEach
    void start() throws Exception {
        Ran up = onCluster("up", "--hdfs-port=0", "--hdfs-web-port=0", "--spark-port=0", "--spark-web-port=0");
        assertThat(up.status()).as(up.err()).isZero();
    }

    @AfterEach
    void stop() throws Exception {
        onCluster("down");
    }

    @Test
    @LongTest
    void eightTrialsTakeHardlyLongerThanTheirWorkOverTheSlots() throws Exception {
        SmallStudy study = new SmallStudy(directory);
        Path file = study.file("studies", SmallStudy.TWO + "seeds: {values: [1, 2, 3, 4]}\nbudget: {epochs: 600}");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(
                                "evaluation: {every-epochs: 1}",
                                "evaluation: {every-epochs: 600}\n  checkpoint: {every-epochs: 200}")
                        .replaceAll("\\ntest: .*", ""));
        Ran ran = shell.run(
                ROOT.resolve("convoy").toString(),
                "--properties-file",
                cluster.resolve("spark.conf").toString(),
                "ablate",
                file.toString(),
                "--anyway");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode timing = new ObjectMapper()
                .readTree(directory.resolve("studies/small/report/timing.json").toFile());
        double work = 0;
        Instant first = Instant.MAX;
        Instant last = Instant.MIN;
        for (JsonNode trial : timing.get("trials")) {
            double seconds = trial.get("seconds").asDouble();
            Instant begun = Instant.parse(trial.get("begun").asText());
            Instant ended = begun.plusMillis((long) (1000 * seconds));
            work += seconds;
            first = begun.isBefore(first) ? begun : first;
            last = ended.isAfter(last) ? ended : last;
        }
        double makespan = Duration.between(first, last).toMillis() / 1000.0;
        double ratio = makespan / (work / SLOTS);
        System.out.println(String.format(
                Locale.ROOT,
                "8 trials of one worker on %d executors: %.1f s from the first step to the last, %.1f s of work, which is"
                        + " %.3f times the work over the slots",
                SLOTS,
                makespan,
                work,
                ratio));
        assertThat(timing.get("trials")).hasSize(8);
        assertThat(ratio).isBetween(0.99, MOST);
    }
}
