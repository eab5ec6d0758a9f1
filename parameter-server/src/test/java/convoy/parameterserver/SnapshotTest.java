package convoy.parameterserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.parameterserver.client.ParameterClient;
import convoy.parameterserver.files.Safetensors;
import convoy.parameterserver.layout.Layouts;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.parameterserver.layout.SharedTensors;
import convoy.parameterserver.range.OpenRange;
import convoy.parameterserver.range.SnapshotFile;
import convoy.parameterserver.range.SnapshotPlan;
import convoy.parameterserver.range.TensorSums;
import convoy.parameterserver.range.ValueSource;
import convoy.parameterserver.range.WrittenRange;
import convoy.parameterserver.sum.Subtree;
import convoy.parameterserver.sum.SubtreeSum;
import convoy.parameterserver.transport.ServerException;
import convoy.parameterserver.update.Optimizer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Snapshots while training goes on, and what can be made of them. */
final class SnapshotTest {
    private final Path directory;

    SnapshotTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void heal() {
        FaultyFileSystem.room = Long.MAX_VALUE;
        FaultyFileSystem.asError = false;
        FaultyFileSystem.FILES.drainPermits();
        FaultyFileSystem.FILES.release(1_000_000);
    }

    private Training training(Optimizer optimizer, long every, Long... versions) {
        return Training.of(4, Training.rule(optimizer, Optional.of(2.0)))
                .with(SnapshotPlan.to(directory.toUri().toString())
                        .withEvery(every)
                        .withVersions(List.of(versions)));
    }

    private static List<WrittenRange> written(Cluster cluster, long incarnation, long version) {
        List<CompletableFuture<WrittenRange>> files = new ArrayList<>();
        for (int server = 0; server < cluster.addresses.size(); server++) {
            files.add(
                    cluster.clients.snapshot(cluster.addresses.get(server), Cluster.RUN, incarnation, server, version));
        }
        return files.stream().map(Cluster::get).toList();
    }

    private static List<SnapshotFile> files(Cluster cluster, long incarnation, long version) {
        return written(cluster, incarnation, version).stream()
                .map(WrittenRange::file)
                .toList();
    }

    /** Tensors lie across the borders of two and three servers. */
    @ParameterizedTest(name = "{0} servers")
    @CsvSource({"1", "2", "3"})
    void tensorsHaveTheSameChecksumsOnAnyNumberOfServers(int servers) {
        Training training = training(new Optimizer.Nesterov(0.9), 2);
        float[] values;
        List<WrittenRange> written;
        try (Cluster cluster = new Cluster(servers)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            values = training.run(client, 0, 2, 1);
            written = written(cluster, 1, 2);
        }
        Map<String, String> sums = TensorSums.of(training.layout(), written);
        assertThat(sums.keySet())
                .containsExactlyElementsOf(
                        training.layout().segments().stream().map(Segment::name).toList());
        for (Segment segment : training.layout().segments()) {
            assertThat(sums.get(segment.name()))
                    .as(segment.name())
                    .isEqualTo(TensorSums.of(values, segment.begin(), segment.size()));
        }
        assertThat(written.stream().mapToInt(range -> range.tensors().size()).sum())
                .as("parts, one more for each border inside a tensor")
                .isGreaterThanOrEqualTo(sums.size() + (servers > 1 ? 1 : 0));
    }

    private ValueSource.Snapshot source(List<SnapshotFile> files, long version) {
        return new ValueSource.Snapshot(
                directory.resolve(SnapshotPlan.directoryName(version)).toUri().toString(), files);
    }

    static Stream<Arguments> restorations() {
        return Stream.of(
                Arguments.of(1, 1, new Optimizer.Sgd()),
                Arguments.of(1, 3, new Optimizer.Adam(0.9, 0.999, 1e-8)),
                Arguments.of(3, 1, new Optimizer.Nesterov(0.9)),
                Arguments.of(2, 3, new Optimizer.RmsProp(0.9, 1e-8, 0.9)),
                Arguments.of(3, 2, new Optimizer.AdamW(0.9, 0.999, 1e-8)));
    }

    @ParameterizedTest(name = "{0} servers to {1}, {2}")
    @MethodSource("restorations")
    void goesOnWithTheSameBits(int before, int after, Optimizer optimizer) {
        Training training = training(optimizer, 2);
        float[] expected;
        List<SnapshotFile> files;
        try (Cluster cluster = new Cluster(before)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            training.run(client, 0, 3, 2);
            files = files(cluster, 1, 2);
            expected = training.run(client, 3, 5, 1);
        }
        assertThat(files)
                .extracting(SnapshotFile::range)
                .isEqualTo(training.layout().ranges(before));
        try (Cluster cluster = new Cluster(after)) {
            ParameterClient client = cluster.open(training, 2, 2, source(files, 2));
            assertThat(training.run(client, 2, 5, 3)).isEqualTo(expected);
        }
    }

    /** Some tensors are trained for two steps, then all: the first keep values and slots, the others begin. */
    @ParameterizedTest(name = "{0} servers to {1}, {2}")
    @MethodSource("restorations")
    void aSnapshotOfSomeTensorsIsTheBeginningOfMore(int before, int after, Optimizer optimizer) throws Exception {
        Training whole = training(optimizer, 0, 2L, 3L);
        ParameterLayout head = whole.layout().without(Set.of("conv.weight", "bn.bias", "bn.running_mean"));
        Training part = new Training(head, whole.rule(), whole.leaves(), whole.snapshots());
        float[] first = whole.initial();
        float[] partFirst = new float[head.size()];
        SharedTensors.of(whole.layout(), head).copy(first, partFirst);
        float[] trained;
        List<SnapshotFile> files;
        try (Cluster cluster = new Cluster(Math.min(before, head.partitions()))) {
            ParameterClient client = cluster.open(part, 1, 0, new ValueSource.Initial(partFirst));
            trained = part.run(client, 0, 2, 2);
            files = files(cluster, 1, 2);
        }
        Path others = directory.resolve("initial.safetensors");
        try (OutputStream out = Files.newOutputStream(others)) {
            Safetensors.write(
                    out,
                    Map.of(),
                    whole.layout().segments().stream()
                            .map(segment -> new Safetensors.Tensor(
                                    segment.name(),
                                    segment.shape().stream()
                                            .map(Integer::longValue)
                                            .toList(),
                                    first,
                                    segment.begin()))
                            .toList());
        }
        float[] expected = first.clone();
        SharedTensors.of(head, whole.layout()).copy(trained, expected);
        Map<String, float[]> slotsBefore = slots(head, files, optimizer);

        ValueSource.Snapshot snapshot = source(files, 2);
        ValueSource grown = new ValueSource.Snapshot(
                snapshot.directory(),
                files,
                Optional.of(new ValueSource.Growth(head, others.toUri().toString())));
        Path copied = directory.resolve("grown");
        Training more = whole.with(SnapshotPlan.to(copied.toUri().toString()));
        try (Cluster cluster = new Cluster(after)) {
            ParameterClient client = cluster.open(more, 2, 2, grown);
            assertThat(more.run(client, 2, 2, 1)).isEqualTo(expected);
            List<SnapshotFile> again = files(cluster, 2, 2);
            for (SnapshotFile file : again) {
                Files.move(
                        copied.resolve("step-00000002").resolve(file.name()),
                        directory.resolve("step-00000002").resolve(file.name()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
            Map<String, float[]> slotsAfter = slots(more.layout(), again, optimizer);
            assertThat(slotsAfter.keySet()).isEqualTo(slotsBefore.keySet());
            slotsAfter.forEach((slot, values) -> {
                float[] wanted = new float[more.layout().size()];
                SharedTensors.of(head, more.layout()).copy(Objects.requireNonNull(slotsBefore.get(slot)), wanted);
                assertThat(values).as(slot).isEqualTo(wanted);
            });
        }
    }

    /** The optimizer's slots of all range files of version 2, at their places in the flat vector. */
    private Map<String, float[]> slots(ParameterLayout layout, List<SnapshotFile> files, Optimizer optimizer)
            throws Exception {
        Map<String, float[]> slots = new HashMap<>();
        for (String slot : optimizer.slots()) {
            float[] values = new float[layout.size()];
            for (SnapshotFile file : files) {
                try (Safetensors.Reader reader = Safetensors.open(
                        Cluster.HADOOP,
                        new org.apache.hadoop.fs.Path(directory
                                .resolve("step-00000002")
                                .resolve(file.name())
                                .toUri()))) {
                    reader.read(slot, values, file.range().begin());
                }
            }
            slots.put(slot, values);
        }
        return slots;
    }

    @Test
    void othersThatAreMissingOrOfAnotherShapeAreNamed() throws Exception {
        Training whole = training(new Optimizer.Sgd(), 0, 1L);
        ParameterLayout head = whole.layout().without(Set.of("conv.weight"));
        Training part = new Training(head, whole.rule(), whole.leaves(), whole.snapshots());
        float[] partFirst = new float[head.size()];
        List<SnapshotFile> files;
        try (Cluster cluster = new Cluster(1)) {
            part.run(cluster.open(part, 1, 0, new ValueSource.Initial(partFirst)), 0, 1, 1);
            files = files(cluster, 1, 1);
        }
        Path others = directory.resolve("initial.safetensors");
        try (OutputStream out = Files.newOutputStream(others)) {
            Safetensors.write(
                    out, Map.of(), List.of(new Safetensors.Tensor("conv.weight", List.of(2L), new float[2], 0)));
        }
        for (String uri :
                List.of(others.toUri().toString(), directory.resolve("gone").toUri() + ".safetensors")) {
            try (Cluster cluster = new Cluster(1)) {
                ValueSource grown = new ValueSource.Snapshot(
                        source(files, 1).directory(), files, Optional.of(new ValueSource.Growth(head, uri)));
                assertThatThrownBy(() -> cluster.open(whole, 2, 1, grown))
                        .hasStackTraceContaining(uri.substring(uri.lastIndexOf('/')))
                        .hasMessageNotContaining("\n");
            }
        }
    }

    @Test
    void filesAreWholeAndAlwaysTheSame() throws Exception {
        Training training = training(new Optimizer.Momentum(0.9), 0, 0L, 2L);
        List<SnapshotFile> first;
        try (Cluster cluster = new Cluster(2)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            float[] values = training.run(client, 0, 2, 1);
            first = files(cluster, 1, 2);
            assertThat(first)
                    .extracting(SnapshotFile::name)
                    .containsExactly("range-00000-of-00002.1.safetensors", "range-00001-of-00002.1.safetensors");
            Path step = directory.resolve("step-00000002");
            for (SnapshotFile file : first) {
                byte[] bytes = Files.readAllBytes(step.resolve(file.name()));
                assertThat(bytes).hasSize((int) file.length());
                CRC32C checksum = new CRC32C();
                checksum.update(bytes);
                assertThat(SnapshotFile.digits(checksum)).isEqualTo(file.crc32c());
                try (Safetensors.Reader reader = Safetensors.open(
                        Cluster.HADOOP,
                        new org.apache.hadoop.fs.Path(step.resolve(file.name()).toUri()))) {
                    assertThat(reader.metadata())
                            .containsEntry("layout", training.layout().fingerprint())
                            .containsEntry("version", "2");
                    float[] held = new float[file.range().size()];
                    reader.read("values", held, 0);
                    assertThat(held)
                            .isEqualTo(Arrays.copyOfRange(
                                    values, file.range().begin(), file.range().end()));
                    assertThat(reader.names()).containsExactly("values", "momentum_buffer");
                }
            }
            // Nothing else lies there: no temporary file, and of version 0 as much as of version 2.
            files(cluster, 1, 0);
            try (Stream<Path> all = Files.walk(directory)) {
                assertThat(all.filter(Files::isRegularFile)
                                .filter(path -> !path.toString().endsWith(".crc"))
                                .map(path -> directory.relativize(path).toString()))
                        .containsExactlyInAnyOrder(
                                "step-00000000/range-00000-of-00002.1.safetensors",
                                "step-00000000/range-00001-of-00002.1.safetensors",
                                "step-00000002/range-00000-of-00002.1.safetensors",
                                "step-00000002/range-00001-of-00002.1.safetensors");
            }
        }
        try (Cluster cluster = new Cluster(2)) {
            training.run(cluster.open(training, 7, 0, new ValueSource.Initial(training.initial())), 0, 2, 4);
            List<SnapshotFile> second = files(cluster, 7, 2);
            assertThat(second)
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("name")
                    .isEqualTo(first);
            assertThat(second)
                    .as("another incarnation touches no file of the first")
                    .extracting(SnapshotFile::name)
                    .containsExactly("range-00000-of-00002.7.safetensors", "range-00001-of-00002.7.safetensors");
        }
    }

    @Test
    void aSnapshotCanBeAskedForUntilItsVersionHasPassed() {
        Training training = training(new Optimizer.Momentum(0.9), 0);
        try (Cluster cluster = new Cluster(2)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            CompletableFuture<WrittenRange> later =
                    cluster.clients.snapshot(cluster.addresses.get(0), Cluster.RUN, 1, 0, 3);
            training.run(client, 0, 2, 2);
            assertThat(later).isNotDone();
            assertThat(files(cluster, 1, 2)).hasSize(2);
            assertThatThrownBy(() -> files(cluster, 1, 1))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("refused snapshot of version 1 of range 0 of run 'test'")
                    .hasMessageContaining("partition 0 has passed it and stands at 2");
            training.run(client, 2, 3, 2);
            assertThat(Cluster.get(later).file().range())
                    .isEqualTo(training.layout().ranges(2).get(0));
            // Asked again, the same answer, though the version has passed by now.
            training.run(client, 3, 4, 2);
            assertThat(Cluster.get(cluster.clients.snapshot(cluster.addresses.get(0), Cluster.RUN, 1, 0, 3)))
                    .isEqualTo(later.join());
            assertThatThrownBy(
                            () -> Cluster.get(cluster.clients.snapshot(cluster.addresses.get(0), Cluster.RUN, 1, 1, 9)))
                    .hasMessageContaining("range 1 of run 'test' is not served here");
        }
    }

    /** Asked for at the worst moments: while partitions are on their way to that version. */
    @Test
    void askingWhileTheVersionIsReachedNeverHangs() {
        Training training = training(new Optimizer.Sgd(), 0);
        try (Cluster cluster = new Cluster(2)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            int taken = 0;
            for (long step = 0; step < 30; step++) {
                float[] values = Cluster.pull(client, step);
                SubtreeSum.Node sum = training.sum(step, new Subtree(0, 4), values);
                List<CompletableFuture<?>> answers = new ArrayList<>();
                for (int partition = 0; partition < training.layout().partitions(); partition++) {
                    answers.add(client.push(partition, step, sum.subtree(), sum.examples(), sum.sums()));
                    if (partition == step % training.layout().partitions()) {
                        for (int server = 0; server < 2; server++) {
                            answers.add(cluster.clients.snapshot(
                                    cluster.addresses.get(server), Cluster.RUN, 1, server, step + step % 2));
                        }
                    }
                }
                for (CompletableFuture<?> answer : answers) {
                    try {
                        if (Cluster.get(answer) instanceof WrittenRange) {
                            taken++;
                        }
                    } catch (ServerException e) {
                        assertThat(e).hasMessageContaining("has passed it");
                    }
                }
            }
            assertThat(taken).isGreaterThan(20);
        }
    }

    @Test
    void slowStorageSkipsSnapshotsAndDelaysNothing() throws InterruptedException {
        SnapshotPlan plan =
                SnapshotPlan.to("faulty://" + directory).withEvery(1).withVersions(List.of(6L));
        Training training = Training.of(2, Training.rule(new Optimizer.Momentum(0.9), Optional.empty()))
                .with(plan);
        float[] expected;
        try (Cluster cluster = new Cluster(1)) {
            Training plain = training.with(Training.NONE);
            expected = plain.run(cluster.open(plain, 1, 0, new ValueSource.Initial(plain.initial())), 0, 6, 1);
        }
        FaultyFileSystem.FILES.drainPermits();
        try (Cluster cluster = new Cluster(1);
                Log log = Log.listen()) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            assertThat(training.run(client, 0, 6, 1)).isEqualTo(expected);
            for (long skipped = 3; skipped <= 5; skipped++) {
                long version = skipped;
                assertThatThrownBy(() -> files(cluster, 1, version))
                        .hasMessageContaining("the snapshot of version " + version)
                        .hasMessageContaining("was skipped: 2 earlier ones still being written");
            }
            assertThat(log.await("was skipped")).anyMatch(line -> line.contains("version 3"));
            CompletableFuture<WrittenRange> last =
                    cluster.clients.snapshot(cluster.addresses.get(0), Cluster.RUN, 1, 0, 6);
            Thread.sleep(100);
            assertThat(last).isNotDone();
            heal();
            assertThat(Cluster.get(last).file().length()).isPositive();
            assertThat(files(cluster, 1, 1)).hasSize(1);
            assertThat(files(cluster, 1, 2)).hasSize(1);
            assertThat(cluster.hosts.get(0).statistics().snapshots()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aFullDiskIsReportedAndTrainingGoesOn(boolean asError) throws IOException {
        FaultyFileSystem.asError = asError;
        Training training = Training.of(2, Training.rule(new Optimizer.Momentum(0.9), Optional.empty()))
                .with(SnapshotPlan.to("faulty://" + directory).withEvery(2));
        FaultyFileSystem.room = 10_000;
        try (Cluster cluster = new Cluster(1);
                Log log = Log.listen()) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            training.run(client, 0, 3, 1);
            assertThatThrownBy(() -> files(cluster, 1, 2))
                    .isInstanceOfSatisfying(ServerException.class, failure -> assertThat(failure.reason())
                            .isEqualTo(ServerException.Reason.FAILED))
                    .hasMessageMatching("server [^ ]+ cannot write faulty:" + directory
                            + "/step-00000002/range-00000-of-00001.1.safetensors: No space left on device");
            assertThat(log.lines()).as("told by whoever waits for it").isEmpty();
            try (Stream<Path> left = Files.list(directory.resolve("step-00000002"))) {
                assertThat(left).isEmpty();
            }
            FaultyFileSystem.room = Long.MAX_VALUE;
            training.run(client, 3, 4, 1);
            assertThat(files(cluster, 1, 4)).hasSize(1);
        }
    }

    @Test
    void oneThatCouldNotBeWrittenIsWrittenWhenItIsAskedForAgain() {
        Training training = Training.of(2, Training.rule(new Optimizer.Momentum(0.9), Optional.empty()))
                .with(SnapshotPlan.to("faulty://" + directory).withEvery(2));
        FaultyFileSystem.room = 10_000;
        try (Cluster cluster = new Cluster(1)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            training.run(client, 0, 2, 1);
            for (int again = 0; again < 3; again++) {
                assertThatThrownBy(() -> files(cluster, 1, 2)).hasMessageContaining("No space left on device");
            }
            FaultyFileSystem.room = Long.MAX_VALUE;
            assertThat(files(cluster, 1, 2)).hasSize(1);
            assertThat(files(cluster, 1, 2)).as("and not once more").hasSize(1);
            assertThat(cluster.hosts.get(0).statistics().snapshots()).isEqualTo(1);
        }
    }

    @Test
    void aFencedRangeLeavesNoFileBehind() throws IOException {
        Training training = Training.of(2, Training.rule(new Optimizer.Momentum(0.9), Optional.empty()))
                .with(SnapshotPlan.to("faulty://" + directory).withEvery(2));
        FaultyFileSystem.FILES.drainPermits();
        try (Cluster cluster = new Cluster(1)) {
            ParameterClient client = cluster.open(training, 1, 0, new ValueSource.Initial(training.initial()));
            training.run(client, 0, 2, 1);
            CompletableFuture<WrittenRange> waiting =
                    cluster.clients.snapshot(cluster.addresses.get(0), Cluster.RUN, 1, 0, 2);
            cluster.open(training, 2, 0, new ValueSource.Initial(training.initial()));
            assertThatThrownBy(() -> Cluster.get(waiting)).hasMessageContaining("fenced: incarnation 2 is served");
            heal();
        }
        // A host that is closed has waited for its files.
        assertThat(list(directory.resolve("step-00000002"))).isEmpty();
    }

    private static List<Path> list(Path path) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a flipped bit in the values | flip 5000 | it is damaged; resume from another checkpoint",
                "a flipped bit in the header | flip 20   | it is damaged; resume from another checkpoint",
                "cut off                     | cut       | bytes, its manifest says",
                "longer                      | append    | bytes, its manifest says",
                "missing                     | delete    | is missing, though the manifest beside it lists it",
                "another version             | version   | its version is 2, 3 is wanted",
                "another network             | layout    | the network has",
                "another network of that size| renamed   | its layout is",
                "another optimizer           | optimizer | it was written with another optimizer",
                "a file left out             | leave out | its range files hold",
                "a file twice                | twice     | leave out or repeat something at",
                "nothing there               | nowhere   | is missing"
            })
    void damageIsNamed(String what, String damage, String message) throws IOException {
        Training training = training(new Optimizer.Momentum(0.9), 2);
        List<SnapshotFile> files;
        try (Cluster cluster = new Cluster(2)) {
            training.run(cluster.open(training, 1, 0, new ValueSource.Initial(training.initial())), 0, 2, 1);
            files = new ArrayList<>(files(cluster, 1, 2));
        }
        Path victim = directory.resolve("step-00000002").resolve(files.get(0).name());
        byte[] bytes = Files.readAllBytes(victim);
        // Hadoop's local file system would notice by itself, with checksums that HDFS users do not have in files.
        Files.deleteIfExists(victim.resolveSibling("." + victim.getFileName() + ".crc"));
        Training restored = training;
        long version = 2;
        ValueSource.Snapshot source = source(files, 2);
        switch (damage.strip()) {
            case "flip 5000" -> bytes[5_000] ^= 1;
            case "flip 20" -> bytes[20] ^= 1;
            case "cut" -> bytes = Arrays.copyOf(bytes, bytes.length - 1);
            case "append" -> bytes = Arrays.copyOf(bytes, bytes.length + 1);
            case "version" -> version = 3;
            case "layout" ->
                restored = new Training(
                        Layouts.ofEveryRole(6_000, 300), training.rule(), training.leaves(), training.snapshots());
            case "renamed" -> {
                List<Segment> segments = new ArrayList<>(training.layout().segments());
                Segment first = segments.get(0);
                segments.set(0, Segment.of("other", first.shape(), 0, first.role(), 0));
                restored = new Training(
                        new ParameterLayout(segments), training.rule(), training.leaves(), training.snapshots());
            }
            case "optimizer" -> restored = training(new Optimizer.Adam(0.9, 0.999, 1e-8), 2);
            case "leave out" -> source = source(files.subList(0, 1), 2);
            case "twice" -> source = source(List.of(files.get(0), files.get(0), files.get(1)), 2);
            case "nowhere" -> source = source(files, 4);
            case "delete" -> Files.delete(victim);
            default -> throw new AssertionError(damage);
        }
        if (!damage.strip().equals("delete")) {
            Files.write(victim, bytes);
        }
        try (Cluster cluster = new Cluster(1)) {
            OpenRange range = cluster.range(restored, 0, 2, version, source);
            assertThatThrownBy(() -> Cluster.get(cluster.clients.open(cluster.addresses.get(0), range)))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("refused open range 0 of 1 of run 'test'")
                    .hasMessageContaining(message)
                    .hasMessageContaining("step-0000000")
                    .hasMessageNotContaining("\n");
            // The host is none the worse: the same range opens from what is whole.
            cluster.open(training, 3, 0, new ValueSource.Initial(training.initial()));
        }
    }
}
