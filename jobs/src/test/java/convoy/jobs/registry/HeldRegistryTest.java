package convoy.jobs.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.fixture.World;
import convoy.driver.lease.HeldByAnotherException;
import convoy.jobs.registry.history.Actor;
import convoy.jobs.registry.history.Change;
import convoy.jobs.registry.history.Entry;
import convoy.jobs.registry.history.GivenName;
import convoy.jobs.registry.history.Reason;
import convoy.jobs.registry.history.Retention;
import convoy.jobs.registry.history.Tenure;
import convoy.parameterserver.time.Clock;
import convoy.records.BadInputException;
import convoy.records.text.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a registry's holder can do, and what is refused. */
@Timeout(120)
final class HeldRegistryTest {
    private static final Reason REASON = Reason.of("as a test wants it");

    private final Configuration hadoop = new Configuration(false);
    private final World world = new World();
    private final Path place;
    private final String uri;
    private long numbers;

    HeldRegistryTest(@TempDir Path directory) {
        place = directory.resolve("registry");
        uri = place.toString();
    }

    @BeforeEach
    void install() {
        hadoop.set("fs.file.impl", "convoy.driver.localfiles.ForklessLocalFileSystem");
    }

    private Hand hand(Clock clock) {
        return new Hand(new Actor("anna", "n1"), clock, ++numbers, notice -> {});
    }

    private HeldRegistry held() throws InterruptedException {
        return HeldRegistry.create(hadoop, uri, Deed.NAME, hand(world.machine()));
    }

    /** With so many versions. */
    private HeldRegistry held(int versions) throws InterruptedException {
        HeldRegistry held = held();
        for (int i = 0; i < versions; i++) {
            Deed.add(held);
        }
        return held;
    }

    private Registry registry() {
        return Registry.open(hadoop, uri);
    }

    private static List<Long> served(Registry registry) {
        return registry.standing().course(GivenName.CHAMPION).tenures().stream()
                .map(Tenure::version)
                .toList();
    }

    @Test
    void aVersionIsThereOnceItIsAddedAndServesOnceItIsPromoted() throws Exception {
        try (HeldRegistry held = held()) {
            Version first = Deed.add(held);
            assertThat(first.number()).isEqualTo(1);
            assertThat(first.files().keySet()).containsExactly("model.safetensors", "run.yaml");
            assertThat(first.bytes()).isEqualTo("the numbers of model 1seed: 1\n".length());
            assertThat(registry().standing().champion()).isEmpty();
            assertThat(registry().version(1)).isEqualTo(first);
            held.promote(1, GivenName.CHAMPION, REASON);
        }
        Registry after = registry();
        assertThat(after.name()).isEqualTo(Deed.NAME);
        assertThat(after.standing().champion()).contains(1L);
        assertThat(after.model(1)).isEqualTo("file:" + place + "/versions/00000001-00000001/model.safetensors");
        assertThat(Files.readString(place.resolve("versions/00000001-00000001/model.safetensors")))
                .isEqualTo("the numbers of model 1");
        assertThat(after.history().stream().map(Entry::change).toList().toString())
                .matches("\\[Made\\[], Added\\[version=1, sha256=[0-9a-f]{64}],"
                        + " Promoted\\[alias=champion, version=1, before=Optional.empty]]");
        assertThat(after.voided()).isEmpty();
    }

    @Test
    void whoComesNextHasAHigherEpochAlsoWhereTheFolderOfTheLeaseWasRemoved() throws Exception {
        held(1).close();
        try (Stream<Path> lease = Files.list(place.resolve(".lease"))) {
            for (Path file : lease.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(place.resolve(".lease"));
        try (HeldRegistry held = held()) {
            held.promote(1, GivenName.CHAMPION, REASON);
        }
        List<Entry> history = registry().history();
        assertThat(history.get(history.size() - 1).place().stamp().text()).isEqualTo("00000003-00000002");
        assertThat(registry().standing().champion()).contains(1L);
    }

    @Test
    void rollingBackGoesAlongTheLineOfPromotions() throws Exception {
        try (HeldRegistry held = held(4)) {
            for (long version = 1; version <= 4; version++) {
                held.promote(version, GivenName.CHAMPION, REASON);
            }
            held.rollback(GivenName.CHAMPION, Optional.empty(), REASON);
            held.rollback(GivenName.CHAMPION, Optional.empty(), REASON);
            assertThat(served(registry())).containsExactly(1L, 2L, 3L, 4L, 3L, 2L);
            held.rollback(GivenName.CHAMPION, Optional.of(4L), REASON);
            held.rollback(GivenName.CHAMPION, Optional.empty(), REASON);
            assertThat(served(registry())).endsWith(4L, 2L);
            held.rollback(GivenName.CHAMPION, Optional.empty(), REASON);
            assertThatThrownBy(() -> held.rollback(GivenName.CHAMPION, Optional.empty(), REASON))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("alias 'champion' of registry file:" + place
                            + " names version 1 and has nothing to go back to: promote another version");
            assertThatThrownBy(() -> held.rollback(GivenName.CHAMPION, Optional.of(1L), REASON))
                    .hasMessageEndingWith(" is champion already: nothing is to be done");
        }
        assertThat(registry().standing().champion()).contains(1L);
    }

    @Test
    void aVersionThatWasNeverNamedIsPromotedAndNotGoneBackTo() throws Exception {
        try (HeldRegistry held = held(2)) {
            held.promote(1, GivenName.CHAMPION, REASON);
            assertThatThrownBy(() -> held.rollback(GivenName.CHAMPION, Optional.of(2L), REASON))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageEndingWith("has never named version 2: promote it, or go back to one that it has");
            assertThatThrownBy(() -> held.promote(3, GivenName.CHAMPION, REASON))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("registry file:" + place + " has no version 3: the newest is 2");
            // What was refused is not in the way.
            held.force(2, GivenName.CHAMPION, REASON);
        }
        assertThat(served(registry())).containsExactly(1L, 2L);
        assertThat(registry()
                        .standing()
                        .course(GivenName.CHAMPION)
                        .tenures()
                        .get(1)
                        .how())
                .isEqualTo("forced");
    }

    @Test
    void anAliasThatIsRemovedNamesNothingAndStartsAnew() throws Exception {
        try (HeldRegistry held = held(2)) {
            held.promote(1, "canary", REASON);
            held.promote(2, "canary", REASON);
            held.removeAlias("canary", REASON);
            assertThat(registry().standing().aliases()).isEmpty();
            assertThatThrownBy(() -> held.rollback("canary", Optional.empty(), REASON))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("registry file:" + place + " has no alias 'canary': it has none");
            held.promote(1, "canary", REASON);
            assertThatThrownBy(() -> held.rollback("canary", Optional.empty(), REASON))
                    .hasMessageContaining("has nothing to go back to");
            held.promote(1, GivenName.CHAMPION, REASON);
            assertThatThrownBy(() -> held.removeAlias(GivenName.CHAMPION, REASON))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("alias = 'champion' is what serves: promote another version, or roll back");
        }
        List<Tenure> tenures = registry().standing().course("canary").tenures();
        assertThat(tenures.stream().map(Tenure::version)).containsExactly(1L, 2L, 1L);
        assertThat(tenures.get(1).until().orElseThrow().change()).isInstanceOf(Change.AliasRemoved.class);
    }

    @Test
    void whatIsRemovedIsStillKnown() throws Exception {
        try (HeldRegistry held = held(6)) {
            held.promote(4, GivenName.CHAMPION, REASON);
            // 5 came from 4, 2 from 1.
            assertThat(held.clean(new Retention(1), REASON)).containsExactly(1L, 2L, 3L, 5L);
            assertThat(held.clean(new Retention(1), REASON)).isEmpty();
            assertThat(Deed.add(held).number()).isEqualTo(7);
        }
        Registry after = registry();
        assertThat(after.standing().versions()).containsExactly(4L, 6L, 7L);
        assertThat(after.version(2).origin().parent()).contains(1L);
        try (Stream<Path> left = Files.list(place.resolve("versions/00000002-00000001"))) {
            assertThat(left.map(file -> file.getFileName().toString())).containsExactly("version.json");
        }
        assertThatThrownBy(() -> after.number("2"))
                .isInstanceOf(BadInputException.class)
                .hasMessageMatching("version 2 of registry .* was removed at .*Z by anna@n1: name another one");
        assertThatThrownBy(() -> new ModelReference(uri, "2").find(hadoop)).hasMessageContaining("was removed at");
        assertThat(new ModelReference(uri, "4").find(hadoop).folder()).isEqualTo(after.folder(4));
    }

    @Test
    void aModelThatIsRefusedLeavesNothing() throws Exception {
        try (HeldRegistry held = held(1)) {
            Addition refused = Deed.addition(2).checked((registry, model) -> {
                throw new BadInputException("no such model");
            });
            assertThatThrownBy(() -> held.add(refused, REASON)).hasMessage("no such model");
            assertThat(registry().standing().versions()).containsExactly(1L);
            Version second = held.add(Deed.addition(2).with("card.md", Content.of("# two")), REASON);
            assertThat(second.number()).isEqualTo(2);
            assertThat(second.files()).containsEntry("card.md", new Version.StoredFile(5, Sha256.digits("# two")));
            assertThatThrownBy(() -> Deed.addition(3).with("../x", Content.of("")))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageStartingWith("file = '../x' is no name of a version's file");
            assertThatThrownBy(() -> Deed.addition(3).with("version.json", Content.of("")))
                    .isInstanceOf(BadInputException.class);
        }
        Soundness.require(hadoop, uri);
    }

    @Test
    void afterAChangeThatWasInDoubtNothingElseIsChanged() throws Exception {
        held(1).close();
        try (HeldRegistry held = HeldRegistry.hold(
                CrashingFileSystem.hadoop(), "crashing://renaming" + uri, Optional.empty(), hand(world.machine()))) {
            CrashingFileSystem.ask((what, path) -> {
                if (what.equals("rename")) {
                    throw new IOException("connection reset");
                }
            });
            assertThatThrownBy(() -> held.promote(1, GivenName.CHAMPION, REASON))
                    .hasRootCauseMessage("connection reset");
            CrashingFileSystem.askNobody();
            assertThatThrownBy(() -> held.promote(1, GivenName.CHAMPION, REASON))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("registry 'shapes' was in doubt: hold it anew");
        } finally {
            CrashingFileSystem.askNobody();
        }
        try (HeldRegistry held = held()) {
            held.promote(1, GivenName.CHAMPION, REASON);
        }
        assertThat(served(registry())).containsExactly(1L);
    }

    @Test
    void timesNeverRunBackwards() throws Exception {
        World.Machine early = world.machine();
        World.Machine late = world.machine();
        HeldRegistry.create(hadoop, uri, Deed.NAME, hand(late)).close();
        try (HeldRegistry held = HeldRegistry.create(hadoop, uri, Deed.NAME, hand(early))) {
            Deed.add(held);
        }
        assertThat(early.now()).isBefore(late.now());
        assertThat(registry().history().get(1).time())
                .isEqualTo(registry().history().get(0).time());
    }

    /** In real time: the second one is refused as soon as it sees a sign of the first. */
    @Test
    void ofSeveralAtOnceOneWinsAtATimeAndTheOthersAreToldWhoHoldsIt() throws Exception {
        held(3).close();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch refused = new CountDownLatch(4);
        List<Future<String>> all = new ArrayList<>();
        try (HeldRegistry first = HeldRegistry.hold(hadoop, uri, Optional.empty(), hand(Clock.system()))) {
            first.promote(1, GivenName.CHAMPION, REASON);
            first.promote(2, GivenName.CHAMPION, REASON);
            for (Deed deed : List.of(Deed.PROMOTE, Deed.FORCE, Deed.ROLL_BACK, Deed.ADD)) {
                long number = ++numbers;
                all.add(threads.submit(() -> untilItWins(deed, number, refused)));
            }
            refused.await();
            assertThat(served(registry())).containsExactly(1L, 2L);
        }
        List<String> messages = new ArrayList<>();
        for (Future<String> each : all) {
            messages.add(each.get());
        }
        threads.shutdown();
        assertThat(messages).allSatisfy(message -> assertThat(message)
                .matches("registry 'shapes' is held by process "
                        + ProcessHandle.current().pid()
                        + " on [^ ]+ since [^ ]+, which lives: wait for its end, or end it and give the same command"
                        + " again"));
        Registry after = Soundness.require(hadoop, uri);
        assertThat(after.history()).hasSize(1 + 3 + 2 + 4);
        assertThat(after.standing().versions()).hasSize(4);
        assertThat(after.voided()).isEmpty();
    }

    /** {@return what it was told when it was refused for the first time} */
    private String untilItWins(Deed deed, long number, CountDownLatch refused) throws InterruptedException {
        String told = "";
        for (int attempt = 0; ; attempt++) {
            try {
                deed.run(hadoop, uri, Clock.system(), number + 1_000L * attempt);
                return told;
            } catch (HeldByAnotherException held) {
                if (told.isEmpty()) {
                    told = String.valueOf(held.getMessage());
                    refused.countDown();
                }
            }
        }
    }
}
