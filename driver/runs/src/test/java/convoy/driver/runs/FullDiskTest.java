package convoy.driver.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import convoy.driver.configuration.RunConfiguration;
import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.fixture.FullFileSystem;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.driver.training.TrainingResult.Outcome;
import convoy.records.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on a disk that fills up: they end, say in one line why, and go on to the same bits once there is room. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class FullDiskTest {
    private static SmallRuns runs;
    private static SparkApplication spark;
    private static String expected;
    private static List<String> figures;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        runs = new SmallRuns(directory);
        spark = SparkApplication.start(
                Optional.of("local[4]"),
                "full disk test",
                Map.of("spark.ui.enabled", "false", "spark.hadoop.fs.full.impl", FullFileSystem.class.getName()),
                new RunSize(2, 1, 0));
        TrainingResult undisturbed = run("undisturbed", new Heard());
        expected = SmallRuns.sha256(undisturbed);
        figures = runs.figures("undisturbed");
    }

    @AfterAll
    static void stop() {
        spark.close();
    }

    @AfterEach
    void free() {
        FullFileSystem.free();
    }

    /** As it is given up at once. */
    private static TrainingResult run(String name, Heard heard) {
        return run(name, heard, 0.001);
    }

    private static TrainingResult run(String name, Heard heard, double trouble) {
        RunConfiguration small = runs.configuration(name, 2, 2);
        RunConfiguration configuration = small.withPatience(small.patience().withTrouble(trouble));
        return SparkTraining.run(
                spark,
                configuration.withRuns(configuration.runs().replaceFirst("^file:/+", "full:///")),
                new TrainingOptions(run -> "engine: " + run.computation().engine() + "\n", Optional.empty()),
                heard);
    }

    private static List<String> checkpoints(String name) throws IOException {
        Path directory = runs.of(name).resolve("checkpoints");
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(directory)) {
            return found.filter(checkpoint -> Files.exists(checkpoint.resolve("manifest.json")))
                    .map(checkpoint -> checkpoint.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private static void assertGoesOnToTheSameBits(String name) throws IOException {
        FullFileSystem.free();
        TrainingResult resumed = run(name, new Heard());
        assertThat(resumed.step()).isEqualTo(SmallRuns.STEPS);
        assertThat(SmallRuns.sha256(resumed)).isEqualTo(expected);
        assertThat(runs.figures(name)).isEqualTo(figures);
    }

    private static Predicate<org.apache.hadoop.fs.Path> files(String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        return path -> compiled.matcher(path.toUri().getPath()).find();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "ranges of one server    | step-000000[12].*range-00001 | range-00001-of-00002.1000001.safetensors | step-00000005",
                "ranges from the start   | step-.*range-0000             | range-0000                       | ''",
                "manifests               | step-000000[12].*manifest    | manifest.json                    | step-00000005",
                "the last range          | step-00000021.*range-00000    | range-00000-of-00002.1000001.safetensors | step-00000020",
                "figures                 | metrics.jsonl                 | cannot write the metrics of      | ''",
                "events                  | tfevents                      | cannot write the metrics of      | ''",
                "the configuration       | run.yaml                      | run.yaml                         | ''",
                "the model               | model.safetensors             | model.safetensors                | step-00000021",
            })
    void theRunEndsWithOneLineAndGoesOnOnceThereIsRoom(String what, String full, String named, String kept)
            throws IOException {
        String name = what.replace(' ', '-');
        FullFileSystem.fillFor(files("runs/" + name + "/.*" + full));
        assertThatThrownBy(() -> run(name, new Heard()))
                .isInstanceOf(TrainingFailedException.class)
                .hasMessageContaining(named)
                .hasMessageContaining(
                        ": No space left on device; see that there is room and that it may be written, then"
                                + " the same command ")
                .hasMessageContaining(
                        kept.isEmpty() ? "begins the run anew" : "goes on from the checkpoint of step " + number(kept))
                .hasMessageNotContaining("\n");
        List<String> whole = checkpoints(name);
        if (kept.isEmpty()) {
            assertThat(whole).isEmpty();
        } else {
            assertThat(whole).last().isEqualTo(kept);
        }
        assertGoesOnToTheSameBits(name);
    }

    /** Metrics wait in memory, and checkpoints, which come after theirs, with them; nobody computes anything again. */
    @Test
    void aDiskThatIsFullForAWhileCostsNothing() throws IOException {
        FullFileSystem.fillAfter(120);
        Heard heard = new Heard() {
            @Override
            public void progress(Progress progress) {
                super.progress(progress);
                if (progress.step() == 18) {
                    FullFileSystem.free();
                }
            }
        };
        TrainingResult result = run("for-a-while", heard, 60);
        assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(heard.steps)
                .as("each step once")
                .isSorted()
                .doesNotHaveDuplicates()
                .hasSize(SmallRuns.STEPS);
        assertThat(heard.lines).anyMatch(line -> line.contains("No space left on device"));
        assertThat(SmallRuns.sha256(result)).isEqualTo(expected);
        assertThat(runs.figures("for-a-while")).isEqualTo(figures);
    }

    /** Nothing has begun: it is what was asked for that is wrong. */
    @ParameterizedTest
    @ValueSource(strings = {"run.yaml", "metrics.jsonl"})
    void whereOneMayNotWriteIsToldAsBadInput(String file) throws IOException {
        String name = "locked-" + file.replace('.', '-');
        FullFileSystem.lock(files("runs/" + name + "/.*" + file));
        assertThatThrownBy(() -> run(name, new Heard()))
                .isInstanceOf(BadInputException.class)
                .hasMessageMatching("run full:/.*/runs/" + name
                        + " may not be written by [^ ]+: permission denied; ask its owner, or name another place");
        assertGoesOnToTheSameBits(name);
    }

    private static long number(String checkpoint) {
        return Long.parseLong(checkpoint.substring("step-".length()));
    }

    @Test
    void oneCheckpointThatCannotBeWrittenIsToldAndLeavesNothingBehind() throws IOException {
        FullFileSystem.fillFor(files("missing/.*step-00000010.*range"));
        Heard heard = new Heard();
        TrainingResult result = run("missing", heard);
        assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(SmallRuns.sha256(result)).isEqualTo(expected);
        assertThat(heard.lines)
                .filteredOn(line -> line.contains("No space left"))
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("the checkpoint of step 10 is missing: server "));
        assertThat(runs.of("missing").resolve("checkpoints/step-00000010")).doesNotExist();
    }

    /** After the last step there is no next checkpoint, and nothing else to be done. */
    @Test
    void theLastCheckpointIsTriedAgainUntilThereIsRoom() throws IOException {
        FullFileSystem.fillFor(files("last/.*step-00000021.*range-00001"));
        Heard heard = new Heard() {
            @Override
            public void notice(String line) {
                super.notice(line);
                if (line.contains("tried again in 2 seconds")) {
                    FullFileSystem.free();
                }
            }
        };
        TrainingResult result = run("last", heard, 60);
        assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(SmallRuns.sha256(result)).isEqualTo(expected);
        assertThat(runs.figures("last")).isEqualTo(figures);
        assertThat(heard.lines)
                .filteredOn(line -> line.contains("No space left"))
                .hasSize(2)
                .allMatch(line ->
                        line.startsWith("the last checkpoint, of step 21, could not be written and is tried again"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void whereverTheDiskFillsUpTheRunEndsAndCanGoOn(int seed) throws IOException {
        String name = "random-" + seed;
        FullFileSystem.fillAfter(new Random(seed).nextInt(seed % 2 == 0 ? 60 : 400));
        Throwable ended = catchThrowable(() -> run(name, new Heard()));
        if (ended != null) {
            assertThat(ended)
                    .isInstanceOf(TrainingFailedException.class)
                    .hasMessageContaining("No space left on device")
                    .hasMessageNotContaining("\n");
        }
        assertGoesOnToTheSameBits(name);
    }
}
