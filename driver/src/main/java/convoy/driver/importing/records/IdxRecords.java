package convoy.driver.importing.records;

import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.LeftOut;
import convoy.driver.importing.archive.Entries;
import convoy.driver.importing.archive.Entry;
import convoy.driver.importing.source.SourcePiece;
import convoy.records.text.Counts;
import convoy.worker.data.pictures.Adjustment;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * The IDX files of MNIST (LeCun) and of the sets made in its likeness: one of images, one of labels.
 *
 * <pre>
 *   train-images-idx3-ubyte, t10k-images-idx3-ubyte   0x00000803, count, height, width (int), count x height x width bytes
 *   train-labels-idx1-ubyte, t10k-labels-idx1-ubyte   0x00000801, count (int), count bytes
 * </pre>
 *
 * <p>A whole source is one piece: images and labels are two files, in any order, that belong together.
 */
final class IdxRecords implements Records {
    private static final int IMAGES = 0x803;
    private static final int LABELS = 0x801;
    private static final int LARGEST_SIDE = 4096;
    private static final Pattern NAME =
            Pattern.compile("(?:.*-)?(train|t10k|test)-(images|labels)[-.]idx([13])-ubyte(?:\\.bin)?");

    private final Entries entries;
    private final Reading reading;
    private final Labels labels;
    private Optional<Open> open = Optional.empty();

    /** The labels of one part. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Labels(String part, byte[] values) {}

    /** A file of images that is being read. */
    private static final class Open {
        final Entry entry;
        final DataInputStream in;
        final int count;
        final int height;
        final int width;
        int next;

        Open(Entry entry, DataInputStream in, int count, int height, int width) {
            this.entry = entry;
            this.in = in;
            this.count = count;
            this.height = height;
            this.width = width;
        }
    }

    /** Reads the labels first, since their file may come after the images'. */
    IdxRecords(Configuration hadoop, SourcePiece piece, Reading reading) throws IOException {
        this.reading = reading;
        labels = readLabels(hadoop, piece);
        entries = new Entries(hadoop, piece, reading.charset());
    }

    private Labels readLabels(Configuration hadoop, SourcePiece piece) throws IOException {
        Optional<Labels> found = Optional.empty();
        try (Entries all = new Entries(hadoop, piece, reading.charset())) {
            for (Optional<Entry> entry = all.next(); entry.isPresent(); entry = all.next()) {
                Matcher name = NAME.matcher(entry.get().name());
                if (!name.matches() || !name.group(2).equals("labels") || !wanted(part(name))) {
                    continue;
                }
                if (found.isPresent()) {
                    throw new IOException(entry.get().where() + " holds labels, and so does another file of the source:"
                            + " say --split train or --split test, or import one data set at a time");
                }
                checkContent(entry.get());
                DataInputStream in = new DataInputStream(entry.get().bytes());
                int count = header(in, entry.get(), LABELS, "labels");
                byte[] values = in.readNBytes(count);
                if (values.length < count) {
                    throw new IOException(entry.get().where() + " is cut off: " + Counts.plain(values.length, "label")
                            + " of " + count);
                }
                found = Optional.of(new Labels(part(name), values));
            }
        }
        return found.orElse(new Labels("", new byte[0]));
    }

    private static String part(Matcher name) {
        return name.group(1).equals("train") ? "train" : "test";
    }

    private boolean wanted(String part) {
        return reading.wants(part);
    }

    private static void checkContent(Entry entry) throws IOException {
        if (entry.fault().isPresent()) {
            throw new IOException(entry.where() + " " + entry.fault().get());
        }
    }

    private static int header(DataInputStream in, Entry entry, int magic, String what) throws IOException {
        try {
            int found = in.readInt();
            if (found != magic) {
                throw new IOException(String.format(
                        "%s begins with 0x%08X, a file of %s in IDX form with 0x%08X",
                        entry.where(), found, what, magic));
            }
            int count = in.readInt();
            if (count < 0) {
                throw new IOException(entry.where() + " says it holds " + count + " " + what);
            }
            return count;
        } catch (EOFException e) {
            throw new IOException(entry.where() + " is cut off in its first bytes", e);
        }
    }

    @Override
    public Optional<Staged> next() throws IOException {
        while (true) {
            if (open.isPresent()) {
                Optional<Staged> record = record(open.get());
                if (record.isPresent()) {
                    return record;
                }
                open = Optional.empty();
            }
            Optional<Entry> entry = entries.next();
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            if (entry.get().isFolder()) {
                continue;
            }
            if (entry.get().isHidden()) {
                return Optional.of(
                        new Staged.Ignored(LeftOut.Reason.HIDDEN, entry.get().path()));
            }
            Matcher name = NAME.matcher(entry.get().name());
            if (!name.matches() || !wanted(part(name))) {
                return Optional.of(new Staged.Ignored(
                        LeftOut.Reason.NO_PICTURES, entry.get().path()));
            }
            if (name.group(2).equals("images")) {
                open = Optional.of(open(entry.get(), part(name)));
            }
        }
    }

    private Open open(Entry entry, String part) throws IOException {
        checkContent(entry);
        DataInputStream in = new DataInputStream(entry.bytes());
        int count = header(in, entry, IMAGES, "images");
        if (!labels.part.equals(part)) {
            throw new IOException(entry.where() + " has no file of labels beside it: add it to the source");
        }
        if (count != labels.values.length) {
            throw new IOException(entry.where() + " holds " + Counts.plain(count, "image") + ", its labels are "
                    + labels.values.length + ": these files do not belong together");
        }
        try {
            int height = in.readInt();
            int width = in.readInt();
            if (height < 1 || height > LARGEST_SIDE || width < 1 || width > LARGEST_SIDE) {
                throw new IOException(entry.where() + " says its images are " + height + " x " + width
                        + " pixels; sides of 1 to " + LARGEST_SIDE + " are read");
            }
            return new Open(entry, in, count, height, width);
        } catch (EOFException e) {
            throw new IOException(entry.where() + " is cut off in its first bytes", e);
        }
    }

    private Optional<Staged> record(Open file) throws IOException {
        if (file.next == file.count) {
            return Optional.empty();
        }
        int record = file.next++;
        String where = file.entry.where() + ", record " + record;
        int size = file.height * file.width;
        byte[] plane = file.in.readNBytes(size);
        if (plane.length < size) {
            return Optional.of(new Staged.Bad(
                    labels.part, where + " is cut off: " + Counts.plain(plane.length, "byte") + " of " + size));
        }
        int label = labels.values[record] & 0xFF;
        int classes = reading.classes().isEmpty() ? 256 : reading.classes().size();
        if (label >= classes) {
            return Optional.of(
                    new Staged.Bad(labels.part, where + " has label " + label + ", outside [0, " + classes + ")"));
        }
        long[] sums = Pixels.sums(plane, 1, size);
        Set<Adjustment> needed =
                reading.channels() == ImportConfiguration.Channels.THREE ? Set.of(Adjustment.GREY_WIDENED) : Set.of();
        return Optional.of(StagedPictureBuilder.builder()
                .folder(labels.part)
                .name(where)
                .label(label)
                .height(file.height)
                .width(file.width)
                .channels(1)
                .sums(sums)
                .image(plane)
                .needed(needed)
                .build());
    }

    @Override
    public void close() throws IOException {
        entries.close();
    }
}
