package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.driver.fixture.DrawnData;
import convoy.onnx.in.OnnxImport;
import convoy.onnx.in.OnnxModel;
import convoy.onnx.out.OnnxExport;
import convoy.tests.Command.Ran;
import convoy.tests.onnx.LocalFolder;
import convoy.tests.retrain.Days;
import convoy.tests.retrain.DaysTable;
import convoy.tests.study.SmallStudy;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

    /** What becomes of a retraining is the exit status of the process; one that trains is a longer test. */
    @Test
    @LongTest
    void aRetrainingEndsThereWithAStatusOfItsOwn(@TempDir Path directory) throws Exception {
        Days days = new Days(directory);
        days.day("2026-11-20", 160);
        Ran few = submit(
                directory, List.of(), "retrain", days.pipeline("").toString(), "--set", "guards.minimum-rows=1000");
        assertThat(few.status()).as(few.err()).isEqualTo(11);
        assertThat(few.out()).startsWith("The new data were refused, and nothing was trained.");
    }

    /** By a jar of its own, with the Avro that Spark has; the guard ends it once the snapshot is imported. */
    @Test
    @LongTest
    void aTableIsReadThere(@TempDir Path directory) throws Exception {
        Days days = new Days(directory);
        DaysTable table = new DaysTable(directory);
        table.append("a.parquet", 2, 160);
        String pipeline = table.pipeline(days.pipeline("")).toString();
        Ran without = submit(directory, List.of(), "retrain", pipeline);
        assertThat(without.status()).isEqualTo(2);
        assertThat(without.err()).contains("tables of format iceberg are read by convoy-iceberg.jar");
        Ran few = submit(
                directory,
                List.of("--jars", BareSpark.TARGET.resolve("convoy-iceberg.jar").toString()),
                "retrain",
                pipeline,
                "--set",
                "guards.minimum-rows=1000");
        assertThat(few.status()).as(few.err()).isEqualTo(11);
        assertThat(few.out()).contains("There are 160 new rows");
    }

    @Test
    @LongTest
    void aModelIsScoredAndMadeAgainThere(@TempDir Path directory) throws Exception {
        Days days = new Days(directory);
        days.day("2026-11-20", 160);
        Ran first = submit(directory, List.of(), "retrain", days.pipeline("").toString(), "--set", "base.workers=2");
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.out()).startsWith("Version 1 is champion now.");
        String model = days.registry() + "#champion";
        String heldOut = directory.resolve("held-out").toString();
        String scores = directory.resolve("scores").toString();
        Ran scored =
                submit(directory, List.of(), "score", "--model", model, "--data", heldOut, "--to", scores, "--tasks=2");
        assertThat(scored.status()).as(scored.err()).isZero();
        assertThat(scored.out()).contains("300 rows in 1 file");
        Ran check = submit(directory, List.of(), "reproduce", model, "--check", "--set", "threads=2");
        assertThat(check.status()).as(check.err()).isEqualTo(21);
        assertThat(check.out()).contains("threads = 2 (it was 1)");
        String made = directory.resolve("made").toString();
        Ran again = submit(directory, List.of(), "reproduce", model, "--workers=2", "--servers=2", "--to", made);
        assertThat(again.status()).as(again.err()).isZero();
        assertThat(again.out()).contains("equal: the same bytes");
    }

    /** By the protobuf that the jar has under a name of its own. */
    @Test
    @LongTest
    void anOnnxModelIsTrainedOnAndWrittenThere(@TempDir Path directory) throws Exception {
        assertThat(spark.jars().toFile().list()).isNotEmpty().noneMatch(jar -> jar.startsWith("com.google.protobuf"));
        Network network = Catalogue.build("resnet20_cifar", NetworkArguments.defaults());
        Path model = directory.resolve("theirs.onnx");
        try (OutputStream out = Files.newOutputStream(model)) {
            new OnnxExport(network, network.initialize(1), Optional.empty(), new TreeMap<>()).write(out);
        }
        DrawnData.write(directory.resolve("train"), 64, 1);
        Path file = Files.writeString(directory.resolve("run.yaml"), """
                        name: theirs
                        runs: %1$s/runs
                        network: {onnx: %1$s/theirs.onnx}
                        data: {train: %1$s/train}
                        epochs: 1
                        micro-batch: 4
                        micro-batches: 2
                        workers: 2
                        engine: nd4j
                        device: cpu
                        export: [safetensors, onnx]
                        """.formatted(directory));
        Ran ran = submit(directory, List.of(), "train", file.toString());
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("trained to step 8 of 8");
        Path trained = directory.resolve("runs/theirs/model.onnx");
        Ran described = submit(directory, List.of(), "describe", "--onnx", trained.toString());
        assertThat(described.status()).as(described.err()).isZero();
        assertThat(described.out()).contains("layer3.2.conv2").contains("fc");
        OnnxModel written = OnnxImport.read(new LocalFolder(trained), Optional.empty());
        assertThat(written.network().classes()).isEqualTo(DrawnData.CLASSES);
        assertThat(Arrays.copyOf(written.values(), 432))
                .as("the first convolution")
                .isNotEqualTo(Arrays.copyOf(network.initialize(1), 432));
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
