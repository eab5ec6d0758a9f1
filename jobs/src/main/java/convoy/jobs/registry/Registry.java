package convoy.jobs.registry;

import convoy.jobs.registry.history.Change;
import convoy.jobs.registry.history.Entry;
import convoy.jobs.registry.history.GivenName;
import convoy.jobs.registry.history.Stamp;
import convoy.jobs.registry.history.Standing;
import convoy.records.BadInputException;
import convoy.records.text.Sha256;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A registry as it was when it was opened. It is read without asking anybody, and what is read is whole, whatever somebody else changes
 * meanwhile.
 */
public final class Registry {
    private final RegistryFiles files;
    private final String name;
    private final List<Entry> history;
    private final SortedSet<Stamp> voided;
    private final Standing standing;

    private Registry(RegistryFiles files, String name, HistoryReader.History read) {
        this.files = files;
        this.name = name;
        this.history = read.entries();
        this.voided = read.voided();
        this.standing = Standing.of(history);
    }

    /**
     * {@return the registry that lies there}
     *
     * @param hadoop settings of the file systems
     * @param uri of its directory
     * @throws BadInputException if there is none, it is damaged, or it cannot be read
     */
    public static Registry open(Configuration hadoop, String uri) {
        return find(hadoop, uri).orElseThrow(() -> none(RegistryFiles.at(hadoop, uri)));
    }

    /**
     * {@return the registry that lies there; empty if none does}
     *
     * @param hadoop settings of the file systems
     * @param uri of its directory
     * @throws BadInputException if it is damaged, or cannot be read
     */
    public static Optional<Registry> find(Configuration hadoop, String uri) {
        RegistryFiles files = RegistryFiles.at(hadoop, uri);
        return of(files, new HistoryReader(files).read());
    }

    /** What was read; empty if no registry lies there. */
    static Optional<Registry> of(RegistryFiles files, HistoryReader.History read) {
        return read.last().map(last -> new Registry(files, last.entry().registry(), read));
    }

    /** What to throw where no registry lies. */
    static BadInputException none(RegistryFiles files) {
        try {
            if (files.fileSystem().getFileStatus(files.root()).isFile()) {
                return new BadInputException(
                        "registry " + files.uri() + " is a file: name the directory of a registry");
            }
        } catch (FileNotFoundException absent) {
            return Storage.absent(
                    files.fileSystem(),
                    "registry",
                    files.root(),
                    "check the address; `convoy registry add` makes one",
                    absent);
        } catch (IOException failure) {
            throw Storage.explained(files.fileSystem(), "registry", files.root(), failure);
        }
        return new BadInputException("registry " + files.uri()
                + " is no registry, as there is no entry in a folder history: name another directory;"
                + " `convoy registry add` makes one");
    }

    /** {@return the URI of its directory} */
    public String uri() {
        return files.uri();
    }

    /** {@return its name} */
    public String name() {
        return name;
    }

    /** {@return everything that has happened, the oldest first} */
    public List<Entry> history() {
        return history;
    }

    /** {@return names of entries that count for nothing: their writers had been taken over, or did not write them to their ends} */
    public List<String> voided() {
        return voided.stream().map(Stamp::text).toList();
    }

    /** {@return what follows from its history} */
    public Standing standing() {
        return standing;
    }

    /**
     * Refuses a registry of another name.
     *
     * @param wanted the name that it should have
     * @throws BadInputException if it has another
     */
    public void requireName(String wanted) {
        if (!wanted.equals(name)) {
            throw new BadInputException("registry " + uri() + " is '" + name + "', not '" + wanted
                    + "': name another directory, or leave its name out");
        }
    }

    /**
     * {@return the number of a version}
     *
     * @param given a number, or an alias
     * @throws BadInputException if there is no such version, or no such alias
     */
    public long number(String given) {
        if (GivenName.isAlias(given)) {
            return standing.course(given)
                    .now()
                    .orElseThrow(() -> new BadInputException("registry " + uri() + " has no alias '" + given
                            + "': it has "
                            + listed(standing.aliases().keySet().stream().toList())));
        }
        long number;
        try {
            number = Long.parseLong(given);
        } catch (NumberFormatException none) {
            throw new BadInputException(
                    "'" + given + "' is neither the number of a version nor the name of an alias: registry " + uri()
                            + " has the aliases "
                            + listed(List.copyOf(standing.aliases().keySet())),
                    none);
        }
        requireThere(number);
        return number;
    }

    private static String listed(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    /**
     * Refuses a version that is not there.
     *
     * @param number of the version
     * @throws BadInputException if it never was, or was removed
     */
    public void requireThere(long number) {
        Entry removed = standing.removed().get(number);
        if (removed != null) {
            throw new BadInputException("version " + number + " of registry " + uri() + " was removed at "
                    + removed.circumstances().at() + " by "
                    + removed.circumstances().by().describe()
                    + ": name another one");
        }
        added(number);
    }

    /** The entry that added a version, which may have been removed since. */
    private Entry added(long number) {
        Entry added = standing.added().get(number);
        if (added == null) {
            String newest = standing.added().isEmpty()
                    ? "it has none yet"
                    : "the newest is " + standing.added().lastKey();
            throw new BadInputException("registry " + uri() + " has no version " + number + ": " + newest);
        }
        return added;
    }

    /**
     * {@return what is known of a version, also of one that was removed}
     *
     * @param number of a version that is or was there
     * @throws BadInputException if it never was, or its {@code version.json} is missing or damaged
     */
    public Version version(long number) {
        return version(files, added(number));
    }

    /** What an entry added. */
    static Version version(RegistryFiles files, Entry added) {
        if (!(added.change() instanceof Change.Added change)) {
            throw new IllegalArgumentException("entry " + added.place().number() + " added nothing");
        }
        Path file = new Path(folder(files, added), Version.FILE);
        String remedy = "restore it from a copy of the registry";
        String text = files.read(file).orElseThrow(() -> new BadInputException(file + " is missing: " + remedy));
        String sha256 = Sha256.digits(text);
        if (!sha256.equals(change.sha256())) {
            throw new BadInputException(file + " is damaged: its SHA-256 is " + sha256 + ", entry "
                    + added.place().number() + " of the history says " + change.sha256() + "; " + remedy);
        }
        return Version.FORMAT.read(text, file.toString(), "use the version that wrote it", remedy);
    }

    /** Where the version lies that an entry added: who added it made the folder. */
    static Path folder(RegistryFiles files, Entry added) {
        long number = added.change() instanceof Change.Added change ? change.version() : 0;
        return files.version(new Stamp(number, added.place().epoch()));
    }

    /** {@return all versions that are there, by number} */
    public SortedMap<Long, Version> versions() {
        SortedMap<Long, Version> found = new TreeMap<>();
        standing.versions().forEach(number -> found.put(number, version(number)));
        return found;
    }

    /** {@return by version that is there: the one that it was trained from, if any} */
    public Map<Long, Optional<Long>> parents() {
        Map<Long, Optional<Long>> parents = new HashMap<>();
        standing.added()
                .keySet()
                .forEach(number -> parents.put(number, version(number).origin().parent()));
        return parents;
    }

    /**
     * {@return the URI of a version's folder, which can be read like that of a run}
     *
     * @param number of a version that is there
     */
    public String folder(long number) {
        requireThere(number);
        return Storage.uri(folder(files, added(number)));
    }

    /**
     * {@return the URI of a version's model}
     *
     * @param number of a version that is there
     */
    public String model(long number) {
        return folder(number) + "/" + Addition.MODEL;
    }

    /**
     * Reads all files of a version, and compares them with what its {@code version.json} says.
     *
     * @param number of a version that is there
     * @throws BadInputException naming the first file that is missing or damaged
     */
    public void verify(long number) {
        requireThere(number);
        Path folder = folder(files, added(number));
        version(number).files().forEach((name, said) -> {
            Path file = new Path(folder, name);
            Version.StoredFile found = files.look(file)
                    .orElseThrow(
                            () -> new BadInputException(file + " is missing: restore it from a copy of the registry"));
            if (!found.equals(said)) {
                throw new BadInputException(file + " is damaged: it has " + found.bytes() + " B with SHA-256 "
                        + found.sha256() + ", " + Version.FILE + " says " + said.bytes() + " B with " + said.sha256()
                        + "; restore it from a copy of the registry");
            }
        });
    }
}
