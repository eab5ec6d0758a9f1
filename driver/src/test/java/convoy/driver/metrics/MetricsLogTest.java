package convoy.driver.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import convoy.driver.lease.GuardedFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsLogTest {
    private final Path directory;

    MetricsLogTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private MetricsLog open(long through) throws IOException {
        FileSystem local = FileSystem.getLocal(new Configuration()).getRawFileSystem();
        return MetricsLog.open(
                new GuardedFileSystem(local, () -> {}), new org.apache.hadoop.fs.Path(file().toUri()), 1, through);
    }

    private Path file() {
        return directory.resolve("metrics.jsonl");
    }

    private static void add(MetricsLog log, long step) throws IOException {
        ObjectNode entry = log.entry("step", step);
        entry.put("loss", 1.5);
        log.add(entry);
    }

    @Test
    void oneObjectALineVisibleOnceFlushed() throws IOException {
        try (MetricsLog log = open(0)) {
            add(log, 1);
            add(log, 2);
            log.flush();
            assertThat(Files.readAllLines(file()))
                    .containsExactly(
                            "{\"kind\":\"step\",\"step\":1,\"loss\":1.5}",
                            "{\"kind\":\"step\",\"step\":2,\"loss\":1.5}");
        }
    }

    @Test
    void aResumedRunContinuesAfterItsCheckpointAndCutsWhatLiesBeyond() throws IOException {
        try (MetricsLog log = open(0)) {
            for (long step = 1; step <= 5; step++) {
                add(log, step);
            }
        }
        Files.writeString(file(), "{\"kind\":\"st", java.nio.file.StandardOpenOption.APPEND);
        try (MetricsLog log = open(3)) {
            assertThat(log.kept())
                    .extracting(entry -> entry.get("step").asLong())
                    .containsExactly(1L, 2L, 3L);
            add(log, 4);
        }
        assertThat(steps()).containsExactly(1L, 2L, 3L, 4L);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void aProcessThatDiedBeforeTheRenamingLosesNothing() throws IOException {
        try (MetricsLog log = open(0)) {
            add(log, 1);
        }
        Files.writeString(directory.resolve(".metrics.jsonl.1.next"), "{\"kind\":\"step\",\"step\":1,\"lo");
        try (MetricsLog log = open(1)) {
            add(log, 2);
        }
        assertThat(steps()).containsExactly(1L, 2L);
    }

    @Test
    void whatIsNoNumberIsNull() throws IOException {
        try (MetricsLog log = open(0)) {
            ObjectNode entry = log.entry("step", 1);
            MetricsLog.number(entry, "loss", Double.NaN);
            log.add(entry);
        }
        assertThat(Files.readString(file())).isEqualTo("{\"kind\":\"step\",\"step\":1,\"loss\":null}\n");
    }

    private List<Long> steps() throws IOException {
        return Files.readAllLines(file()).stream()
                .map(line -> Long.parseLong(line.replaceAll(".*\"step\":([0-9]+).*", "$1")))
                .toList();
    }
}
