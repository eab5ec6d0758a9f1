package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.tests.Command.Ran;
import convoy.tests.study.SmallStudy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The one jar on a Spark that knows nothing of Convoy: its executors are processes of their own and get the jar with the
 * application.
 */
@DisabledIfSystemProperty(named = "assembly.skip", matches = "true", disabledReason = "the one jar was not asked for")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SparkSubmitTest {
    private static final Path LIBTORCH = BareSpark.TARGET.resolve("convoy-libtorch.jar");

    private BareSpark spark = new BareSpark(Path.of(""));

    @BeforeAll
    void installSpark(@TempDir Path home) throws IOException {
        spark = BareSpark.install(home);
    }

    @Test
    void theJarHoldsNothingThatEveryClusterHas() throws IOException {
        try (JarFile one = new JarFile(BareSpark.JAR.toFile())) {
            assertThat(one.stream().map(JarEntry::getName))
                    .noneMatch(name -> name.startsWith("org/apache/spark/") || name.startsWith("org/apache/hadoop/"));
        }
    }

    @Test
    void trainsThereOnTwoExecutors(@TempDir Path directory) throws Exception {
        String runs = directory.resolve("runs").toUri().toString();
        Ran ran = submit(directory, List.of(), "quickstart", "--directory", runs, "--images", "400", "--epochs", "1");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.err()).contains("resnet20_cifar, 269,722 parameters", "2 workers, 2 servers");
        assertThat(ran.out()).contains("trained to step 7 of 7", "evaluated ");
        assertThat(directory.resolve("runs/quickstart/model.safetensors")).isNotEmptyFile();

        // The same once more, by the engine that comes in a jar of its own.
        Path file = directory.resolve("runs/quickstart/run.yaml");
        Ran torch = submit(
                directory,
                List.of("--jars", LIBTORCH.toString()),
                "train",
                file.toString(),
                "--set",
                "name=torch",
                "--set",
                "engine=libtorch");
        assertThat(torch.status()).as(torch.err()).isZero();
        assertThat(directory.resolve("runs/torch/run.yaml")).content().contains("engine: libtorch");
        assertThat(directory.resolve("runs/torch/model.safetensors")).isNotEmptyFile();
    }

    /** Two trials at a time, each on an executor of its own. */
    @Test
    void aStudyRunsThereToo(@TempDir Path directory) throws Exception {
        SmallStudy study = new SmallStudy(directory);
        String file = study.file("studies", SmallStudy.TWO + "seeds: {values: [1, 2]}")
                .toString();
        Ran ran = submit(directory, List.of(), "ablate", file, "--anyway", "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode found = new ObjectMapper().readTree(ran.out());
        assertThat(found.get("state").asText()).isEqualTo("completed");
        assertThat(found.get("outcome").asText()).isEqualTo("test accuracy");
        assertThat(found.get("trials"))
                .hasSize(4)
                .allMatch(trial -> trial.get("fate").asText().equals("finished"));
        Map<String, String> report = study.lastingReport("studies");
        assertThat(report).containsKeys("report.html", "report.md", "study.json");

        Ran again = submit(directory, List.of(), "ablate", file, "--anyway");
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(study.lastingReport("studies")).isEqualTo(report);
    }

    @Test
    void aWrongWordIsOneLineAndStatusTwoThereToo(@TempDir Path directory) throws Exception {
        Ran ran = submit(directory, List.of(), "quickstart", "--imags", "400");
        assertThat(ran.status()).isEqualTo(2);
        // Spark itself has a line or two to say.
        assertThat(ran.err().lines().filter(line -> !line.contains(" INFO ")))
                .singleElement()
                .asString()
                .contains("'--imags'", "did you mean --images?");
    }

    private Ran submit(Path directory, List<String> options, String... words) throws InterruptedException {
        List<String> master = List.of(
                "--master",
                "local-cluster[2,1,1200]",
                "--conf",
                "spark.executor.memory=1200m",
                "--conf",
                "spark.executor.extraJavaOptions=" + Command.SHORT_LIVED);
        return spark.submit(
                new Command(directory, Map.of(), Duration.ofMinutes(5)),
                Stream.concat(master.stream(), options.stream()).toList(),
                words);
    }
}
