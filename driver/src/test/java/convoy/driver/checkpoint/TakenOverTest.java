package convoy.driver.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.fixture.SteppedFileSystem;
import convoy.driver.fixture.World;
import convoy.driver.lease.Lease;
import convoy.driver.metrics.MetricsLine;
import convoy.driver.metrics.MetricsLog;
import convoy.parameterserver.layout.KeyRange;
import convoy.parameterserver.range.SnapshotFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All that a driver does to its run's directory, from taking it to the model, and at each single thing of that another driver comes
 * after it: after one that was killed there, and after one that was frozen there and goes on when the other has done everything.
 */
@Timeout(180)
final class TakenOverTest {
    private static final long LAST = 3;

    private final Path directory;
    private final World world = new World();
    private final Random numbers = new Random(1);

    TakenOverTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void watchNobody() {
        SteppedFileSystem.ask((operation, path) -> {});
        SteppedFileSystem.renameLikeHdfs(false);
    }

    private Path run(String name) {
        return directory.resolve("runs").resolve(name);
    }

    /** Goes on from the newest checkpoint to the end, as a run's driver does. */
    private void live(String name, World.Machine machine) throws IOException, InterruptedException {
        RunDirectory open = RunDirectory.open(SteppedFileSystem.hadoop(), "stepped://" + directory + "/runs", name);
        Lease lease = Lease.take(open.territory(), machine, numbers.nextLong(), notice -> {});
        try (lease) {
            RunDirectory held = open.heldBy(lease);
            Checkpoints checkpoints = new Checkpoints(held);
            Optional<Checkpoint> newest = checkpoints.newest();
            newest.ifPresent(checkpoints::verify);
            checkpoints.removeIncomplete();
            held.write(held.path("run.yaml"), "the same each time");
            long from = newest.map(Checkpoint::step).orElse(0L);
            try (MetricsLog log =
                    MetricsLog.open(held.fileSystem(), held.path(MetricsLog.FILE), held.epoch(), from, kept -> {})) {
                for (long step = from + 1; step <= LAST; step++) {
                    log.add(new MetricsLine.Tensors(step, Map.of()));
                    log.flush();
                    checkpoints.commit(new Manifest(
                            step,
                            new TreeMap<>(Map.of("seed", "1")),
                            new TreeMap<>(),
                            Optional.empty(),
                            List.of(range(name, step, held.epoch()))));
                    checkpoints.retain(2, Long.MAX_VALUE, any -> false);
                }
            }
            checkpoints.retain(2, Long.MAX_VALUE, any -> false);
            held.write(held.path(RunDirectory.MODEL), "the model of step " + LAST);
        }
    }

    /** What a server writes, which knows nothing of leases. */
    private SnapshotFile range(String name, long step, long epoch) throws IOException {
        byte[] bytes = ("values of step " + step).getBytes(StandardCharsets.UTF_8);
        String file = "range-00000-of-00001." + epoch + "000001.safetensors";
        Path place = run(name).resolve("checkpoints").resolve("step-0000000" + step);
        Files.createDirectories(place);
        Files.write(place.resolve(file), bytes);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return new SnapshotFile(file, bytes.length, SnapshotFile.digits(checksum), new KeyRange(0, 10));
    }

    /** Everything but the lease, with its contents. */
    private Map<String, String> contents(String name) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(run(name))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String relative = run(name).relativize(file).toString();
                if (!relative.startsWith(Lease.FOLDER)) {
                    contents.put(relative, Files.readString(file));
                }
            }
        }
        return contents;
    }

    private void assertWhole(String name) throws IOException {
        RunDirectory found = RunDirectory.existing(SteppedFileSystem.hadoop(), "stepped://" + run(name));
        Checkpoints checkpoints = new Checkpoints(found);
        assertThat(checkpoints.whole()).containsExactly(LAST - 1, LAST);
        checkpoints.verify(checkpoints.newest().orElseThrow());
        Map<String, String> contents = contents(name);
        assertThat(contents).containsEntry("model.safetensors", "the model of step " + LAST);
        assertThat(contents.getOrDefault("metrics.jsonl", "").lines())
                .containsExactly(
                        "{\"kind\":\"tensors\",\"step\":1,\"crc32c\":{}}",
                        "{\"kind\":\"tensors\",\"step\":2,\"crc32c\":{}}",
                        "{\"kind\":\"tensors\",\"step\":3,\"crc32c\":{}}");
        assertThat(contents.keySet()).noneMatch(file -> file.startsWith(".metrics") || file.startsWith(".model"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereverOneIsKilledTheNextOneEndsWithTheSame(boolean likeHdfs) throws Exception {
        SteppedFileSystem.renameLikeHdfs(likeHdfs);
        int killed = 0;
        for (int at = 0; ; at++) {
            String name = "killed-" + at;
            World.Machine machine = world.machine();
            AtomicInteger left = new AtomicInteger(at);
            SteppedFileSystem.ask((operation, path) -> {
                if (left.getAndDecrement() <= 0) {
                    machine.freeze(true);
                    throw new IOException("killed");
                }
            });
            try {
                live(name, machine);
                break;
            } catch (IOException | UncheckedIOException dead) {
                killed++;
            } catch (RuntimeException dead) {
                assertThat(dead).hasMessageContaining("killed");
                killed++;
            }
            SteppedFileSystem.ask((operation, path) -> {});
            live(name, world.machine());
            assertWhole(name);
        }
        assertThat(killed).isGreaterThan(40);
    }

    /** A driver in a thread of its own, which is stopped before one of the things that it does. */
    private final class Frozen {
        private final CountDownLatch stopped = new CountDownLatch(1);
        private final CountDownLatch thawed = new CountDownLatch(1);
        private final List<String> done = new ArrayList<>();
        private final Thread thread;
        private volatile boolean frozen;
        private volatile Optional<Throwable> ended = Optional.empty();

        Frozen(String name, World.Machine machine, int at) {
            AtomicInteger left = new AtomicInteger(at);
            thread = new Thread(() -> {
                SteppedFileSystem.ask((operation, path) -> {
                    if (left.getAndDecrement() == 0) {
                        machine.freeze(true);
                        frozen = true;
                        stopped.countDown();
                        try {
                            thawed.await();
                        } catch (InterruptedException interrupted) {
                            throw new IOException(interrupted);
                        }
                    } else if (frozen && operation != SteppedFileSystem.Operation.LIST) {
                        done.add(operation + " " + path);
                    }
                });
                try {
                    live(name, machine);
                } catch (IOException | InterruptedException | RuntimeException | Error failure) {
                    ended = Optional.of(failure);
                }
                stopped.countDown();
            });
            thread.start();
        }
    }

    /**
     * The one thing that was under way when it was frozen is done late, and nothing after it. What the other one has written stays as it is:
     * of the late things a renaming finds nothing to rename, a deletion meets what is old, and what is made is a draft that nobody reads, as is what its servers write.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereverOneIsFrozenItChangesNothingWhenItComesBack(boolean likeHdfs) throws Exception {
        SteppedFileSystem.renameLikeHdfs(likeHdfs);
        int frozen = 0;
        for (int at = 0; ; at++) {
            String name = "frozen-" + at;
            World.Machine machine = world.machine();
            Frozen first = new Frozen(name, machine, at);
            first.stopped.await();
            if (!first.frozen) {
                break;
            }
            frozen++;
            live(name, world.machine());
            Map<String, String> before = contents(name);
            assertWhole(name);
            machine.freeze(false);
            first.thawed.countDown();
            first.thread.join();
            Map<String, String> after = contents(name);
            assertThat(after).as("frozen at %d", at).containsAllEntriesOf(before);
            after.keySet().removeAll(before.keySet());
            assertThat(after.keySet())
                    .as("frozen at %d", at)
                    .allMatch(file -> file.matches(
                            "(.*/)?\\..*\\.1\\.(tmp|next)|checkpoints/.*/range-.*\\.1000001\\.safetensors"))
                    .hasSizeLessThanOrEqualTo(2);
            // One that had not got as far as holding it is told that another does, or did.
            if (first.ended.isPresent() && first.ended.get() instanceof TrainingFailedException lost) {
                assertThat(lost).hasMessageContaining("run '" + name + "' was taken over by process");
                assertThat(first.done).as("frozen at %d", at).isEmpty();
            }
        }
        assertThat(frozen).isGreaterThan(40);
    }
}
