package convoy.driver.importing.archive;

import convoy.driver.importing.source.SourceFile;
import convoy.driver.importing.source.SourcePiece;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The plain files of one piece of a source, one after the other. Links in archives are files too: those of an archive come
 * after its other files, those that lead to no file last, without content.
 */
public final class Entries implements Closeable {
    private final Configuration hadoop;
    private final Names names;
    private final Iterator<SourceFile> files;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private Optional<Reading> reading = Optional.empty();

    /** One file of the source that is being read. */
    private record Reading(SourceFile file, Walk walk, Links links, boolean forLinks) {
        /** Keeps a link for later, where it is met for the first time; it is no file yet. */
        Optional<Entry> take(Link link) {
            if (!forLinks) {
                links.add(link);
            }
            return Optional.empty();
        }
    }

    /**
     * Opens a piece at its first file.
     *
     * @param hadoop settings of the file systems
     * @param piece to be read
     * @param names makes text of the names in archives
     */
    public Entries(Configuration hadoop, SourcePiece piece, Names names) {
        this.hadoop = hadoop;
        this.names = names;
        files = piece.files().iterator();
    }

    /**
     * {@return the next plain file; empty after the last}
     *
     * @throws GarbledArchiveException if an archive is cut off or garbled
     * @throws UncheckedIOException if the file system fails
     */
    public Optional<Entry> next() throws IOException {
        while (true) {
            if (!waiting.isEmpty()) {
                return Optional.of(waiting.remove());
            }
            if (reading.isEmpty()) {
                if (!files.hasNext()) {
                    return Optional.empty();
                }
                SourceFile file = files.next();
                reading = Optional.of(new Reading(file, new Walk(hadoop, file, names), new Links(), false));
            }
            Reading now = reading.get();
            Optional<Node> node = now.walk.next();
            if (node.isEmpty()) {
                now.walk.close();
                reading = Optional.empty();
                if (!now.forLinks && !now.links.isEmpty()) {
                    readNames(now);
                    reading = Optional.of(new Reading(now.file, new Walk(hadoop, now.file, names), now.links, true));
                }
                if (now.forLinks) {
                    waiting.addAll(now.links.faults());
                }
                continue;
            }
            Optional<Entry> entry = node.get().match(Optional::of, link -> now.take(link));
            if (now.forLinks && entry.isPresent()) {
                addLinksTo(entry.get(), now.links);
            } else if (entry.isPresent()) {
                return entry;
            }
        }
    }

    private void readNames(Reading of) throws IOException {
        try (Walk walk = new Walk(hadoop, of.file, names)) {
            for (Optional<Node> node = walk.next(); node.isPresent(); node = walk.next()) {
                if (node.get().match(entry -> entry.fault().isEmpty() && !entry.isFolder(), link -> false)) {
                    of.links.addFile(node.get().path());
                }
            }
        }
        of.links.resolve();
    }

    private void addLinksTo(Entry entry, Links links) throws IOException {
        if (!links.to(entry.path()).isEmpty()) {
            byte[] content = entry.whole();
            links.to(entry.path())
                    .forEach(link -> waiting.add(Entry.of(link.path(), link.where(), new ByteArrayInputStream(content))
                            .linked(true)));
        }
    }

    @Override
    public void close() throws IOException {
        if (reading.isPresent()) {
            reading.get().walk.close();
        }
    }
}
