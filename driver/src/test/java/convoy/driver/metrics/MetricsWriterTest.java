package convoy.driver.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.fixture.CopyingStore;
import convoy.driver.fixture.FullFileSystem;
import convoy.driver.fixture.LosingDisk;
import convoy.driver.lease.GuardedFileSystem;
import convoy.parameterserver.files.Durable;
import convoy.parameterserver.time.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file system that lets the writer down for a while, or for good. */
@Timeout(60)
final class MetricsWriterTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Path directory;

    MetricsWriterTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void free() {
        FullFileSystem.free();
    }

    private MetricsWriter open(Duration patience) throws IOException {
        FullFileSystem files = new FullFileSystem();
        files.initialize(URI.create("full:///"), new Configuration());
        return MetricsWriter.open(
                new MetricsWriter.Run(
                        new GuardedFileSystem(files, () -> {}),
                        new org.apache.hadoop.fs.Path(
                                "full://" + directory.toUri().getPath()),
                        1,
                        0),
                Clock.system(),
                patience,
                kept -> {});
    }

    private static MetricsLine line(long step) {
        return new MetricsLine.Tensors(step, Map.of("bias", "00000001"));
    }

    private List<Long> steps() throws IOException {
        try (Stream<String> lines = Files.lines(directory.resolve("metrics.jsonl"))) {
            return lines.map(
                            text -> StoredLine.of(StoredLine.parse(text)).head().step())
                    .toList();
        }
    }

    private static List<Long> upTo(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(Long::valueOf).toList();
    }

    @Test
    void whatIsAddedIsWrittenOnceItIsAskedFor() throws Exception {
        MetricsWriter writer = open(LONG);
        writer.add(line(1));
        writer.add(1, Map.of("train/loss", 2.5));
        writer.written().get(30, TimeUnit.SECONDS);
        assertThat(steps()).isEqualTo(upTo(1));
        writer.add(line(2));
        writer.end(LONG);
        assertThat(steps()).isEqualTo(upTo(2));
        assertThat(writer.news()).isEmpty();
    }

    @Test
    void nothingIsLostAndNothingTwiceWhereTheDiskWasFullForAWhile() throws Exception {
        MetricsWriter writer = open(LONG);
        writer.add(line(1));
        writer.written().get(30, TimeUnit.SECONDS);
        // Two more writes are let through, and may be in the file or not.
        FullFileSystem.fillAfter(2);
        List<CompletableFuture<Void>> waits = new ArrayList<>();
        for (int step = 2; step <= 6; step++) {
            writer.add(line(step));
            writer.add(step, Map.of("train/loss", 2.5));
            waits.add(writer.written());
        }
        List<String> news = new ArrayList<>();
        while (news.isEmpty()) {
            news.addAll(writer.news());
            writer.check();
        }
        assertThat(news)
                .containsExactly("metrics cannot be written now: No space left on device; training goes on, and it is"
                        + " tried again for 60 seconds");
        FullFileSystem.free();
        for (CompletableFuture<Void> wait : waits) {
            wait.get(30, TimeUnit.SECONDS);
        }
        writer.add(line(7));
        writer.end(LONG);
        assertThat(steps()).isEqualTo(upTo(7));
        assertThat(writer.news()).singleElement().asString().startsWith("metrics are written again, after ");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.contains("tfevents"))
                    .isNotEmpty();
        }
    }

    @Test
    void itGivesUpAfterAWhileAndSaysWhy() throws Exception {
        MetricsWriter writer = open(Duration.ofMillis(100));
        FullFileSystem.fillFor(path -> true);
        writer.add(line(1));
        CompletableFuture<Void> written = writer.written();
        assertThatThrownBy(() -> written.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("No space left on device");
        assertThatThrownBy(writer::check).isInstanceOf(IOException.class).hasMessage("No space left on device");
        // From now on nothing is kept.
        writer.add(line(2));
        assertThatThrownBy(() -> writer.written().get(1, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        assertThatThrownBy(() -> writer.end(LONG)).isInstanceOf(IOException.class);
    }

    /** The run has failed of something else, or another driver has taken it: nobody waits for this one's metrics. */
    @Test
    void inAHurryWhatCannotBeWrittenIsGivenUpAtOnce() throws Exception {
        MetricsWriter writer = open(LONG.multipliedBy(60));
        FullFileSystem.fillFor(path -> true);
        writer.add(line(1));
        var unused = writer.written();
        while (writer.news().isEmpty()) {
            writer.check();
        }
        writer.hurry();
        assertThatThrownBy(() -> writer.end(LONG))
                .isInstanceOf(IOException.class)
                .hasMessage("No space left on device");
    }

    private static MetricsWriter open(org.apache.hadoop.fs.Path run, Configuration hadoop, long from)
            throws IOException {
        return MetricsWriter.open(
                new MetricsWriter.Run(new GuardedFileSystem(run.getFileSystem(hadoop), () -> {}), run, 1 + from, from),
                Clock.system(),
                LONG,
                kept -> {});
    }

    private static List<Long> steps(org.apache.hadoop.fs.Path run, Configuration hadoop) throws IOException {
        org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(run, "metrics.jsonl");
        if (!run.getFileSystem(hadoop).exists(file)) {
            return List.of();
        }
        try (InputStream in = run.getFileSystem(hadoop).open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(text -> StoredLine.of(StoredLine.parse(text)).head().step())
                    .toList();
        }
    }

    /** Also lines that were written before somebody asked, by themselves. */
    @Test
    void whatIsSaidToBeWrittenOutlastsThePower() throws Exception {
        Configuration hadoop = LosingDisk.hadoop();
        org.apache.hadoop.fs.Path run = new org.apache.hadoop.fs.Path("losing://metrics/run");
        Durable.mkdirs(run.getFileSystem(hadoop), run);
        MetricsWriter writer = open(run, hadoop, 0);
        writer.add(line(1));
        while (steps(run, hadoop).isEmpty()) {
            writer.check();
        }
        writer.written().get(30, TimeUnit.SECONDS);
        LosingDisk.crash("metrics");
        assertThat(steps(run, hadoop)).isEqualTo(upTo(1));
    }

    /** An object store shows a file once it is closed: the log is closed whenever somebody has to rely on it, and gone on with. */
    @Test
    void whereNoOpenFileIsSeenTheLogIsThereWheneverItIsAskedFor() throws Exception {
        Configuration hadoop = CopyingStore.hadoop("metrics");
        org.apache.hadoop.fs.Path run = new org.apache.hadoop.fs.Path("copying://metrics/run");
        MetricsWriter writer = open(run, hadoop, 0);
        for (int step = 1; step <= 5; step++) {
            writer.add(line(step));
            writer.add(step, Map.of("train/loss", 2.5));
            assertThat(steps(run, hadoop)).isEqualTo(upTo(step - 1));
            writer.written().get(30, TimeUnit.SECONDS);
            assertThat(steps(run, hadoop)).isEqualTo(upTo(step));
        }
        writer.add(line(6));
        writer.end(LONG);
        assertThat(steps(run, hadoop)).isEqualTo(upTo(6));
        MetricsWriter next = open(run, hadoop, 4);
        next.add(line(5));
        next.end(LONG);
        assertThat(steps(run, hadoop)).isEqualTo(upTo(5));
        assertThat(writer.news()).isEmpty();
        assertThat(next.news()).isEmpty();
    }

    /** A file that somebody has cut meanwhile is not taken for the run's. */
    @Test
    void aFileThatHasLostLinesIsNotGoneOnWith() throws Exception {
        MetricsWriter writer = open(Duration.ofSeconds(2));
        writer.add(line(1));
        writer.add(line(2));
        writer.written().get(30, TimeUnit.SECONDS);
        FullFileSystem.fillFor(path -> true);
        writer.add(line(3));
        CompletableFuture<Void> written = writer.written();
        while (writer.news().isEmpty()) {
            writer.check();
        }
        Files.writeString(directory.resolve("metrics.jsonl"), "");
        FullFileSystem.free();
        assertThatThrownBy(() -> written.get(30, TimeUnit.SECONDS))
                .hasMessageContaining("has lost lines: there were 2, there are 0");
        assertThatThrownBy(() -> writer.end(LONG)).isInstanceOf(IOException.class);
    }
}
