package convoy.jobs.registry;

import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.lease.Lease;
import convoy.jobs.registry.history.Change;
import convoy.jobs.registry.history.Course;
import convoy.jobs.registry.history.Entry;
import convoy.jobs.registry.history.GivenName;
import convoy.jobs.registry.history.Reason;
import convoy.jobs.registry.history.Retention;
import convoy.jobs.registry.history.Stamp;
import convoy.jobs.registry.history.Standing;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import convoy.records.text.Sha256;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A registry that this process alone may change, until it is closed. Each change is one new file in its history, which is there whole or not
 * at all; what is told to have been done is done for good. Decision 43 says why that holds on file systems that do not rename in one step,
 * and for one that was frozen and goes on after another has taken the registry over.
 *
 * <p>Not safe for use by several threads.
 */
public final class HeldRegistry implements AutoCloseable {
    private final RegistryFiles files;
    private final HistoryReader reader;
    private final Hand hand;
    private final Lease lease;

    /** Whether a change was begun of which it is not known whether it was made. */
    private boolean unsure;

    private HeldRegistry(RegistryFiles files, Hand hand, Lease lease) {
        this.files = files;
        this.reader = new HistoryReader(files);
        this.hand = hand;
        this.lease = lease;
    }

    /**
     * Takes a registry that is there.
     *
     * @param hadoop settings of the file systems
     * @param uri of its directory
     * @param name that it should have; empty: any
     * @param hand who wants it
     * @return the registry, to be closed
     * @throws BadInputException if there is none, it has another name, or it is damaged
     * @throws convoy.driver.lease.HeldByAnotherException if somebody else holds it and lives
     * @throws InterruptedException if the thread is interrupted while it waits for another holder's signs
     */
    public static HeldRegistry hold(Configuration hadoop, String uri, Optional<String> name, Hand hand)
            throws InterruptedException {
        Registry there = Registry.open(hadoop, uri);
        name.ifPresent(there::requireName);
        return take(RegistryFiles.at(hadoop, uri), there.name(), hand);
    }

    /**
     * Takes a registry, which is made if there is none.
     *
     * @param hadoop settings of the file systems
     * @param uri of its directory
     * @param name that it has, or gets
     * @param hand who wants it
     * @return the registry, to be closed
     * @throws BadInputException if it has another name or is damaged, or something else lies there
     * @throws convoy.driver.lease.HeldByAnotherException if somebody else holds it and lives
     * @throws InterruptedException if the thread is interrupted while it waits for another holder's signs
     */
    public static HeldRegistry create(Configuration hadoop, String uri, String name, Hand hand)
            throws InterruptedException {
        GivenName.registry("name", name);
        RegistryFiles files = RegistryFiles.at(hadoop, uri);
        Optional<Registry> there = Registry.of(files, new HistoryReader(files).read());
        there.ifPresentOrElse(registry -> registry.requireName(name), () -> requireEmpty(files));
        return take(files, name, hand);
    }

    private static void requireEmpty(RegistryFiles files) {
        files.list(files.root()).stream()
                .map(inside -> inside.getPath().getName())
                .filter(inside -> !List.of(Lease.FOLDER, RegistryFiles.HISTORY, RegistryFiles.VERSIONS)
                        .contains(inside))
                .findFirst()
                .ifPresent(stranger -> {
                    throw new BadInputException("registry " + files.uri() + " is no registry and holds " + stranger
                            + ": name an empty directory, or one that is not there yet");
                });
    }

    private static HeldRegistry take(RegistryFiles files, String name, Hand hand) throws InterruptedException {
        // Whoever removed the lease's folder must not make the next epoch begin below those in the names.
        long floor = Math.max(highest(files.entries()), highest(files.versions()));
        try {
            Lease lease = Lease.take(
                    new Lease.Territory(files.fileSystem(), files.root(), "registry '" + name + "'", floor),
                    hand.clock(),
                    hand.number(),
                    hand.notices());
            HeldRegistry held = new HeldRegistry(files.guardedBy(lease::require), hand, lease);
            try {
                held.begin(name);
            } catch (RuntimeException | Error failure) {
                lease.close();
                throw failure;
            }
            return held;
        } catch (IOException failure) {
            throw Storage.unwritten(files.fileSystem(), "registry", files.root(), failure);
        }
    }

    private static long highest(Iterable<Stamp> stamps) {
        long highest = 0;
        for (Stamp stamp : stamps) {
            highest = Math.max(highest, stamp.epoch());
        }
        return highest;
    }

    private void begin(String name) {
        files.removeDrafts(lease.epoch());
        HistoryReader.History history = reader.read();
        if (history.last().isEmpty()) {
            commit(name, standing -> new Change.Made(), Reason.of("made"));
        } else {
            // Another may have made it meanwhile.
            registry().requireName(name);
        }
        Leftovers left = Leftovers.find(files, registry());
        if (!left.isEmpty()) {
            // After this entry none of an earlier epoch counts that is still under way, so that nothing can name what
            // is deleted.
            commit(
                    name,
                    standing -> new Change.Recovered(left.names()),
                    Reason.of("cleared what was left of changes that were cut short"));
            left.delete(files);
        }
    }

    /** {@return the registry as it is now} */
    public Registry registry() {
        return Registry.of(files, reader.read()).orElseThrow(() -> Registry.none(files));
    }

    /**
     * Adds a version, which no alias names yet.
     *
     * @param addition what is to become a version
     * @param reason why
     * @return the version
     * @throws BadInputException if it may not become one
     * @throws TrainingFailedException if another has taken the registry over
     */
    public Version add(Addition addition, Reason reason) {
        Registry before = registry();
        Stamp stamp = new Stamp(before.standing().next(), lease.epoch());
        Path folder = files.version(stamp);
        // Of an addition of our own that was refused.
        files.delete(folder, true);
        SortedMap<String, Version.StoredFile> stored = new TreeMap<>();
        addition.files().forEach((name, content) -> stored.put(name, files.copy(content, new Path(folder, name))));
        Version.Model model = addition.description().of(files.hadoop(), Storage.uri(new Path(folder, Addition.MODEL)));
        addition.check().require(before, model);
        Version version = VersionBuilder.builder()
                .registry(before.name())
                .number(stamp.number())
                .at(now(before.history()).toString())
                .by(hand.actor())
                .model(model)
                .origin(addition.origin())
                .files(stored)
                .build();
        String text = Version.FORMAT.write(version);
        files.writeWhole(new Path(folder, Version.FILE), text);
        files.makeDurable(folder.getParent());
        commit(before.name(), standing -> new Change.Added(stamp.number(), Sha256.digits(text)), reason);
        return version;
    }

    /**
     * Lets an alias name a version.
     *
     * @param version its number
     * @param alias its name
     * @param reason why
     * @return the entry of the history
     * @throws BadInputException if there is no such version, or the alias names it already
     * @throws TrainingFailedException if another has taken the registry over
     */
    public Entry promote(long version, String alias, Reason reason) {
        return move(version, alias, reason, before -> new Change.Promoted(alias, version, before));
    }

    /**
     * The same against the verdict.
     *
     * @param version its number
     * @param alias its name
     * @param reason why
     * @return the entry of the history
     * @throws BadInputException if there is no such version, or the alias names it already
     * @throws TrainingFailedException if another has taken the registry over
     */
    public Entry force(long version, String alias, Reason reason) {
        return move(version, alias, reason, before -> new Change.Forced(alias, version, before));
    }

    private Entry move(long version, String alias, Reason reason, Function<Optional<Long>, Change> change) {
        GivenName.alias("alias", alias);
        Registry now = registry();
        now.requireThere(version);
        return commit(
                now.name(),
                standing -> {
                    Optional<Long> before = standing.course(alias).now();
                    if (before.equals(Optional.of(version))) {
                        throw new BadInputException("version " + version + " of registry " + files.uri() + " is "
                                + alias + " already: nothing is to be done");
                    }
                    return change.apply(before);
                },
                reason);
    }

    /**
     * Lets an alias name again what it named before.
     *
     * @param alias its name
     * @param to a version that it has named; empty: the one before the version that it names now
     * @param reason why
     * @return the entry of the history
     * @throws BadInputException if there is nothing to go back to, or it has never named that version
     * @throws TrainingFailedException if another has taken the registry over
     */
    public Entry rollback(String alias, Optional<Long> to, Reason reason) {
        GivenName.alias("alias", alias);
        Registry now = registry();
        long from = now.number(alias);
        to.ifPresent(now::requireThere);
        return commit(
                now.name(),
                standing -> {
                    Course course = standing.course(alias);
                    long target = to.or(course::before)
                            .orElseThrow(() -> new BadInputException("alias '" + alias
                                    + "' of registry " + files.uri() + " names version " + from
                                    + " and has nothing to go back to: promote another version"));
                    if (course.now().equals(Optional.of(target))) {
                        throw new BadInputException("version " + target + " of registry " + files.uri() + " is " + alias
                                + " already: nothing is to be done");
                    }
                    if (!course.hasNamed(target)) {
                        throw new BadInputException("alias '" + alias + "' of registry " + files.uri()
                                + " has never named version " + target + ": promote it, or go back to one that it has");
                    }
                    return new Change.RolledBack(alias, target, course.now());
                },
                reason);
    }

    /**
     * Removes an alias. The champion cannot be removed: something has to serve.
     *
     * @param alias its name
     * @param reason why
     * @return the entry of the history
     * @throws BadInputException if there is no such alias, or it is the champion
     * @throws TrainingFailedException if another has taken the registry over
     */
    public Entry removeAlias(String alias, Reason reason) {
        GivenName.alias("alias", alias);
        Registry now = registry();
        long before = now.number(alias);
        if (alias.equals(GivenName.CHAMPION)) {
            throw new BadInputException(Refusal.of("alias", "'" + alias + "'")
                    .because("is what serves")
                    .instead("promote another version, or roll back"));
        }
        return commit(
                now.name(),
                standing -> new Change.AliasRemoved(
                        alias, standing.course(alias).now().orElse(before)),
                reason);
    }

    /**
     * Removes old versions: their files, not what is known of them.
     *
     * @param retention which stay
     * @param reason why
     * @return the versions that were removed, rising
     * @throws TrainingFailedException if another has taken the registry over
     */
    public List<Long> clean(Retention retention, Reason reason) {
        Registry now = registry();
        List<Long> gone = retention.removed(now.standing(), now.parents());
        if (!gone.isEmpty()) {
            commit(now.name(), standing -> new Change.Removed(gone), reason);
            // Until it is done the next change would hide from whoever comes next that it was not.
            unsure = true;
            Leftovers.find(files, registry()).delete(files);
            unsure = false;
        }
        return gone;
    }

    /**
     * Makes one change: one new file in the history, of a name that nobody else gives. It is told to be done only if the registry is still
     * held after that: then whoever comes next sees the file, as it looks only after its own claim is there.
     */
    private Entry commit(String name, Function<Standing, Change> change, Reason reason) {
        if (unsure) {
            throw new IllegalStateException("registry '" + name + "' was in doubt: hold it anew");
        }
        HistoryReader.History history = reader.read();
        Optional<Entry.Before> after = history.last()
                .map(last -> new Entry.Before(last.entry().place().stamp().text(), last.sha256()));
        Entry entry = new Entry(
                name,
                new Entry.Place(
                        1
                                + history.last()
                                        .map(last -> last.entry().place().number())
                                        .orElse(0L),
                        lease.epoch(),
                        after),
                change.apply(Standing.of(history.entries())),
                new Entry.Circumstances(
                        now(history.entries()).toString(), hand.actor(), reason.because(), reason.verdict()));
        unsure = true;
        files.writeWhole(files.entry(entry.place().stamp()), entry.text());
        requireHeld();
        unsure = false;
        return entry;
    }

    private void requireHeld() {
        try {
            lease.require();
        } catch (TrainingFailedException lost) {
            throw new TrainingFailedException(
                    lost.getMessage()
                            + "; `convoy registry history` tells whether its last change was made before that",
                    lost);
        } catch (IOException untold) {
            throw Storage.explained(files.fileSystem(), "registry", files.root(), untold);
        }
    }

    /** Never before what was written before, though that may have been by another clock. */
    private Instant now(List<Entry> history) {
        Instant now = hand.clock().now().truncatedTo(ChronoUnit.MILLIS);
        return history.stream()
                .map(Entry::time)
                .filter(now::isBefore)
                .max(Instant::compareTo)
                .orElse(now);
    }

    /** Lets go of it, so that the next one need not wait. */
    @Override
    public void close() {
        lease.close();
    }
}
