package convoy.driver.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.lease.GuardedFileSystem;
import convoy.records.BadInputException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsLogTest {
    /** As a run wrote them before the lines were records, the host's name and the directories made shorter. */
    private static final String OLD = """
            {"kind":"membership","step":0,"change":"worker 1 on localhost joined","servers":0,"workers":["worker 0 on localhost","worker 1 on localhost"],"time":"2026-11-26T18:47:09.123Z"}
            {"kind":"step","step":1,"epoch":0.012658227848101266,"loss":2.3466238975524902,"auxiliary-loss":0.0,"accuracy":0.125,"examples":64,"learning-rate":0.0010548523206751054,"images-per-second":31.02,"time":"2026-11-26T18:47:11.5Z","workers":[{"worker":"worker 0 on localhost","micro-batches":1,"compute-ms":211.803525,"data-wait-ms":0.11471,"pull-wait-ms":0.529645},{"worker":"worker 1 on \\"é\\"","micro-batches":1,"compute-ms":12.0,"data-wait-ms":0.0,"pull-wait-ms":1.5E-7}]}
            {"kind":"step","step":237,"epoch":3.0,"loss":null,"auxiliary-loss":null,"accuracy":0.8125,"examples":64,"learning-rate":1.411507638656162E-7,"images-per-second":193.13025046440097,"time":"2026-11-26T18:48:09Z","workers":[]}
            {"kind":"tensors","step":237,"crc32c":{"conv1.weight":"90ab12cd","fc.bias":"00000001"}}
            {"kind":"checkpoint","step":237,"directory":"file:/runs/a/checkpoints/step-00000237","bytes":3242968,"seconds":0.021,"time":"2026-11-26T18:48:09.1Z"}
            {"kind":"evaluation","step":237,"epoch":3.0,"rows":1000,"top1":935,"top5":998,"top1-accuracy":0.935,"top5-accuracy":0.998,"loss":0.33592529205804533,"time":"2026-11-26T18:48:09.2Z"}
            {"kind":"evaluation","step":237,"epoch":3.0,"rows":4,"top1":1,"top1-accuracy":0.25,"loss":null,"time":"2026-11-26T18:48:09.3Z"}
            {"kind":"norms","step":3,"layers":[{"layer":"conv1","kind":"convolution","gradient":0.5,"update":0.001},{"layer":"bn1","kind":"other","gradient":null,"update":null}]}
            """;

    private final Path directory;
    private final List<StoredLine> kept = new ArrayList<>();

    MetricsLogTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private MetricsLog open(long through) throws IOException {
        return open(FileSystem.getLocal(new Configuration()).getRawFileSystem(), through);
    }

    private MetricsLog open(FileSystem files, long through) throws IOException {
        kept.clear();
        return MetricsLog.open(
                new GuardedFileSystem(files, () -> {}),
                new org.apache.hadoop.fs.Path(file().toUri()),
                1,
                through,
                kept::add);
    }

    private Path file() {
        return directory.resolve("metrics.jsonl");
    }

    private static MetricsLine line(long step) {
        return new MetricsLine.Tensors(step, Map.of("bias", "00000001"));
    }

    @Test
    void oneObjectALineVisibleOnceFlushed() throws IOException {
        try (MetricsLog log = open(0)) {
            log.add(line(1));
            log.add(line(2));
            log.flush();
            assertThat(Files.readAllLines(file()))
                    .containsExactly(
                            "{\"kind\":\"tensors\",\"step\":1,\"crc32c\":{\"bias\":\"00000001\"}}",
                            "{\"kind\":\"tensors\",\"step\":2,\"crc32c\":{\"bias\":\"00000001\"}}");
        }
    }

    @Test
    void theLinesAreThoseThatRunsHaveAlwaysWritten() throws IOException {
        List<MetricsLine> lines = OLD.lines()
                .map(text -> StoredLine.of(StoredLine.parse(text)).line().orElseThrow())
                .toList();
        try (MetricsLog log = open(0)) {
            for (MetricsLine line : lines) {
                log.add(line);
            }
        }
        assertThat(Files.readString(file())).isEqualTo(OLD);
        assertThat(lines.stream().map(Object::getClass).distinct())
                .as("one of each kind")
                .hasSize(MetricsLine.class.getPermittedSubclasses().length);
    }

    @Test
    void aResumedRunContinuesAfterItsCheckpointAndCutsWhatLiesBeyond() throws IOException {
        try (MetricsLog log = open(0)) {
            for (long step = 1; step <= 5; step++) {
                log.add(line(step));
            }
        }
        Files.writeString(file(), "{\"kind\":\"st", StandardOpenOption.APPEND);
        try (MetricsLog log = open(3)) {
            assertThat(kept).extracting(line -> line.head().step()).containsExactly(1L, 2L, 3L);
            log.add(line(4));
        }
        assertThat(steps()).containsExactly(1L, 2L, 3L, 4L);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void linesOfAnotherVersionAreKeptAsTheyAre() throws IOException {
        String others = """
                {"kind":"weather","step":1,"sun":true}
                {"kind":"step", "step":2, "loss":1e-3, "auxiliary-loss":0, "of-a-later-version":[1]}
                """;
        Files.writeString(file(), others);
        open(2).close();
        assertThat(Files.readString(file())).isEqualTo(others);
        assertThat(kept.get(0).line()).isEmpty();
        assertThat(kept.get(1).stepLoss().orElseThrow().loss()).contains(0.001);
    }

    @Test
    void whatNoRunWritesIsRefusedAndStays() throws IOException {
        Files.writeString(file(), "{\"kind\":\"step\",\"step\":1}\n[1, 2]\n");
        assertThatThrownBy(() -> open(1))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("metrics.jsonl, line 2 is none of a run's (")
                .hasMessageEndingWith("): restore the file, or remove the line");
        assertThat(file()).hasContent("{\"kind\":\"step\",\"step\":1}\n[1, 2]\n");
    }

    @Test
    void aProcessThatDiedBeforeTheRenamingLosesNothing() throws IOException {
        try (MetricsLog log = open(0)) {
            log.add(line(1));
        }
        Files.writeString(directory.resolve(".metrics.jsonl.1.next"), "{\"kind\":\"step\",\"step\":1,\"lo");
        try (MetricsLog log = open(1)) {
            log.add(line(2));
        }
        assertThat(steps()).containsExactly(1L, 2L);
    }

    @Test
    void whatIsNoNumberIsNull() {
        assertThat(MetricsLine.figure(Double.NaN)).isEmpty();
        assertThat(MetricsLine.figure(Double.NEGATIVE_INFINITY)).isEmpty();
        assertThat(MetricsLine.figure(-0.5)).contains(-0.5);
    }

    /** A run of many workers and steps has a file larger than memory. */
    @Test
    void eachLineIsWrittenBeforeTheNextIsLookedFor() throws IOException {
        byte[] line = longLine();
        long lines = (16L << 20) / line.length;
        Watched files = new Watched(line, lines);
        files.initialize(java.net.URI.create("file:///"), new Configuration());
        Files.writeString(file(), "is there");
        AtomicLong heard = new AtomicLong();
        MetricsLog.open(
                        new GuardedFileSystem(files, () -> {}),
                        new org.apache.hadoop.fs.Path(file().toUri()),
                        1,
                        Long.MAX_VALUE,
                        kept -> heard.incrementAndGet())
                .close();
        assertThat(heard).hasValue(lines);
        assertThat(Files.size(file())).isEqualTo(lines * line.length);
        assertThat(files.mostAhead)
                .as("bytes read and not yet written")
                .isPositive()
                .isLessThan(1 << 17);
    }

    private byte[] longLine() throws IOException {
        List<MetricsLine.Effort> workers = IntStream.range(0, 64)
                .mapToObj(i -> new MetricsLine.Effort("worker " + i, 1, 211.803525, 0.11471, 0.529645))
                .toList();
        try (MetricsLog log = open(0)) {
            log.add(MetricsLineStepBuilder.builder()
                    .step(1)
                    .loss(Optional.of(1.5))
                    .auxiliaryLoss(Optional.of(0.0))
                    .accuracy(Optional.of(0.5))
                    .learningRate(Optional.of(0.1))
                    .imagesPerSecond(Optional.of(100.0))
                    .time(Optional.of("2026-11-26T18:47:09Z"))
                    .workers(workers)
                    .build());
        }
        return Files.readAllBytes(file());
    }

    /** The local disk with one file of the same line again and again, which tells how much is read before it is written. */
    private static final class Watched extends RawLocalFileSystem {
        private final byte[] line;
        private final long length;
        private long read;
        private long written;
        private long mostAhead;

        Watched(byte[] line, long lines) {
            this.line = line;
            this.length = lines * line.length;
        }

        @Override
        public FSDataInputStream open(org.apache.hadoop.fs.Path path, int buffer) {
            return new FSDataInputStream(new FSInputStream() {
                @Override
                public int read() {
                    return read == length ? -1 : line[(int) (read++ % line.length)] & 0xff;
                }

                @Override
                public int read(byte[] bytes, int offset, int count) {
                    mostAhead = Math.max(mostAhead, read - written);
                    int end = offset + (int) Math.min(count, length - read);
                    for (int i = offset; i < end; i++) {
                        bytes[i] = (byte) read();
                    }
                    return end == offset ? -1 : end - offset;
                }

                @Override
                public void seek(long position) {
                    read = position;
                }

                @Override
                public long getPos() {
                    return read;
                }

                @Override
                public boolean seekToNewSource(long position) {
                    return false;
                }
            });
        }

        @Override
        public FSDataOutputStream create(
                org.apache.hadoop.fs.Path path,
                FsPermission permission,
                boolean overwrite,
                int buffer,
                short replication,
                long block,
                Progressable progress)
                throws IOException {
            OutputStream file = super.create(path, permission, overwrite, buffer, replication, block, progress);
            return new FSDataOutputStream(
                    new FilterOutputStream(file) {
                        @Override
                        public void write(byte[] bytes, int offset, int count) throws IOException {
                            written += count;
                            out.write(bytes, offset, count);
                        }
                    },
                    null);
        }
    }

    private List<Long> steps() throws IOException {
        return Files.readAllLines(file()).stream()
                .map(line -> Long.parseLong(line.replaceAll(".*\"step\":([0-9]+).*", "$1")))
                .toList();
    }
}
