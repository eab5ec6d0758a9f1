package convoy.driver.importing.records;

import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.LeftOut;
import convoy.driver.importing.archive.Entries;
import convoy.driver.importing.archive.Entry;
import convoy.driver.importing.folders.FolderLayout;
import convoy.driver.importing.source.PictureName;
import convoy.driver.importing.source.SourcePiece;
import convoy.worker.data.pictures.ImageHeader.Format;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Picture files in folders: {@code train/cat/0001.jpg}, {@code n01440764/n01440764_tench.JPEG}; and those of ImageNet's
 * validation set, whose classes a label file tells. The files are read one after the other and decoded by several
 * threads, in order.
 */
final class FolderRecords implements Records {
    /** Files with these endings are meant as pictures; if they cannot be decoded, that is a fault of the source. */
    private static final List<String> PICTURES =
            List.of("jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff", "heic", "avif");

    /** Files with these endings may hold pictures that nobody sees. */
    private static final List<String> UNREAD_ARCHIVES = List.of("rar", "7z", "lzma", "lz4", "cab", "iso");

    private final Entries entries;
    private final SourcePiece piece;
    private final Reading reading;
    private final Decoding decoding;
    private boolean exhausted;

    /** @param decodingThreads how many cores there are for this piece */
    FolderRecords(Configuration hadoop, SourcePiece piece, Reading reading, int decodingThreads) {
        entries = new Entries(hadoop, piece, reading.charset());
        this.piece = piece;
        this.reading = reading;
        decoding = new Decoding(reading, decodingThreads);
    }

    @Override
    public Optional<Staged> next() throws IOException {
        while (!exhausted && decoding.hasRoom()) {
            Optional<Entry> entry = entries.next();
            if (entry.isEmpty()) {
                exhausted = true;
            } else {
                read(entry.get());
            }
        }
        return decoding.next();
    }

    private void read(Entry entry) throws IOException {
        String folder = reading.format() == ImportConfiguration.Format.IMAGENET_VALIDATION
                ? ListedRecords.PART
                : entry.path().substring(0, Math.max(0, entry.path().lastIndexOf('/')));
        String name = entry.name();
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (entry.path().contains("cifar-10") && CifarRecords.isOtherVersion(entry)) {
            throw CifarRecords.otherVersion(entry);
        }
        if (entry.isFolder() && !entry.isHidden()) {
            add(new Staged.Ignored(LeftOut.Reason.FOLDER, entry.path()));
        } else if (entry.isHidden()) {
            add(new Staged.Ignored(LeftOut.Reason.HIDDEN, entry.path()));
        } else if (entry.isPacked() && entry.fault().isPresent()) {
            add(new Staged.Bad(folder, entry.where() + " " + entry.fault().get()));
        } else if (UNREAD_ARCHIVES.contains(ending)) {
            add(new Staged.Ignored(LeftOut.Reason.UNREAD_ARCHIVE, entry.path()));
        } else if (!PICTURES.contains(ending)) {
            add(new Staged.Ignored(LeftOut.Reason.NO_PICTURES, entry.path()));
        } else if (!reading.wantsOneOf(FolderLayout.parts(folder))) {
            add(new Staged.Ignored(LeftOut.Reason.OTHER_SPLIT, entry.path()));
        } else if (entry.fault().isPresent()) {
            add(new Staged.Bad(folder, entry.where() + " " + entry.fault().get()));
        } else {
            read(folder, entry);
        }
    }

    private void read(String folder, Entry entry) throws IOException {
        byte[] file = entry.whole();
        if (Entry.tooLong(file)) {
            add(new Staged.Bad(folder, entry.where() + " is too long for a picture"));
            return;
        }
        Optional<Integer> listed = listed(entry.name());
        if (reading.format() == ImportConfiguration.Format.IMAGENET_VALIDATION && listed.isEmpty()) {
            add(new Staged.Bad(folder, entry.where() + " has no line in the label file"));
            return;
        }
        decoding.add(
                new Decoding.Found(
                        folder,
                        entry.path(),
                        entry.where(),
                        listed.orElse(-1),
                        entry.linked(),
                        Format.ofName(entry.name())),
                file);
    }

    /** The class that a label file tells, by the picture's name or by the number in it. */
    private Optional<Integer> listed(String name) {
        Optional<Integer> byName = Optional.ofNullable(piece.labels().get(PictureName.key(name)));
        return byName.or(() -> PictureName.numberKey(name)
                .flatMap(key -> Optional.ofNullable(piece.labels().get(key))));
    }

    private void add(Staged record) {
        decoding.add(record);
    }

    @Override
    public void close() throws IOException {
        decoding.close();
        entries.close();
    }
}
