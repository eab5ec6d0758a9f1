package convoy.jobs.registry;

import convoy.jobs.registry.history.Entry;
import convoy.jobs.registry.history.Stamp;
import convoy.records.BadInputException;
import convoy.records.text.Sha256;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;

/**
 * Reads which entries make up a history. The last one is that of the highest epoch, and of these the highest number; each names the one
 * before it, with its digest. What is in no such line is void: a holder that had been taken over made its last call late, on a file system
 * where that can succeed.
 *
 * <p>Entries are never replaced, so each is read once. Not safe for use by several threads.
 */
final class HistoryReader {
    private static final String RESTORE = "restore it from a copy of the registry";

    private final RegistryFiles files;
    private final Map<Stamp, Link> known = new HashMap<>();

    HistoryReader(RegistryFiles files) {
        this.files = files;
    }

    /**
     * An entry that was read.
     *
     * @param sha256 of its text
     */
    record Link(Entry entry, String sha256) {}

    /**
     * A whole history.
     *
     * @param links the oldest first
     * @param voided entries that have their names and are no part of it
     */
    record History(List<Link> links, SortedSet<Stamp> voided) {
        List<Entry> entries() {
            return links.stream().map(Link::entry).toList();
        }

        Optional<Link> last() {
            return links.isEmpty() ? Optional.empty() : Optional.of(links.get(links.size() - 1));
        }
    }

    /** @throws BadInputException if an entry is damaged */
    History read() {
        SortedSet<Stamp> voided = new TreeSet<>(files.entries());
        List<Link> links = new ArrayList<>();
        for (Optional<Link> at = last(voided); at.isPresent(); at = before(at.get())) {
            links.add(at.get());
            voided.remove(at.get().entry().place().stamp());
        }
        Collections.reverse(links);
        return new History(links, voided);
    }

    /** The last entry; empty if there is none. One that was not written to its end is not there yet, or never will be. */
    Optional<Link> last() {
        return last(files.entries());
    }

    private Optional<Link> last(SortedSet<Stamp> listed) {
        List<Stamp> newestFirst = new ArrayList<>(listed);
        Collections.reverse(newestFirst);
        for (Stamp stamp : newestFirst) {
            Optional<Link> link = link(stamp);
            if (link.isPresent()) {
                return link;
            }
        }
        return Optional.empty();
    }

    /** The entry before another; empty before the first. */
    Optional<Link> before(Link link) {
        Optional<Entry.Before> after = link.entry().place().after();
        if (after.isEmpty()) {
            return Optional.empty();
        }
        String name = after.get().name();
        String where = files.uri() + "/" + RegistryFiles.HISTORY + "/" + name + ".json";
        Link found = Stamp.parse(name)
                .flatMap(this::link)
                .orElseThrow(
                        () -> new BadInputException(where + " is missing, or was not written to its end: " + RESTORE));
        boolean fits = found.sha256().equals(after.get().sha256())
                && found.entry().registry().equals(link.entry().registry())
                && found.entry().place().number() == link.entry().place().number() - 1;
        if (!fits) {
            throw new BadInputException(where + " is not what the entry after it says: its SHA-256 is " + found.sha256()
                    + ", not " + after.get().sha256() + "; " + RESTORE);
        }
        return Optional.of(found);
    }

    private Optional<Link> link(Stamp stamp) {
        Link read = known.get(stamp);
        if (read != null) {
            return Optional.of(read);
        }
        Path file = files.entry(stamp);
        Optional<Link> link = files.read(file)
                .filter(Entry::isWhole)
                .map(text -> new Link(entry(stamp, file, text), Sha256.digits(text)));
        link.ifPresent(found -> known.put(stamp, found));
        return link;
    }

    private static Entry entry(Stamp stamp, Path file, String text) {
        Entry entry = Entry.FORMAT.read(text, file.toString(), "use the version that wrote it", RESTORE);
        if (!entry.place().stamp().equals(stamp)) {
            throw new BadInputException(file + " says that it is entry "
                    + entry.place().number() + " of epoch " + entry.place().epoch() + "; " + RESTORE);
        }
        return entry;
    }
}
