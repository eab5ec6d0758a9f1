package convoy.jobs.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.fixture.World;
import convoy.driver.lease.Lease;
import convoy.jobs.registry.history.Change;
import convoy.jobs.registry.history.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that changes a registry is killed before each single thing that it does to a file, from its claim to its last word; then another
 * one comes.
 */
@Timeout(300)
final class CrashTest {
    /** What changes nothing. */
    private static final Set<String> READING = Set.of("read", "look at", "list");

    /** Where files are copied in place of being renamed, {@code verify} shows these alone; {@code -Dlong.tests=true} has all. */
    private static final Set<Deed> SHOWN_TWICE = Set.of(Deed.MAKE, Deed.ADD, Deed.PROMOTE);

    private static final boolean EVERY_DEED = Boolean.getBoolean("long.tests");

    private static final List<String> KINDS = List.of("renaming", "copying");

    /** A registry of each kind, which every test has a copy of. */
    private static Path prepared;

    private final Configuration hadoop = CrashingFileSystem.hadoop();
    private final Path directory;
    private final World world = new World();
    private long numbers = 100;

    CrashTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void askNobody() {
        CrashingFileSystem.askNobody();
    }

    static Stream<Arguments> deeds() {
        return KINDS.stream().flatMap(kind -> Stream.of(Deed.values())
                // Which do the same to files as others.
                .filter(deed -> deed != Deed.FORCE && deed != Deed.MOVE_AN_ALIAS)
                .filter(deed -> kind.equals("renaming") || EVERY_DEED || SHOWN_TWICE.contains(deed))
                .map(deed -> Arguments.of(kind, deed)));
    }

    private Optional<String> run(Deed deed, String uri) throws InterruptedException {
        World.Machine machine = world.machine();
        try {
            return deed.run(hadoop, uri, machine, ++numbers);
        } finally {
            // Of one that was killed no sign of life comes any more.
            machine.freeze(true);
        }
    }

    /** Six versions: the champion was 1, 2 and is 4; 6 is the canary; there is something to go back to and something to clean away. */
    @BeforeAll
    static void prepare(@TempDir Path given) throws InterruptedException {
        prepared = given;
        for (String kind : KINDS) {
            World before = new World();
            long number = 0;
            for (Deed deed : List.of(
                    Deed.ADD,
                    Deed.PROMOTE,
                    Deed.ADD,
                    Deed.PROMOTE,
                    Deed.ADD,
                    Deed.ADD,
                    Deed.PROMOTE,
                    Deed.ADD,
                    Deed.ADD,
                    Deed.MOVE_AN_ALIAS)) {
                World.Machine machine = before.machine();
                deed.run(CrashingFileSystem.hadoop(), "crashing://" + kind + prepared.resolve(kind), machine, ++number);
                machine.freeze(true);
            }
        }
    }

    /** What whoever comes next knows after 20 s: nobody of before lives. */
    static void declareDead(Path registry) throws IOException {
        Path lease = registry.resolve(Lease.FOLDER);
        if (Files.exists(lease)) {
            try (Stream<Path> claims = Files.list(lease)) {
                for (Path claim : claims.toList()) {
                    if (claim.getFileName().toString().matches("[0-9]+-[0-9a-f]{16}")) {
                        Files.write(Path.of(claim + ".over"), new byte[0]);
                    }
                }
            }
        }
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("deeds")
    void whereverOneIsKilledTheRegistryIsAsBeforeOrAsAfter(String kind, Deed deed) throws Exception {
        Path base = deed == Deed.MAKE ? Files.createDirectories(directory.resolve("base")) : prepared.resolve(kind);
        int before = deed == Deed.MAKE
                ? 0
                : Soundness.require(hadoop, "crashing://" + kind + base)
                        .history()
                        .size();
        int killed = 0;
        int done = 0;
        while (true) {
            Path place = directory.resolve("killed-" + killed);
            String uri = "crashing://" + kind + place;
            copy(base, place);
            AtomicInteger left = new AtomicInteger(killed);
            AtomicBoolean changed = new AtomicBoolean(killed == 0);
            CrashingFileSystem.ask((what, path) -> {
                if (left.getAndDecrement() <= 0) {
                    throw new IOException("killed");
                }
                changed.set(!READING.contains(what));
            });
            boolean told = false;
            try {
                run(deed, uri);
                told = true;
            } catch (RuntimeException dead) {
                assertThat(dead).rootCause().hasMessage("killed");
            }
            CrashingFileSystem.askNobody();
            boolean whole = told && left.get() > 0;
            boolean isDone = isDone(uri, before, deed);
            assertThat(isDone || !told)
                    .as("killed at %d, told to be done", killed)
                    .isTrue();
            // After something that was only read all lies as it did when it was killed before that.
            if (!whole && !changed.get()) {
                killed++;
                continue;
            }
            declareDead(place);
            List<Entry> seen = entries(uri);
            // Whoever comes next clears up, and does it unless it is done.
            if (isDone) {
                run(Deed.MAKE, uri);
                done++;
            } else {
                run(deed, uri);
            }
            Registry after = Soundness.require(hadoop, uri);
            assertThat(after.history().subList(0, seen.size())).isEqualTo(seen);
            assertAsAfter(deed, after, before);
            assertThat(Leftovers.find(RegistryFiles.at(hadoop, uri), after).isEmpty())
                    .as("killed at %d", killed)
                    .isTrue();
            if (whole) {
                break;
            }
            killed++;
        }
        assertThat(killed).isGreaterThan(20);
        assertThat(done).isGreaterThan(1);
    }

    private List<Entry> entries(String uri) {
        return Registry.find(hadoop, uri).map(Registry::history).orElse(List.of());
    }

    /** Read as any reader does, before anybody has cleared up. */
    private boolean isDone(String uri, int before, Deed deed) {
        List<Entry> history = entries(uri);
        if (!history.isEmpty()) {
            Soundness.require(hadoop, uri);
        }
        assertThat(history.size()).as("entries of %s", deed).isBetween(before, before + 1);
        return history.size() > before;
    }

    /** Once, and with what has to go being gone. */
    private static void assertAsAfter(Deed deed, Registry after, int before) {
        List<Change> changes = after.history().stream()
                .skip(before)
                .map(Entry::change)
                .filter(change -> !(change instanceof Change.Recovered))
                .toList();
        assertThat(changes).hasSize(1);
        assertThat(after.standing().champion())
                .isEqualTo(
                        switch (deed) {
                            case MAKE -> Optional.empty();
                            case ADD, MOVE_AN_ALIAS, REMOVE_AN_ALIAS, CLEAN -> Optional.of(4L);
                            case PROMOTE, FORCE -> Optional.of(6L);
                            case ROLL_BACK -> Optional.of(2L);
                        });
        assertThat(after.standing().versions())
                .containsExactlyElementsOf(
                        switch (deed) {
                            case MAKE -> List.of();
                            case ADD -> List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L);
                            case CLEAN -> List.of(1L, 2L, 4L, 6L);
                            case MOVE_AN_ALIAS, REMOVE_AN_ALIAS, PROMOTE, FORCE, ROLL_BACK ->
                                List.of(1L, 2L, 3L, 4L, 5L, 6L);
                        });
    }

    @Test
    void aRegistryOfAnotherProcessThatWasKilledIsTakenAfterTwentySeconds() throws Exception {
        String uri = "crashing://renaming" + directory.resolve("silent");
        AtomicBoolean dead = new AtomicBoolean();
        CrashingFileSystem.ask((what, path) -> {
            dead.compareAndSet(false, what.equals("create") && path.getName().startsWith(".00000002"));
            if (dead.get()) {
                throw new IOException("killed");
            }
        });
        assertThatThrownBy(() -> run(Deed.ADD, uri)).rootCause().hasMessage("killed");
        CrashingFileSystem.askNobody();
        assertThat(Registry.open(hadoop, uri).standing().versions()).isEmpty();
        double silentSince = world.seconds();
        run(Deed.ADD, uri);
        assertThat(world.seconds() - silentSince).isBetween(20.0, 21.0);
        assertThat(Soundness.require(hadoop, uri).standing().versions()).containsExactly(1L);
    }
}
