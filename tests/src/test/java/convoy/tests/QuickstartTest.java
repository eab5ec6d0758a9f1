package convoy.tests;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.tests.Command.Ran;
import convoy.worker.groups.LongTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first thing that a person types. */
final class QuickstartTest {
    private static final Path ROOT =
            Path.of(System.getProperty("convoy.root", "..")).toAbsolutePath().normalize();
    private static final Pattern SCORE =
            Pattern.compile("evaluated \\S+/model\\.safetensors: accuracy ([0-9.]+) %.* on 1,000 images");

    /** One pass over the pictures in place of three, which is enough to tell it from chance. */
    @Test
    void endsWithAModelThatHasLearnedAndTheSecondTimeWithWhatIsThere(@TempDir Path directory) throws Exception {
        learn(directory, 30, "--epochs=1");
    }

    @Test
    @LongTest
    void byItselfItLearnsMore(@TempDir Path directory) throws Exception {
        learn(directory, 60);
    }

    private static void learn(Path directory, double percent, String... options) throws Exception {
        Path asked = directory.resolve("chmod-was-asked");
        Path tools = Files.createDirectory(directory.resolve("tools"));
        Path chmod = Files.writeString(tools.resolve("chmod"), "#!/bin/sh\necho \"$*\" >>" + asked + "\n");
        Files.setPosixFilePermissions(chmod, PosixFilePermissions.fromString("rwxr-xr-x"));
        String path = tools + ":" + System.getenv("PATH");
        // What is so small is over before the optimizing compiler has paid for itself.
        Command shell = new Command(
                directory, Map.of("PATH", path, "SPARK_SUBMIT_OPTS", Command.SHORT_LIVED), Duration.ofMinutes(10));
        String convoy = ROOT.resolve("convoy").toString();

        String[] quickstart = Stream.concat(Stream.of(convoy, "quickstart"), Stream.of(options))
                .toArray(String[]::new);
        Ran first = shell.run(quickstart);
        assertThat(first.status()).as(first.err()).isZero();
        assertThat(first.err()).contains("2 workers, 2 servers", "images/s");
        Matcher score = SCORE.matcher(first.out());
        assertThat(score.find()).as(first.out()).isTrue();
        assertThat(Double.parseDouble(score.group(1)))
                .as("per cent right, of ten classes")
                .isGreaterThan(percent);
        Path run = directory.resolve("runs/quickstart");
        assertThat(run.resolve("model.safetensors")).isNotEmptyFile();
        assertThat(run.resolve("metrics.jsonl")).isNotEmptyFile();
        assertThat(run.resolve("run.yaml")).isNotEmptyFile();
        // Hadoop would start a process for every file of every checkpoint.
        assertThat(asked).doesNotExist();

        Ran kept = shell.run(convoy, "evaluate", "runs/quickstart", "--keep");
        assertThat(kept.status()).as(kept.err()).isZero();
        assertThat(kept.out()).startsWith("accuracy " + score.group(1));
        Ran report = shell.run(convoy, "report", "runs/quickstart");
        assertThat(report.status()).as(report.err()).isZero();
        assertThat(report.out())
                .isEqualTo("the report is reports/quickstart/report.html, with Markdown and CSV beside it\n");
        assertThat(directory.resolve("reports/quickstart/report.html"))
                .content()
                .contains("Confusion matrix of quickstart", "data:image/png;base64,", "It is complete.");
        assertThat(rights(Files.readAllLines(directory.resolve("reports/quickstart/classes.csv"))))
                .as("images that are right, of 1,000")
                .isEqualTo(Math.round(10 * Double.parseDouble(score.group(1))));

        Ran second = shell.run(quickstart);
        assertThat(second.status()).as(second.err()).isZero();
        assertThat(second.out())
                .contains("the pictures are there already", "the run was complete already", score.group());
    }

    /** Of a table of classes, whose names have no commas here. */
    private static long rights(List<String> lines) {
        return lines.stream()
                .skip(1)
                .map(line -> List.of(line.split(",", -1)))
                .mapToLong(cells -> Long.parseLong(cells.get(3)))
                .sum();
    }
}
