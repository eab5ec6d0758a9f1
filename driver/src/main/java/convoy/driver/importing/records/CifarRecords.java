package convoy.driver.importing.records;

import convoy.driver.importing.LeftOut;
import convoy.driver.importing.archive.Entries;
import convoy.driver.importing.archive.Entry;
import convoy.driver.importing.source.SourcePiece;
import convoy.records.text.Counts;
import convoy.worker.data.pictures.Adjustment;
import convoy.worker.data.pictures.Luma;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * The binary files of CIFAR-10 and CIFAR-100 (Krizhevsky 2009).
 *
 * <pre>
 *   data_batch_1.bin ... data_batch_5.bin, test_batch.bin   label (1 byte), 3 x 32 x 32 bytes: red, green, blue
 *   train.bin, test.bin                                     coarse label, fine label (1 byte each), the same
 *   batches.meta.txt, fine_label_names.txt,                 the names of the classes, one a line
 *   coarse_label_names.txt
 * </pre>
 */
final class CifarRecords implements Records {
    private static final int SIDE = 32;
    private static final int IMAGE = 3 * SIDE * SIDE;

    private final Entries entries;
    private final Reading reading;
    private Optional<Open> open = Optional.empty();

    /** A file of records that is being read. */
    private static final class Open {
        final Entry entry;
        final String part;
        final int labelBytes;
        final int labelAt;
        final int classes;
        int next;

        Open(Entry entry, String part, int labelBytes, int labelAt, int classes) {
            this.entry = entry;
            this.part = part;
            this.labelBytes = labelBytes;
            this.labelAt = labelAt;
            this.classes = classes;
        }
    }

    CifarRecords(Configuration hadoop, SourcePiece piece, Reading reading) {
        entries = new Entries(hadoop, piece, reading.charset());
        this.reading = reading;
    }

    @Override
    public Optional<Staged> next() throws IOException {
        while (true) {
            if (open.isPresent()) {
                Optional<Staged> record = record(open.get(), reading.dropsColour());
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
            String name = entry.get().name();
            if (isOtherVersion(entry.get())) {
                throw otherVersion(entry.get());
            }
            if (name.equals("batches.meta.txt") || name.equals(namesOfHundred())) {
                return Optional.of(names(entry.get()));
            }
            boolean ten = name.matches("data_batch_\\d+\\.bin") || name.equals("test_batch.bin");
            boolean hundred = name.equals("train.bin") || name.equals("test.bin");
            String part = name.startsWith("test") ? "test" : "train";
            boolean wanted = reading.wants(part);
            if (!(ten || hundred) || !wanted) {
                return Optional.of(new Staged.Ignored(
                        LeftOut.Reason.NO_PICTURES, entry.get().path()));
            }
            if (ten && reading.coarse()) {
                throw new IOException(
                        entry.get().where() + " is CIFAR-10's, which has one label a picture: leave --labels out");
            }
            int classes = reading.classes().isEmpty()
                    ? (ten ? 10 : reading.coarse() ? 20 : 100)
                    : reading.classes().size();
            if (entry.get().fault().isPresent()) {
                return Optional.of(new Staged.Bad(
                        part, entry.get().where() + " " + entry.get().fault().get()));
            }
            open = Optional.of(new Open(entry.get(), part, ten ? 1 : 2, ten || reading.coarse() ? 0 : 1, classes));
        }
    }

    private String namesOfHundred() {
        return reading.coarse() ? "coarse_label_names.txt" : "fine_label_names.txt";
    }

    /** {@code cifar-10-python.tar.gz} holds pickled arrays, {@code cifar-10-matlab.tar.gz} Matlab's. */
    static boolean isOtherVersion(Entry entry) {
        return entry.name().matches("(data_batch_\\d+|test_batch)(\\.mat)?")
                || entry.path().matches(".*\\bcifar-100-(python|matlab)/(train|test|meta)(\\.mat)?");
    }

    static IOException otherVersion(Entry entry) {
        return new IOException(
                entry.where() + " is of CIFAR's version for Python or Matlab, which is not read: download"
                        + " the binary version, as cifar-10-binary.tar.gz, and say --format cifar-binary");
    }

    private static Optional<Staged> record(Open open, boolean grey) throws IOException {
        byte[] record = open.entry.bytes().readNBytes(open.labelBytes + IMAGE);
        if (record.length == 0) {
            return Optional.empty();
        }
        String where = open.entry.where() + ", record " + open.next++;
        if (record.length < open.labelBytes + IMAGE) {
            return Optional.of(new Staged.Bad(
                    open.part,
                    where + " is cut off: " + Counts.plain(record.length, "byte") + " of "
                            + (open.labelBytes + IMAGE)));
        }
        int label = record[open.labelAt] & 0xFF;
        if (label >= open.classes) {
            return Optional.of(
                    new Staged.Bad(open.part, where + " has label " + label + ", outside [0, " + open.classes + ")"));
        }
        byte[] planes = new byte[IMAGE];
        System.arraycopy(record, open.labelBytes, planes, 0, IMAGE);
        if (grey) {
            planes = Luma.ofPlanes(planes);
        }
        int channels = grey ? 1 : 3;
        long[] sums = Pixels.sums(planes, channels, SIDE * SIDE);
        Set<Adjustment> needed = grey ? Set.of(Adjustment.COLOUR_DROPPED) : Set.of();
        return Optional.of(StagedPictureBuilder.builder()
                .folder(open.part)
                .name(where)
                .label(label)
                .height(SIDE)
                .width(SIDE)
                .channels(channels)
                .sums(sums)
                .image(planes)
                .needed(needed)
                .build());
    }

    private static Staged names(Entry entry) throws IOException {
        String text = new String(entry.bytes().readNBytes(1 << 20), StandardCharsets.UTF_8);
        List<String> names =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return new Staged.Names(names);
    }

    @Override
    public void close() throws IOException {
        entries.close();
    }
}
