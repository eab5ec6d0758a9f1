package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.tests.Command.Ran;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The projects of the guides, as somebody builds them who has nothing but Convoy's artifacts, and runs with their jars. */
final class OwnNetworkProjectTest {
    private static final Path ROOT = Path.of(System.getProperty("convoy.root", ".."));
    private static final Path PROJECT = ROOT.resolve("docs/examples/own-network");
    private static final Path PARTS = ROOT.resolve("docs/examples/own-parts");
    private static final String VERSION = "0.1.0-SNAPSHOT";

    @Test
    @LongTest
    void isBuiltAgainstTheArtifactsAndTrainsByItsJar(@TempDir Path directory) throws Exception {
        Path repository = repository(directory.resolve("repository"));
        Path project = copy(PROJECT, directory.resolve("own-network"));
        Command shell = new Command(directory, Map.of(), Duration.ofMinutes(10));
        assertThat(built(shell, repository, project).out())
                .contains("BUILD SUCCESS")
                .contains("Tests run: 9, Failures: 0");
        Path jar = project.resolve("target/own-network.jar");

        String runs = directory.resolve("runs").toUri().toString();
        String convoy = ROOT.resolve("convoy").toAbsolutePath().normalize().toString();
        Ran drawn = shell.run(convoy, "quickstart", "--directory", runs, "--images", "400", "--epochs", "1");
        assertThat(drawn.status()).as(drawn.err()).isZero();
        Ran shown = shell.run(convoy, "describe", "wheel_5", "--jars", jar.toString());
        assertThat(shown.status()).as(shown.err()).isZero();
        assertThat(shown.out()).contains("spoke4.conv");
        Ran trained = shell.run(
                convoy,
                "train",
                "--jars",
                jar.toString(),
                project.resolve("run.yaml").toString(),
                "--set",
                "runs=" + runs,
                "--set",
                "data.train=" + runs + "/quickstart-data/train",
                "--set",
                "data.validation=" + runs + "/quickstart-data/test");
        assertThat(trained.status()).as(trained.err()).isZero();
        assertThat(directory.resolve("runs/wheel/network.json")).content().contains("spoke4.conv");

        // What was trained needs the jar no more.
        String run = directory.resolve("runs/wheel").toString();
        assertThat(shell.run(convoy, "evaluate", run).status()).isZero();
    }

    @Test
    @LongTest
    void partsOfOnesOwnAreBuiltAndUsedByTheirJar(@TempDir Path directory) throws Exception {
        Path repository = repository(directory.resolve("repository"));
        Path project = copy(PARTS, directory.resolve("own-parts"));
        Command shell = new Command(directory, Map.of(), Duration.ofMinutes(10));
        assertThat(built(shell, repository, project).out()).contains("BUILD SUCCESS");
        String jar = project.resolve("target/own-parts.jar").toString();

        String runs = directory.resolve("runs").toUri().toString();
        String convoy = ROOT.resolve("convoy").toAbsolutePath().normalize().toString();
        Ran drawn = shell.run(convoy, "quickstart", "--directory", runs, "--images", "400", "--epochs", "1");
        assertThat(drawn.status()).as(drawn.err()).isZero();
        List<String> train = List.of(
                convoy,
                "train",
                project.resolve("run.yaml").toString(),
                "--set",
                "runs=" + runs,
                "--set",
                "data.train=" + runs + "/quickstart-data/train",
                "--set",
                "data.validation=" + runs + "/quickstart-data/test");
        Ran missing = shell.run(train.toArray(String[]::new));
        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.err()).contains("transform posterize: no jar on the class path provides it");
        Ran trained = shell.run(
                Stream.concat(train.stream(), Stream.of("--jars", jar)).toArray(String[]::new));
        assertThat(trained.status()).as(trained.err()).isZero();
        assertThat(trained.out()).contains(", brier ");
        assertThat(directory.resolve("runs/own-parts/run.yaml")).content().contains("version: \"1\"");
        assertThat(Files.readAllLines(directory.resolve("figures.csv"))).hasSize(5);

        // Whoever evaluates it needs the jar as well.
        String run = directory.resolve("runs/own-parts").toString();
        Ran scored = shell.run(convoy, "evaluate", run, "--jars", jar);
        assertThat(scored.status()).as(scored.err()).isZero();
        assertThat(scored.out()).contains(", brier ");
        Ran without = shell.run(convoy, "evaluate", run);
        assertThat(without.status()).isEqualTo(2);
        assertThat(without.err()).contains("transform posterize: no jar on the class path provides it");
    }

    /** Built by Maven, which knows of Convoy's artifacts what is in that repository, and of others' what this build has. */
    private static Ran built(Command shell, Path repository, Path project) throws Exception {
        Path others =
                Path.of(System.getProperty("maven.repo.local", System.getProperty("user.home") + "/.m2/repository"));
        Ran built = shell.run(
                ROOT.resolve("mvnw").toAbsolutePath().normalize().toString(),
                "-B",
                "-o",
                "-Dmaven.repo.local=" + repository,
                "-Dmaven.repo.local.tail=" + others,
                "-f",
                project.resolve("pom.xml").toString(),
                "verify");
        assertThat(built.status()).as(built.out()).isZero();
        return built;
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Path relative = from.relativize(file);
                if (!relative.startsWith("target")) {
                    Path copied = to.resolve(relative.toString());
                    Files.createDirectories(copied.getParent());
                    Files.copy(file, copied);
                }
            }
        }
        return to;
    }

    /** Convoy's artifacts as {@code install} lays them down, of what this build has made. */
    private static Path repository(Path root) throws IOException {
        install(root, "convoy", ROOT, List.of());
        install(root, "records", ROOT.resolve("architectures/records"), List.of(""));
        install(root, "architectures", ROOT.resolve("architectures"), List.of(""));
        install(root, "parameter-server", ROOT.resolve("parameter-server"), List.of(""));
        install(root, "worker", ROOT.resolve("worker"), List.of("", "-tests"));
        install(root, "onnx", ROOT.resolve("architectures/onnx"), List.of(""));
        install(root, "driver", ROOT.resolve("driver"), List.of(""));
        return root;
    }

    private static void install(Path root, String artifact, Path module, List<String> classifiers) throws IOException {
        Path folder =
                Files.createDirectories(root.resolve("convoy").resolve(artifact).resolve(VERSION));
        Files.copy(module.resolve("pom.xml"), folder.resolve(artifact + "-" + VERSION + ".pom"));
        for (String classifier : classifiers) {
            String name = artifact + "-" + VERSION + classifier + ".jar";
            Files.copy(module.resolve("target").resolve(name), folder.resolve(name));
        }
    }
}
