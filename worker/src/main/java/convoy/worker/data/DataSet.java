package convoy.worker.data;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.RowGroup;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.order.RowLabels;
import convoy.worker.data.split.RowKeys;
import convoy.worker.data.split.RowSet;
import convoy.worker.data.split.Split;
import convoy.worker.data.transform.Transforms;
import convoy.worker.data.transform.Zca;
import convoy.worker.storage.Storage;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * A directory of Parquet files with a {@code dataset.json}, on any Hadoop file system, read by row group; or a part of its
 * rows, which has the same description. Immutable and safe to share between threads.
 */
public final class DataSet {
    /** What the permuted row groups of one stream may take in memory together; see {@link EpochOrder}. */
    private static final long BLOCK_BYTES = 48L << 20;

    private static final int BLOCK_ROW_GROUPS = 4;

    private final Configuration hadoop;
    private final String uri;
    private final DatasetInfo info;
    private final StoredRows stored;

    /** The rows that are here; empty: all. */
    private final Optional<RowSet> part;

    /** The labels of these rows, if they have been read. */
    private final Optional<RowLabels> known;

    /** Of all rows. */
    private final RowGroupIndex whole;

    /** Of the rows that are here. */
    private final RowGroupIndex rowGroups;

    /** Read once, by the data set that they lie beside. */
    @GuardedBy("whitenings")
    private final Map<String, Whitening> whitenings = new HashMap<>();

    private DataSet(Configuration hadoop, String uri, DatasetInfo info, StoredRows stored) {
        this.hadoop = hadoop;
        this.uri = uri;
        this.info = info;
        this.stored = stored;
        part = Optional.empty();
        known = Optional.empty();
        whole = RowGroupIndex.of(info.files());
        rowGroups = whole;
    }

    private DataSet(DataSet all, RowSet part, Optional<RowLabels> known) {
        if (part.of() != all.info.rows()) {
            throw new IllegalArgumentException(part + " of data set " + all.uri + ", which has " + all.info.rows());
        }
        hadoop = all.hadoop;
        uri = all.uri;
        info = all.info;
        stored = all.stored;
        whole = all.whole;
        rowGroups = whole.only(part);
        this.part = Optional.of(part);
        this.known = known;
    }

    /**
     * Opens a data set: reads {@code dataset.json}, checks that every file is there and as long as it says, and reads the
     * row groups from the files' footers where it does not list them.
     *
     * @param hadoop how to reach the file system
     * @param uri the directory, for example {@code hdfs://host:8020/data/cifar10}
     * @return to be read by any number of threads
     * @throws BadInputException if there is no whole data set at that place
     * @throws UncheckedIOException if the file system fails
     */
    public static DataSet open(Configuration hadoop, String uri) {
        DataSetDirectory directory = DataSetDirectory.of(hadoop, uri);
        DatasetInfo info = directory.describe();
        return info.parts().isEmpty()
                ? new DataSet(hadoop, uri, info, new FileRows(uri, info, directory.parquet()))
                : new DataSet(hadoop, uri, info, JoinedRows.open(hadoop, uri, info));
    }

    /** Opens a data set that is joined with others, and so not joined of others itself: one could be joined of itself. */
    static DataSet openPart(Configuration hadoop, String uri) {
        DataSetDirectory directory = DataSetDirectory.of(hadoop, uri);
        DatasetInfo info = directory.describe();
        JoinedData.requireFiles(uri, info);
        return new DataSet(hadoop, uri, info, new FileRows(uri, info, directory.parquet()));
    }

    /** {@return where it lies} */
    public String uri() {
        return uri;
    }

    /** {@return what {@code dataset.json} says, with the row groups filled in: of all rows, if this is a part too} */
    public DatasetInfo info() {
        return info;
    }

    /** {@return the number of pictures} */
    public long rows() {
        return part.map(rows -> (long) rows.size()).orElse(info.rows());
    }

    /**
     * Holds out some rows. Reads the ids and labels of all.
     *
     * @param split which rows of each class are held out
     * @return both parts, each a data set of its own
     * @throws BadInputException if this data set cannot be split so, or has too many rows, or what is stored is not what was
     *     promised
     */
    public Parts split(Split split) {
        RowKeys keys = keys();
        RowSet heldOut = split.heldOut(keys);
        RowSet training = heldOut.complement();
        return new Parts(
                new DataSet(this, training, Optional.of(keys.labels().only(training::has))),
                new DataSet(this, heldOut, Optional.of(keys.labels().only(heldOut::has))),
                heldOut);
    }

    /**
     * {@return some of the rows alone as a data set, in stored order} Row groups without any of them are not among its
     * own.
     *
     * @param rows which, of all of this data set
     */
    public DataSet only(RowSet rows) {
        return new DataSet(this, rows, Optional.empty());
    }

    /**
     * {@return the order in which a run sees the rows}
     *
     * @param seed of the order
     * @param microBatches V, the number of micro-batches of a step
     * @param microBatchSize the examples of a micro-batch
     * @throws BadInputException if there are fewer rows than micro-batches
     */
    public EpochOrder order(long seed, int microBatches, int microBatchSize) {
        return new EpochOrder(seed, rowGroups.rows(), microBatches, microBatchSize, blockRowGroups());
    }

    /**
     * {@return the order in which every class comes equally often}
     *
     * @param labels of the rows, of each class one or more
     * @param seed of the order
     * @param microBatches V, the number of micro-batches of a step
     * @param microBatchSize the examples of a micro-batch
     * @see #order
     */
    public EpochOrder balancedOrder(RowLabels labels, long seed, int microBatches, int microBatchSize) {
        return EpochOrder.balanced(seed, rowGroups.rows(), labels, microBatches, microBatchSize, blockRowGroups());
    }

    private int blockRowGroups() {
        long bytes =
                info.files().stream().mapToLong(DatasetInfo.DataFile::bytes).sum();
        long mean = Math.max(1, bytes / whole.count());
        return (int) Math.max(1, Math.min(BLOCK_ROW_GROUPS, BLOCK_BYTES / mean));
    }

    /**
     * Reads the labels of all rows.
     *
     * @return in stored order
     * @throws BadInputException if there are too many, or what is stored is not what was promised
     */
    public RowLabels labels() {
        return known.orElseGet(() -> {
            info.requireOneLabel(uri, "loss.class-weights and data.sampling", "leave them out");
            requireFewRows("the labels", "leave loss.class-weights and data.sampling out");
            int[] labels =
                    labelsByRowGroup().stream().flatMapToInt(Arrays::stream).toArray();
            return new RowLabels(info.classes().size(), labels);
        });
    }

    /** The labels of the rows that are here, by the row groups that are. */
    List<int[]> labelsByRowGroup() {
        return IntStream.range(0, info.files().size())
                .mapToObj(this::labels)
                .flatMap(List::stream)
                .filter(group -> part.isEmpty() || group.length > 0)
                .toList();
    }

    /** The ids and labels of the rows that are here. */
    RowKeys keys() {
        info.requireOneLabel(uri, "data.validation by share or fold", "give data.validation a data set");
        requireFewRows("the ids", "give data.validation a data set");
        RowKeys all = stored.keys();
        return part.map(all::only).orElse(all);
    }

    /** Some of the rows that are here, counted among these. */
    DataSet narrowed(RowSet some) {
        return new DataSet(this, part.map(rows -> rows.only(some)).orElse(some), Optional.empty());
    }

    /** The rows that are here; empty: all. */
    Optional<RowSet> part() {
        return part;
    }

    private void requireFewRows(String what, String remedy) {
        if (info.rows() > RowLabels.MOST_ROWS) {
            throw new BadInputException("data set " + uri + " has " + Counts.plain(info.rows(), "row") + ", and " + what
                    + " of " + RowLabels.MOST_ROWS + " are held in memory at most: " + remedy);
        }
    }

    /**
     * Refuses this data set if it has no row of some class.
     *
     * @param labels of its rows
     * @throws BadInputException naming the class
     */
    public void requireAllClasses(RowLabels labels) {
        SameClasses.requireAll(this, labels);
    }

    /** {@return the class that all rows are of, if it is one} Reads no further than to a file with a second one. */
    public Optional<String> onlyClass() {
        int only = -1;
        for (int file = 0; file < info.files().size(); file++) {
            for (int[] group : labels(file)) {
                for (int label : group) {
                    if (only >= 0 && label != only) {
                        return Optional.empty();
                    }
                    only = label;
                }
            }
        }
        return info.labelSets().isEmpty() ? Optional.of(info.classes().get(only)) : Optional.empty();
    }

    /** The labels of the rows of a file that are here, by the row groups of the file. */
    private List<int[]> labels(int file) {
        List<int[]> all = stored.labels(file);
        if (part.isEmpty()) {
            return all;
        }
        int first = info.files().subList(0, file).stream()
                .mapToInt(earlier -> earlier.rowGroups().size())
                .sum();
        return IntStream.range(0, all.size())
                .mapToObj(group -> Arrays.stream(whole.places(first + group, part.get()))
                        .map(place -> all.get(group)[place])
                        .toArray())
                .toList();
    }

    /**
     * Refuses a network that tells apart another number of classes.
     *
     * @param classes how many the network tells apart
     * @param network its name, for the message
     * @throws BadInputException naming both numbers
     */
    public void requireClasses(int classes, String network) {
        if (info.classes().size() != classes) {
            throw new BadInputException("data set " + uri + " has "
                    + Counts.plain(info.classes().size(), "class", "classes") + ", " + network + " tells apart "
                    + classes
                    + ": set the network's classes to " + info.classes().size());
        }
    }

    /**
     * Refuses a data set, to be evaluated for instance, whose labels do not mean what this one's mean.
     *
     * @param other the data set to be compared
     * @throws BadInputException naming the first class that differs
     */
    public void requireSameClasses(DataSet other) {
        SameClasses.require(this, other);
    }

    /**
     * Refuses labels that do not mean what a model's outputs mean.
     *
     * @param names in the order of the outputs; none if the model does not say
     * @param model for the message
     * @throws BadInputException naming the first class that differs
     */
    public void requireClassNames(List<String> names, String model) {
        SameClasses.require(this, names, model);
    }

    /**
     * Refuses another data set than the one that a checkpoint was trained on.
     *
     * @param expected that of the checkpoint
     * @throws BadInputException naming both fingerprints
     */
    public void requireFingerprint(String expected) {
        if (!info.fingerprint().equals(expected)) {
            throw new BadInputException("data set " + uri + " has fingerprint " + info.fingerprint() + ", expected "
                    + expected + ": it is not the data set that the run began with");
        }
    }

    /**
     * What whitens this data set's pictures, if the transforms have such a step.
     *
     * @param transforms the steps that a picture goes through
     * @return empty without such a step
     * @throws BadInputException if there is none, it cannot be read, or the pictures do not suit it
     */
    public Optional<Whitening> whitening(Transforms transforms) {
        return transforms.zca().map(step -> {
            DataSet fitted = requireWhitening(transforms);
            synchronized (whitenings) {
                return whitenings.computeIfAbsent(
                        fitted.uri, source -> Whitening.read(hadoop, Storage.path("data set", source), fitted.info));
            }
        });
    }

    /**
     * Refuses transforms whose whitening is not there or does not suit this data set's pictures.
     *
     * @param transforms the steps that a picture goes through
     * @return the data set whose whitening it is; this one, if they have no such step
     * @throws BadInputException if so
     */
    public DataSet requireWhitening(Transforms transforms) {
        String source = transforms.zca().map(Zca::of).orElse("");
        DataSet fitted = source.isEmpty() || source.equals(uri) ? this : open(hadoop, source);
        transforms.requireWhitening(info, fitted.info, fitted.uri);
        return fitted;
    }

    /** How many rows each row group holds. */
    List<Integer> rowGroupRows() {
        return Arrays.stream(rowGroups.rows()).boxed().toList();
    }

    /** {@return the number of row groups, which are numbered from 0 in stored order, through all files} */
    public int rowGroupCount() {
        return rowGroups.count();
    }

    /**
     * {@return the row group that holds a row}
     *
     * @param row counted in stored order
     */
    public int rowGroupOf(long row) {
        return rowGroups.holding(row);
    }

    /**
     * {@return the number of rows before a row group; for the number of row groups, that of all rows}
     *
     * @param rowGroup from 0; the number of row groups is allowed
     */
    public long rowGroupStart(int rowGroup) {
        return rowGroups.start(rowGroup);
    }

    /**
     * Reads one row group.
     *
     * @param rowGroup from 0
     * @return its rows
     * @throws BadInputException if what is stored is not what was promised
     * @throws UncheckedIOException if the file system fails
     */
    public RowGroup read(int rowGroup) {
        int number = rowGroups.inWhole(rowGroup);
        RowGroup read = stored.read(rowGroups.file(rowGroup), whole.inFile(number));
        if (read.rows() != whole.rows(number)) {
            throw new BadInputException(read.where() + " holds " + Counts.plain(read.rows(), "row") + ", "
                    + DatasetInfo.FILE_NAME + " says " + whole.rows(number) + ": import again");
        }
        return part.map(rows -> read.only(whole.places(number, rows))).orElse(read);
    }
}
