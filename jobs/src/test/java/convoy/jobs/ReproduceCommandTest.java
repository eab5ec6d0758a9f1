package convoy.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import convoy.driver.fixture.DrawnData;
import convoy.driver.fixture.ForkedDriver;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReproduceCommandTest {
    private final Path directory;
    private final Path run;

    ReproduceCommandTest(@TempDir Path directory) {
        this.directory = directory;
        this.run = directory.resolve("runs").resolve("small");
    }

    private void train(String... more) throws IOException {
        DrawnData.write(directory.resolve("train"), 32, 1);
        Path file = Files.writeString(directory.resolve("small.yaml"), """
                        name: small
                        runs: %1$s/runs
                        network: {name: resnet20_cifar}
                        data: {train: %1$s/train}
                        epochs: 1
                        micro-batch: 4
                        micro-batches: 2
                        engine: toy
                        """.formatted(directory));
        Ran ran = Ran.convoy(Stream.concat(
                        Stream.of("train", file.toString()),
                        Stream.of(more).flatMap(setting -> Stream.of("--set", setting)))
                .toArray(String[]::new));
        assertThat(ran.status()).as(ran.err()).isZero();
    }

    private static void assertRefused(String message, String... words) {
        Ran ran = Ran.convoy(words);
        assertThat(ran.err()).contains(message).hasLineCount(1);
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void aRunIsMadeAgainAndCompared() throws Exception {
        train();
        String address = run.toString();
        Ran ran = Ran.convoy("reproduce", address, "--workers", "2", "--servers", "2", "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(ran.out());
        assertThat(json.path("outcome").asText()).isEqualTo("equal");
        JsonNode model = json.path("models").get(0);
        assertThat(model.path("made-sha256").asText())
                .isEqualTo(model.path("sha256").asText())
                .hasSize(64);
        assertThat(model.path("made").asText()).endsWith("/runs/small-reproduced-1");
        assertThat(model.path("differences")).isEmpty();

        Ran check = Ran.convoy("reproduce", address, "--check");
        assertThat(check.status()).as(check.err()).isZero();
        assertThat(check.out()).endsWith("can be made again here: what decides its bits is what it was\n");

        Ran threads = Ran.convoy("reproduce", address, "--set", "threads=2");
        assertThat(threads.status()).isEqualTo(21);
        assertThat(threads.out()).endsWith("cannot be made again here:\n  threads = 2 (it was 1)\n");
        assertThat(run.resolveSibling("small-reproduced-2")).doesNotExist();

        Ran seed =
                Ran.convoy("reproduce", address, "--set", "seed=5", "--anyway", "--to", directory + "/other", "--json");
        assertThat(seed.status()).as(seed.err()).isEqualTo(20);
        JsonNode other = new ObjectMapper().readTree(seed.out()).path("models").get(0);
        assertThat(other.path("step").asLong()).isEqualTo(4);
        assertThat(other.path("tensor").asText()).isEqualTo("conv1.weight");
        assertThat(other.path("largest-difference").asDouble()).isPositive();

        badInputBesideARun(address);
    }

    /** The process is killed six times, each time after another checkpoint, and the same command goes on. */
    @LongTest
    @Test
    void whatIsKilledAgainAndAgainHasTheSameBytes() throws Exception {
        train("epochs=30", "checkpoint.every-steps=1");
        Path made = run.resolveSibling("small-reproduced-1");
        String[] words = {"reproduce", run.toString(), "--workers", "2", "--servers", "3"};
        long killedAt = 0;
        for (int kill = 1; kill <= 6; kill++) {
            ForkedDriver driver = ForkedDriver.start(directory, Main.class, words);
            long wanted = killedAt + 7;
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
            while (newest(made) < wanted && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
            driver.kill();
            killedAt = newest(made);
            assertThat(killedAt).isGreaterThanOrEqualTo(wanted);
        }
        assertThat(ForkedDriver.start(directory, Main.class, words).await(0))
                .contains("equal: the same bytes")
                .anyMatch(line -> line.startsWith("made: ") && line.contains("small-reproduced-1"));
        assertThat(run.resolveSibling("small-reproduced-2")).doesNotExist();
    }

    /** The step of the newest checkpoint; 0 if there is none. */
    private static long newest(Path made) throws IOException {
        Path checkpoints = made.resolve("checkpoints");
        if (!Files.exists(checkpoints)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(checkpoints)) {
            return all.filter(checkpoint -> Files.exists(checkpoint.resolve("manifest.json")))
                    .mapToLong(checkpoint ->
                            Long.parseLong(checkpoint.getFileName().toString().substring("step-".length())))
                    .max()
                    .orElse(0);
        }
    }

    private void badInputBesideARun(String address) throws IOException {
        assertRefused("holds something else than the reproduction of ", "reproduce", address, "--to", address);
        assertRefused("--to = '/' names no folder of its own", "reproduce", address, "--to", "/");
        assertRefused("--data-at = here is not OLD=NEW: give the address", "reproduce", address, "--data-at", "here");
        assertRefused("--data-at = =x is not OLD=NEW", "reproduce", address, "--data-at", "=x");
        assertRefused("--data-at = x= is not OLD=NEW", "reproduce", address, "--data-at", "x=");
        assertRefused("--tolerance = -1.0, must be 0 or more", "reproduce", address, "--tolerance=-1");
        assertRefused("--tolerance = NaN, must be 0 or more", "reproduce", address, "--tolerance", "NaN");
        assertRefused("workers = 3 > micro-batches = 2", "reproduce", address, "--workers", "3");
        assertRefused("workres is no key here; did you mean workers?", "reproduce", address, "--set", "workres=3");

        String registry = directory.resolve("registry").toString();
        assertThat(Ran.convoy("registry", "add", registry, address).status()).isZero();
        assertRefused("has no version 9: the newest is 1", "reproduce", registry + "#9");
        assertRefused("has no alias 'champion'", "reproduce", registry + "#champion");
        assertRefused("no-such does not exist", "reproduce", directory + "/no-such#1");

        Path elsewhere = Files.writeString(run.resolve("reproduction.json"), "{}");
        assertRefused(
                "reproduction.json: format = nothing, this version reads format 1",
                "reproduce",
                address,
                "--to",
                address);
        Files.delete(elsewhere);

        Path gone = directory.resolve("gone");
        Files.move(directory.resolve("train"), gone);
        assertRefused("/train does not exist: check the address", "reproduce", address, "--check");
        Files.move(gone, directory.resolve("train"));

        Path runFile = run.resolve("run.yaml");
        String text = Files.readString(runFile);
        Files.writeString(runFile, text.replace("format: 1", "format: 9"));
        assertRefused("format = 9, this version reads format 1; use a newer convoy", "reproduce", address);
        Files.delete(runFile);
        assertRefused("small is no run, for it has no run.yaml: give a run's directory", "reproduce", address);
        assertRefused(
                "stands alone, without a run.yaml beside it: give the run file that trained it with --run-file",
                "reproduce",
                address + "/model.safetensors");
        assertRefused("run file " + runFile + " does not exist", "reproduce", address, "--run-file", runFile + "");
        Files.writeString(runFile, text);
        Path rounded = directory.resolve("half.safetensors");
        assertThat(Ran.convoy("export", address, "--to", rounded.toString(), "--dtype", "f16")
                        .status())
                .isZero();
        assertRefused(
                "has numbers of type F16, which were rounded when it was exported",
                "reproduce",
                rounded.toString(),
                "--run-file",
                runFile.toString());
        Files.delete(run.resolve("model.safetensors"));
        assertRefused("small has no model.safetensors: train it to its end first", "reproduce", address);
        Files.copy(runFile, run.resolve("model.safetensors"), StandardCopyOption.REPLACE_EXISTING);
        assertRefused("model.safetensors", "reproduce", address);
    }

    @Test
    void whatIsNoRunAndNoModelIsRefused() throws Exception {
        assertRefused("/no/such/run does not exist: give a run's directory", "reproduce", "/no/such/run");
        String data = DrawnData.write(directory.resolve("data"), 8, 1);
        assertRefused("is a data set and no run: give a run's directory", "reproduce", data);
        assertRefused("is no run, for it has no run.yaml", "reproduce", directory.toString());
        Path text = Files.writeString(
                directory.resolve("a.safetensors"), "no tensors at all, and long enough for a header");
        assertRefused("a.safetensors", "reproduce", text.toString());
    }
}
