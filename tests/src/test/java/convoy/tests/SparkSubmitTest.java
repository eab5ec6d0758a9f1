package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.tests.Command.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The one jar on a Spark that knows nothing of Convoy: its executors are processes of their own and get the jar with the
 * application.
 */
@DisabledIfSystemProperty(named = "assembly.skip", matches = "true", disabledReason = "the one jar was not asked for")
final class SparkSubmitTest {
    private static final Path TARGET = Path.of(System.getProperty("convoy.root", ".."))
            .toAbsolutePath()
            .normalize()
            .resolve("deploy/target");
    private static final Path JAR = TARGET.resolve("convoy.jar");
    private static final Path LIBTORCH = TARGET.resolve("convoy-libtorch.jar");

    /** Beginnings of the names of jars that no Spark has. */
    private static final List<String> OURS = List.of(
            "convoy.",
            "org.nd4j.",
            "org.deeplearning4j.",
            "org.bytedeco.",
            "info.picocli.",
            "me.tongfei.",
            "org.jline.",
            "it.unimi.dsi.",
            "org.yaml.",
            "com.fasterxml.jackson.dataformat.",
            "net.java.dev.jna.",
            "com.github.oshi.");

    @TempDir
    private static Path spark = Path.of("");

    @BeforeAll
    static void installSpark() throws IOException {
        Path jars = Files.createDirectories(spark.resolve("jars"));
        Set<String> bundled = new HashSet<>();
        try (JarFile one = new JarFile(JAR.toFile())) {
            one.stream().map(JarEntry::getName).forEach(bundled::add);
        }
        assertThat(bundled)
                .as("what every cluster has")
                .noneMatch(name -> name.startsWith("org/apache/spark/") || name.startsWith("org/apache/hadoop/"));
        try (Stream<Path> all = Files.list(TARGET.resolve("convoy-dist/jars"))) {
            for (Path jar : all.toList()) {
                String name = jar.getFileName().toString();
                if (OURS.stream().noneMatch(name::startsWith)) {
                    Files.createSymbolicLink(jars.resolve(name), jar);
                }
            }
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

    private static Ran submit(Path directory, List<String> options, String... words) throws InterruptedException {
        Command shell = new Command(
                directory,
                Map.of("SPARK_HOME", spark.toString(), "SPARK_SCALA_VERSION", "2.12", "SPARK_LOCAL_IP", "127.0.0.1"),
                Duration.ofMinutes(5));
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx1g",
                "-cp",
                spark.resolve("jars") + "/*");
        return shell.run(Stream.of(
                        java.stream(),
                        Stream.of(Command.SHORT_LIVED.split(" ")),
                        Stream.of(System.getProperty("spark.jvm.options", "")
                                .trim()
                                .split(" +")),
                        Stream.of(
                                "org.apache.spark.deploy.SparkSubmit",
                                "--master",
                                "local-cluster[2,1,1200]",
                                "--conf",
                                "spark.executor.memory=1200m",
                                "--class",
                                "convoy.jobs.Main"),
                        options.stream(),
                        Stream.of(JAR.toString()),
                        Stream.of(words))
                .flatMap(part -> part)
                .toArray(String[]::new));
    }
}
