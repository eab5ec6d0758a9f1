package convoy.jobs.registry;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.fixture.World;
import convoy.jobs.registry.history.Entry;
import convoy.records.BadInputException;
import convoy.worker.groups.LongTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several processes that change one registry. Each is stopped before something that it does to a file, at random; then the next one counts
 * it as dead and takes the registry over. When all are stopped they go on, in any order, and each makes the call late that it was about to
 * make. Whatever was told to be done stays done, and readers see a whole registry with one champion all the while.
 */
@Timeout(600)
final class RivalsTest {
    private static final int RIVALS = 3;

    private static final List<Deed> DEEDS = List.of(Deed.values());

    /** More things than any command does to files. */
    private static final int THINGS = 60;

    private final Configuration hadoop = CrashingFileSystem.hadoop();
    private final Path directory;
    private long numbers;

    RivalsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** One process, on a thread of its own; only one of them runs at a time. */
    private final class Rival {
        private final CountDownLatch stopped = new CountDownLatch(1);
        private final CountDownLatch goesOn = new CountDownLatch(1);
        private final Thread thread;
        private final World.Machine machine;
        private int left;
        private volatile boolean killed;
        private volatile Optional<String> told = Optional.empty();
        private volatile Optional<Throwable> ended = Optional.empty();

        Rival(Deed deed, String uri, World.Machine machine, long number, int at) {
            left = at;
            this.machine = machine;
            thread = new Thread(() -> {
                CrashingFileSystem.ask(this::before);
                try {
                    told = deed.run(hadoop, uri, machine, number);
                } catch (InterruptedException | RuntimeException | Error failure) {
                    ended = Optional.of(failure);
                }
                stopped.countDown();
            });
            thread.start();
        }

        private void before(String what, org.apache.hadoop.fs.Path path) throws IOException {
            if (left-- == 0) {
                machine.freeze(true);
                stopped.countDown();
                try {
                    goesOn.await();
                    machine.freeze(false);
                } catch (InterruptedException interrupted) {
                    throw new IOException(interrupted);
                }
            }
            if (killed) {
                throw new IOException("killed");
            }
        }

        /** Until it is done, or was stopped. */
        void awaitStop() throws InterruptedException {
            stopped.await();
        }

        /** To its end, which for some is at once. */
        void letGoOn(boolean dies) throws InterruptedException {
            killed = dies;
            goesOn.countDown();
            thread.join();
            machine.freeze(true);
            ended.ifPresent(failure -> assertThat(failure)
                    .satisfiesAnyOf(
                            lost -> assertThat(lost).isInstanceOf(TrainingFailedException.class),
                            // What it was about to do another has done.
                            late -> assertThat(late).isInstanceOf(BadInputException.class),
                            dead -> assertThat(dead).rootCause().isInstanceOf(IOException.class)));
        }
    }

    private static Set<String> names(Registry registry) {
        Set<String> names = new TreeSet<>();
        for (Entry entry : registry.history()) {
            names.add(entry.place().stamp().text());
        }
        return names;
    }

    private void race(long seed) throws Exception {
        Random random = new Random(seed);
        Path place = directory.resolve("rivals-" + seed);
        String uri = "crashing://" + (random.nextBoolean() ? "renaming" : "copying") + place;
        World world = new World();
        CrashTest.copy(prepared(), place);
        List<Rival> rivals = new ArrayList<>();
        Set<String> done = names(Registry.open(hadoop, uri));
        for (int i = 0; i < RIVALS; i++) {
            CrashTest.declareDead(place);
            Deed deed = DEEDS.get(random.nextInt(DEEDS.size()));
            Rival rival = new Rival(deed, uri, world.machine(), random.nextLong(), random.nextInt(THINGS));
            rival.awaitStop();
            rivals.add(rival);
            rival.told.ifPresent(done::add);
            assertOneChampion(uri, done);
        }
        Collections.shuffle(rivals, random);
        for (Rival rival : rivals) {
            rival.letGoOn(random.nextInt(4) == 0);
            rival.told.ifPresent(done::add);
            assertOneChampion(uri, done);
        }
        CrashTest.declareDead(place);
        Deed.PROMOTE.run(hadoop, uri, world.machine(), random.nextLong()).ifPresent(done::add);
        assertOneChampion(uri, done);
        Registry after = Soundness.require(hadoop, uri);
        assertThat(Leftovers.find(RegistryFiles.at(hadoop, uri), after).isEmpty())
                .isTrue();
        assertThat(drafts(place)).isEmpty();
    }

    /** Three versions, of which 1 and then 2 was champion. */
    private Path prepared() throws InterruptedException {
        Path base = directory.resolve("base");
        if (!Files.exists(base)) {
            World world = new World();
            for (Deed deed : List.of(Deed.ADD, Deed.PROMOTE, Deed.ADD, Deed.PROMOTE, Deed.ADD)) {
                deed.run(hadoop, "crashing://renaming" + base, world.machine(), ++numbers);
            }
        }
        return base;
    }

    private void assertOneChampion(String uri, Set<String> done) {
        Registry registry = Registry.open(hadoop, uri);
        registry.verify(registry.standing().champion().orElseThrow());
        assertThat(names(registry)).containsAll(done);
    }

    private static List<Path> drafts(Path place) throws IOException {
        try (Stream<Path> history = Files.list(place.resolve(RegistryFiles.HISTORY))) {
            return history.filter(file -> file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    private void raceAll(long from, long until) {
        for (long seed = from; seed < until; seed++) {
            try {
                race(seed);
            } catch (Exception | AssertionError failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }

    @Test
    void whateverIsToldToBeDoneStaysDone() {
        raceAll(0, 50);
    }

    @Test
    @LongTest
    void whateverIsToldToBeDoneStaysDoneForLonger() {
        raceAll(50, 10_000);
    }
}
