package convoy.driver.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.fixture.SteppedFileSystem;
import convoy.driver.fixture.SteppedFileSystem.Operation;
import convoy.driver.fixture.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One driver at a time holds a directory, whoever is frozen or killed, and wherever. */
@Timeout(120)
final class LeaseTest {
    /** Things that two drivers do in every order. Taking a directory that is free is three. */
    private static final int RACED = 8;

    private final Path directory;
    private final FileSystem files;
    private final World world = new World();
    private final List<String> notices = new ArrayList<>();
    private final Random numbers = new Random(1);

    LeaseTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        this.files = new org.apache.hadoop.fs.Path("stepped:///").getFileSystem(SteppedFileSystem.hadoop());
    }

    @AfterEach
    void watchNobody() {
        SteppedFileSystem.ask((operation, path) -> {});
    }

    private Lease.Territory territory() {
        return new Lease.Territory(files, new org.apache.hadoop.fs.Path("stepped://" + directory), "run 'r'");
    }

    private Lease take(World.Machine machine, Predicate<Holder> gone) throws IOException, InterruptedException {
        return Lease.take(territory(), machine, numbers.nextLong(), notices::add, gone);
    }

    private Lease take(World.Machine machine) throws IOException, InterruptedException {
        return take(machine, LeaseTest::isKnownToBeGone);
    }

    private static boolean isKnownToBeGone(Holder holder) {
        return holder.process() < 0;
    }

    private List<String> left() throws IOException {
        try (Stream<Path> found = Files.list(directory.resolve(".lease"))) {
            return found.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static boolean holds(Lease lease) throws IOException {
        try {
            lease.require();
            return true;
        } catch (TrainingFailedException lost) {
            return false;
        }
    }

    @Test
    void whoeverComesAfterOneThatIsDoneTakesItAtOnceWithAHigherEpoch() throws Exception {
        for (int epoch = 1; epoch <= 3; epoch++) {
            try (Lease lease = take(world.machine())) {
                assertThat(lease.epoch()).isEqualTo(epoch);
                assertThat(holds(lease)).isTrue();
                world.pass(9_000);
                assertThat(holds(lease)).isTrue();
                assertThat(left()).hasSize(2).last().asString().endsWith(".sign-4");
            }
        }
        assertThat(world.seconds()).isEqualTo(27);
        assertThat(notices).isEmpty();
        assertThat(left())
                .as("the last one's claim, its sign and its end")
                .hasSize(3)
                .allMatch(name -> name.startsWith("00000003-"));
    }

    @Test
    void aSecondOneIsRefusedAsSoonAsItSeesThatTheFirstLives() throws Exception {
        Lease first = take(world.machine());
        assertThatThrownBy(() -> take(world.machine()))
                .isInstanceOf(HeldByAnotherException.class)
                .hasMessageMatching(
                        "run 'r' is held by process " + ProcessHandle.current().pid()
                                + " on [^ ]+ since [^ ]+, which lives: wait for its end, or end it and give the same command again");
        assertThat(world.seconds()).isLessThan(3);
        assertThat(notices)
                .singleElement()
                .asString()
                .contains("of whom it is not known here whether it lives: watching its signs, at most 20 s");
        assertThat(holds(first)).isTrue();
        assertThat(first.epoch()).isEqualTo(1);
    }

    @Test
    void oneThatGivesNoSignIsDeadAfterTwentySecondsOfTheWaitingOnesOwnClock() throws Exception {
        World.Machine killed = world.machine();
        Lease first = take(killed);
        world.pass(5_000);
        killed.freeze(true);
        Lease second = take(world.machine());
        assertThat(world.seconds()).isBetween(25.0, 25.5);
        assertThat(second.epoch()).isEqualTo(2);
        assertThat(holds(second)).isTrue();
        killed.freeze(false);
        world.pass(5_000);
        assertThatThrownBy(first::requireNotLost)
                .isInstanceOf(TrainingFailedException.class)
                .hasMessageStartingWith("run 'r' was taken over by process ")
                .hasMessageEndingWith(
                        "after no sign of this driver's, with epoch 1, had been seen for 20 s: this one was"
                                + " stopped for a while, or could not write there; it changes nothing any more");
        assertThatThrownBy(first::require).isInstanceOf(TrainingFailedException.class);
        first.close();
        assertThat(holds(second)).as("whatever the first one does").isTrue();
    }

    @Test
    void aProcessThatThisMachineKnowsToBeGoneIsNotWaitedFor() throws Exception {
        World.Machine killed = world.machine();
        take(killed);
        killed.freeze(true);
        Lease second = take(
                world.machine(),
                holder -> holder.process() == ProcessHandle.current().pid());
        assertThat(world.seconds()).isZero();
        assertThat(second.epoch()).isEqualTo(2);
        assertThat(notices).isEmpty();
    }

    @Test
    void thisMachineKnowsOfItsOwnProcessesAlone() throws Exception {
        Holder here = Holder.here(java.time.Instant.EPOCH);
        assertThat(here.isGone()).isFalse();
        assertThat(new Holder(here.host(), here.process(), here.since(), here.machine(), here.begun() + 1).isGone())
                .as("its number was given to another")
                .isTrue();
        Process child = new ProcessBuilder("true").start();
        child.waitFor();
        Holder ended = new Holder(here.host(), child.pid(), here.since(), here.machine(), 1);
        assertThat(ended.isGone()).isTrue();
        assertThat(new Holder(here.host(), child.pid(), here.since(), "another kernel", 1).isGone())
                .isFalse();
        assertThat(new Holder(here.host(), child.pid(), here.since(), "", 1).isGone())
                .isFalse();
    }

    @Test
    void aFileSystemThatCannotBeReachedIsNotALoss() throws Exception {
        Lease lease = take(world.machine());
        SteppedFileSystem.ask((operation, path) -> {
            throw new IOException("no route to host");
        });
        assertThatThrownBy(lease::require).isInstanceOf(IOException.class).hasMessage("no route to host");
        world.pass(10_000);
        SteppedFileSystem.ask((operation, path) -> {});
        assertThat(holds(lease)).isTrue();
    }

    @Test
    void nothingIsChangedThroughAGuardOnceItIsLost() throws Exception {
        World.Machine frozen = world.machine();
        Lease first = take(frozen);
        GuardedFileSystem guarded = new GuardedFileSystem(files, first::require);
        org.apache.hadoop.fs.Path file =
                new org.apache.hadoop.fs.Path(territory().directory(), "file");
        guarded.create(file).close();
        frozen.freeze(true);
        take(world.machine());
        List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> changes = List.of(
                () -> guarded.create(new org.apache.hadoop.fs.Path(territory().directory(), "new")),
                () -> guarded.append(file),
                () -> guarded.rename(
                        file, new org.apache.hadoop.fs.Path(territory().directory(), "new")),
                () -> guarded.replace(
                        file, new org.apache.hadoop.fs.Path(territory().directory(), "new")),
                () -> guarded.delete(file, false),
                () -> guarded.truncate(file, 0),
                () -> guarded.mkdirs(new org.apache.hadoop.fs.Path(territory().directory(), "new")));
        changes.forEach(change -> assertThatThrownBy(change).isInstanceOf(TrainingFailedException.class));
        assertThat(guarded.exists(file)).isTrue();
        assertThat(directory.resolve("new")).doesNotExist();
    }

    /** Killed at each thing that taking it does: the next one gets it all the same, once the dead one has been silent. */
    @Test
    void oneThatIsKilledWhileItTakesItIsInNobodysWay() throws Exception {
        int operations = 0;
        for (int killedAt = 0; operations >= killedAt; killedAt++) {
            clear();
            World.Machine before = world.machine();
            take(before).close();
            World.Machine killed = world.machine();
            AtomicInteger count = new AtomicInteger();
            int at = killedAt;
            SteppedFileSystem.ask((operation, path) -> {
                if (count.getAndIncrement() >= at) {
                    throw new IOException("killed");
                }
            });
            Optional<Lease> first = Optional.empty();
            try {
                first = Optional.of(take(killed));
            } catch (IOException dead) {
                assertThat(dead).hasMessage("killed");
            }
            operations = count.get();
            killed.freeze(true);
            SteppedFileSystem.ask((operation, path) -> {});
            double begun = world.seconds();
            Lease second = take(world.machine());
            assertThat(world.seconds() - begun).isLessThan(21);
            assertThat(holds(second)).isTrue();
            if (first.isPresent()) {
                assertThat(holds(first.get())).isFalse();
                assertThat(second.epoch()).isGreaterThan(first.get().epoch());
            }
        }
        assertThat(operations).isGreaterThan(5);
    }

    private void clear() throws IOException {
        Path lease = directory.resolve(".lease");
        if (Files.exists(lease)) {
            try (Stream<Path> found = Files.walk(lease)) {
                for (Path file : found.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** One of two drivers, in a thread of its own, which does one thing at a time, when it is told to. */
    private final class Racer {
        private final Semaphore may = new Semaphore(0);
        private final Semaphore did = new Semaphore(0);
        private final Thread thread;
        private volatile Optional<Lease> lease = Optional.empty();
        private volatile Optional<Throwable> failure = Optional.empty();
        private volatile boolean over;

        Racer(World.Machine machine) {
            thread = new Thread(() -> {
                SteppedFileSystem.ask((operation, path) -> {
                    did.release();
                    may.acquireUninterruptibly();
                });
                may.acquireUninterruptibly();
                try {
                    lease = Optional.of(take(machine));
                } catch (IOException | InterruptedException | RuntimeException | Error ended) {
                    failure = Optional.of(ended);
                }
                over = true;
                did.release();
            });
            thread.start();
        }

        /** Does the next thing, if there is one. */
        void step() {
            if (!over) {
                may.release();
                did.acquireUninterruptibly();
            }
        }

        /** Does all that is left. */
        void finish() {
            while (!over) {
                step();
            }
        }
    }

    /**
     * Every order in which the first eight things of two drivers may happen, and then all else of one and of the other. No more than one holds
     * it, and one does unless both have seen each other and gave way.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofTwoThatRaceAtMostOneHoldsIt(boolean afterOneThatIsDone) throws Exception {
        int won = 0;
        for (int order = 0; order < 1 << RACED; order++) {
            if (Integer.bitCount(order) < 3 || Integer.bitCount(order) > RACED - 3) {
                // Hardly any race.
                continue;
            }
            clear();
            if (afterOneThatIsDone) {
                take(world.machine()).close();
            }
            World own = new World();
            List<Racer> racers = List.of(new Racer(own.machine()), new Racer(own.machine()));
            for (int bit = 0; bit < RACED; bit++) {
                racers.get(order >> bit & 1).step();
            }
            racers.get(order & 1).finish();
            racers.get(1 - (order & 1)).finish();
            int holding = 0;
            for (Racer racer : racers) {
                racer.thread.join();
                if (racer.lease.isPresent() && holds(racer.lease.get())) {
                    holding++;
                }
                racer.failure.ifPresent(refused -> assertThat(refused).isInstanceOf(HeldByAnotherException.class));
            }
            assertThat(holding).as("order %d", order).isLessThanOrEqualTo(1);
            won += holding;
            for (Racer racer : racers) {
                racer.lease.ifPresent(Lease::close);
            }
        }
        assertThat(won).as("and nearly always one does").isGreaterThan(160);
    }

    @Test
    void whatItAsksOfAFileSystemIsLittle() throws Exception {
        List<Operation> asked = new ArrayList<>();
        SteppedFileSystem.ask((operation, path) -> asked.add(operation));
        Lease lease = take(world.machine());
        assertThat(asked).containsExactly(Operation.LIST, Operation.CREATE, Operation.LIST);
        asked.clear();
        lease.require();
        assertThat(asked).containsExactly(Operation.LIST);
        asked.clear();
        world.pass(6_000);
        assertThat(asked).hasSize(8).doesNotContain(Operation.RENAME, Operation.MKDIRS);
        asked.clear();
        lease.close();
        assertThat(asked).containsExactly(Operation.LIST, Operation.CREATE);
    }
}
