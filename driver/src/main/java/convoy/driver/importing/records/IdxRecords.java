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
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * The IDX files of MNIST (LeCun) and of the sets made in its likeness: one of images, one of labels.
 *
 * <pre>
 *   train-images-idx3-ubyte, t10k-images-idx3-ubyte   0x00000803, count, height, width (int), count x height x width bytes
 *   train-labels-idx1-ubyte, t10k-labels-idx1-ubyte   0x00000801, count (int), count bytes
 *   emnist-letters-train-images-idx3-ubyte, ...       the same, for each of EMNIST's six sets, lying on their side
 *   emnist-letters-mapping.txt, ...                   a line for each class: its label, the codes of its characters
 * </pre>
 *
 * <p>A whole source is one piece: images and labels are two files, in any order, that belong together.
 */
final class IdxRecords implements Records {
    private static final int IMAGES = 0x803;
    private static final int LARGEST_SIDE = 4096;

    private final Entries entries;
    private final Reading reading;
    private final IdxLabels labels;
    private final Set<Adjustment> needed;
    private boolean namesTold;
    private Optional<Open> open = Optional.empty();

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
        labels = IdxLabels.read(hadoop, piece, reading);
        entries = new Entries(hadoop, piece, reading.charset());
        namesTold = labels.names().isEmpty();
        needed = EnumSet.noneOf(Adjustment.class);
        if (reading.channels() == ImportConfiguration.Channels.THREE) {
            needed.add(Adjustment.GREY_WIDENED);
        }
        if (labels.name().isOfEmnist()) {
            needed.add(Adjustment.TRANSPOSED);
        }
        if (labels.fashion()) {
            needed.add(Adjustment.FASHION_NAMES);
        }
    }

    @Override
    public Optional<Staged> next() throws IOException {
        while (true) {
            if (!namesTold) {
                namesTold = true;
                return Optional.of(new Staged.Names(labels.names()));
            }
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
            if (entry.get().isFolder() || isOwnMapping(entry.get())) {
                continue;
            }
            if (entry.get().isHidden()) {
                return Optional.of(
                        new Staged.Ignored(LeftOut.Reason.HIDDEN, entry.get().path()));
            }
            Optional<IdxName> name = IdxName.of(entry.get().name());
            if (name.isEmpty() || !name.get().isWanted(reading.split())) {
                return Optional.of(new Staged.Ignored(
                        LeftOut.Reason.NO_PICTURES, entry.get().path()));
            }
            if (name.get().images()) {
                open = Optional.of(open(entry.get(), name.get()));
            }
        }
    }

    private boolean isOwnMapping(Entry entry) {
        return labels.name().isOfEmnist() && entry.name().equals(labels.name().mapping());
    }

    private Open open(Entry entry, IdxName name) throws IOException {
        IdxLabels.checkContent(entry);
        DataInputStream in = new DataInputStream(entry.bytes());
        int count = IdxLabels.header(in, entry, IMAGES, "images");
        if (!labels.name().part().equals(name.part())) {
            throw new IOException(entry.where() + " has no file of labels beside it: add it to the source");
        }
        if (count != labels.values().length) {
            throw new IOException(entry.where() + " holds " + Counts.plain(count, "image") + ", its labels are "
                    + labels.values().length + ": these files do not belong together");
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
        String part = labels.name().part();
        int size = file.height * file.width;
        byte[] plane = file.in.readNBytes(size);
        if (plane.length < size) {
            return Optional.of(
                    new Staged.Bad(part, where + " is cut off: " + Counts.plain(plane.length, "byte") + " of " + size));
        }
        Optional<Integer> label = labels.classOf(record, classes());
        if (label.isEmpty()) {
            return Optional.of(new Staged.Bad(part, where + outside(labels.values()[record] & 0xFF)));
        }
        boolean lying = labels.name().isOfEmnist();
        return Optional.of(StagedPictureBuilder.builder()
                .folder(part)
                .name(where)
                .label(label.get())
                .height(lying ? file.width : file.height)
                .width(lying ? file.height : file.width)
                .channels(1)
                .sums(Pixels.sums(plane, 1, size))
                .image(lying ? Pixels.transposed(plane, file.height, file.width) : plane)
                .needed(needed)
                .build());
    }

    private int classes() {
        if (!reading.classes().isEmpty()) {
            return reading.classes().size();
        }
        return labels.names().isEmpty() ? 256 : labels.names().size();
    }

    private String outside(int label) {
        int first = labels.name().firstLabel();
        return labels.name().isOfEmnist() && !labels.names().isEmpty()
                ? " has label " + label + ", which " + labels.name().mapping() + " does not list"
                : " has label " + label + ", outside [" + first + ", " + (first + classes()) + ")";
    }

    @Override
    public void close() throws IOException {
        entries.close();
    }
}
