package convoy.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.worker.groups.LongTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ResNet-20 on a cluster of real processes and HDFS, with a fault every so often: every run ends with the bytes of the quiet one. Properties
 * of the long form: {@code chaos.images}, a folder with a folder of pictures for each class, without which pictures are drawn; {@code
 * chaos.seeds}, how many runs there are; {@code chaos.first}, the first one's seed; {@code chaos.epochs} of each; {@code chaos.every},
 * seconds between faults; {@code chaos.table}, a file that the lines of the table of {@code docs/faults.md} are appended to.
 */
final class ChaosRunsTest {
    private static final Path ROOT =
            Path.of(System.getProperty("convoy.root", "..")).toAbsolutePath().normalize();

    private static final String RUN = """
            runs: /runs
            data: {train: /data, transforms: [{kind: pad-crop, padding: 2}]}
            network: {name: resnet20_cifar}
            micro-batch: 8
            micro-batches: 6
            schedule: {rate: 0.05}
            checkpoint: {every-epochs: null, every-steps: 8, keep: 2}
            workers: 3
            servers: 2
            patience: {start: 5, silent: 2, lost: 6, trouble: 180}
            """;

    private final Path directory;

    ChaosRunsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    @LongTest
    void everyRunEndsWithTheBytesOfTheQuietOne() throws Exception {
        run(
                Integer.getInteger("chaos.seeds", 3),
                Integer.getInteger("chaos.epochs", 12),
                Duration.ofSeconds(Integer.getInteger("chaos.every", 15)),
                List.of(Fault.values()));
    }

    private void run(int seeds, int epochs, Duration every, List<Fault> kinds) throws Exception {
        try (Processes cluster = Processes.start(ROOT, directory, 3)) {
            importPictures(cluster);
            Path file = Files.writeString(directory.resolve("run.yaml"), RUN + "epochs: " + epochs + "\n");
            FaultyRun.Outcome quiet =
                    new FaultyRun(cluster, directory, "quiet", List.of(file.toString())).run(0, List.of(), every);
            report(String.format(
                    Locale.ROOT,
                    "| quiet | 0 | %d | 100 %% | %d s | 1.00 | %s |",
                    quiet.course().steps().size(),
                    quiet.took().toSeconds(),
                    quiet.sha256().substring(0, 12)));
            int first = Integer.getInteger("chaos.first", 1);
            List<String> others = new ArrayList<>();
            for (int seed = first; seed < first + seeds; seed++) {
                FaultyRun.Outcome outcome = new FaultyRun(cluster, directory, "seed-" + seed, List.of(file.toString()))
                        .run(seed, kinds, every);
                int steps = outcome.course().steps().size();
                report(String.format(
                        Locale.ROOT,
                        "| %d | %d | %d | %.0f %% | %d s | %.2f | %s |",
                        seed,
                        outcome.faults().size(),
                        steps,
                        100.0 * steps / (steps + outcome.again()),
                        outcome.took().toSeconds(),
                        (double) outcome.took().toMillis() / quiet.took().toMillis(),
                        outcome.sha256().substring(0, 12)));
                outcome.ends().forEach(this::report);
                recoveries(outcome);
                if (!outcome.sha256().equals(quiet.sha256())) {
                    others.add("seed " + seed + ": " + outcome.sha256() + ", " + outcome.ends());
                }
            }
            assertThat(others).isEmpty();
        }
    }

    /** How long it took from each fault to the next step that was recorded. */
    private void recoveries(FaultyRun.Outcome outcome) {
        Map<Fault, List<String>> seconds = new EnumMap<>(Fault.class);
        for (FaultyRun.Done done : outcome.faults()) {
            Optional<Instant> noticed = outcome.course().changes().stream()
                    .filter(change -> change.time().isAfter(done.at()))
                    .filter(change ->
                            change.text().contains("was lost") || change.text().contains("no sign of life"))
                    .map(Course.Change::time)
                    .findFirst();
            String detected = noticed.flatMap(outcome.course()::toNextStep)
                    .map(time -> String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0))
                    .orElse("-");
            String all = outcome.course()
                    .toNextStep(done.at())
                    .map(time -> String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0))
                    .orElse("-");
            seconds.computeIfAbsent(done.fault(), fault -> new ArrayList<>()).add(all + " (" + detected + ")");
        }
        seconds.forEach((fault, times) ->
                report(fault + ": seconds to the next new step, from the fault and from its detection: " + times));
    }

    private void report(String line) {
        System.out.println(line);
        Optional.ofNullable(System.getProperty("chaos.table")).ifPresent(table -> append(Path.of(table), line));
    }

    private static void append(Path table, String line) {
        try {
            Files.writeString(table, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void importPictures(Processes cluster) throws Exception {
        Optional<String> images = Optional.ofNullable(System.getProperty("chaos.images"));
        Path out = directory.resolve("import.txt");
        Files.createFile(out);
        if (images.isPresent()) {
            Process process = cluster.convoy(
                    out, "import", "--format=image-folder", "--from=file://" + images.get(), "--to=/data");
            assertThat(process.waitFor()).as(Files.readString(out)).isZero();
        } else {
            try (FileSystem files = cluster.hdfs()) {
                try (var to = files.create(new org.apache.hadoop.fs.Path("/source/data_batch_1.bin"))) {
                    to.write(drawn(384));
                }
                try (var to = files.create(new org.apache.hadoop.fs.Path("/source/batches.meta.txt"))) {
                    to.write("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n".getBytes(StandardCharsets.UTF_8));
                }
            }
            Process process = cluster.convoy(
                    out, "import", "--format=cifar-binary", "--from=/source", "--to=/data", "--split=train");
            assertThat(process.waitFor()).as(Files.readString(out)).isZero();
        }
        try (FileSystem files = cluster.hdfs()) {
            files.mkdirs(new org.apache.hadoop.fs.Path("/runs"));
        }
    }

    /** CIFAR-10's binary form: noise, brighter where the class says. */
    private static byte[] drawn(int count) {
        Random random = new Random(1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(10);
            byte[] image = new byte[3 * 32 * 32];
            random.nextBytes(image);
            Arrays.fill(image, label * 300, label * 300 + 300, (byte) 255);
            out.write(label);
            out.writeBytes(image);
        }
        return out.toByteArray();
    }
}
