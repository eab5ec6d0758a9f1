package convoy.driver.importing.records;

import convoy.driver.importing.archive.Entry;
import convoy.driver.importing.source.SourceFile;
import convoy.driver.importing.source.SourcePiece;
import convoy.worker.data.pictures.ImageHeader.Format;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/** Picture files that a list names, wherever they lie; the piece has their classes. */
final class ListedRecords implements Records {
    /** All pictures of a list are of one part. */
    static final String PART = "listed";

    /** As of an {@link Entry}, plus a byte by which it is known to be longer. */
    private static final int LONGEST = (256 << 20) + 1;

    private final Configuration hadoop;
    private final SourcePiece piece;
    private final Iterator<SourceFile> files;
    private final Decoding decoding;

    /** @param decodingThreads how many cores there are for this piece */
    ListedRecords(Configuration hadoop, SourcePiece piece, Reading reading, int decodingThreads) {
        this.hadoop = hadoop;
        this.piece = piece;
        files = piece.files().iterator();
        decoding = new Decoding(reading, decodingThreads);
    }

    @Override
    public Optional<Staged> next() throws IOException {
        while (files.hasNext() && decoding.hasRoom()) {
            read(files.next());
        }
        return decoding.next();
    }

    private void read(SourceFile file) {
        Integer label = piece.labels().get(file.path());
        if (!file.fault().isEmpty() || label == null) {
            decoding.add(new Staged.Bad(PART, file.path() + " " + file.fault()));
            return;
        }
        Path path = new Path(file.uri());
        byte[] content;
        try (InputStream in = Storage.of(hadoop, "picture", path).open(path)) {
            content = in.readNBytes(LONGEST);
        } catch (FileNotFoundException absent) {
            String reason = Storage.hindrance(hadoop, path).orElse(" does not exist: mend the list, or put it there");
            decoding.add(new Staged.Bad(PART, file.path() + ": " + path + reason));
            return;
        } catch (AccessControlException denied) {
            decoding.add(new Staged.Bad(PART, file.path() + ": " + path + " may not be read: permission denied"));
            return;
        } catch (IOException failure) {
            if (isFolder(path)) {
                decoding.add(new Staged.Bad(PART, file.path() + ": " + path + " is a folder: name a file"));
                return;
            }
            // Another try of the task may succeed.
            throw new UncheckedIOException(path + ": " + failure.getMessage(), failure);
        }
        if (Entry.tooLong(content)) {
            decoding.add(new Staged.Bad(PART, file.path() + " is too long for a picture"));
            return;
        }
        decoding.add(
                new Decoding.Found(PART, file.path(), file.path(), label, false, Format.ofName(path.getName())),
                content);
    }

    private boolean isFolder(Path path) {
        try {
            FileSystem files = Storage.of(hadoop, "picture", path);
            return files.getFileStatus(path).isDirectory();
        } catch (IOException unknown) {
            return false;
        }
    }

    @Override
    public void close() {
        decoding.close();
    }
}
