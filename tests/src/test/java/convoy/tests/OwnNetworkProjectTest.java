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

/** The project of the guide, as somebody builds it who has nothing but Convoy's artifacts, and its network trained by its jar. */
final class OwnNetworkProjectTest {
    private static final Path ROOT = Path.of(System.getProperty("convoy.root", ".."));
    private static final Path PROJECT = ROOT.resolve("docs/examples/own-network");
    private static final String VERSION = "0.1.0-SNAPSHOT";

    @Test
    @LongTest
    void isBuiltAgainstTheArtifactsAndTrainsByItsJar(@TempDir Path directory) throws Exception {
        Path repository = repository(directory.resolve("repository"));
        Path project = copy(directory.resolve("own-network"));
        Path others =
                Path.of(System.getProperty("maven.repo.local", System.getProperty("user.home") + "/.m2/repository"));
        Command shell = new Command(directory, Map.of(), Duration.ofMinutes(10));
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
        assertThat(built.out()).contains("BUILD SUCCESS").contains("Tests run: 9, Failures: 0");
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

    private static Path copy(Path to) throws IOException {
        try (Stream<Path> all = Files.walk(PROJECT)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Path relative = PROJECT.relativize(file);
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
