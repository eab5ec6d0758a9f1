package convoy.worker.data;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.records.BadInputException;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.ParquetFiles;
import convoy.worker.data.format.RowGroup;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.order.RowLabels;
import convoy.worker.data.transform.Transforms;
import convoy.worker.data.transform.Zca;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A directory of Parquet files with a {@code dataset.json}, on any Hadoop file system, read by row group. Immutable and
 * safe to share between threads.
 */
public final class DataSet {
    /** What the permuted row groups of one stream may take in memory together; see {@link EpochOrder}. */
    private static final long BLOCK_BYTES = 48L << 20;

    private static final int BLOCK_ROW_GROUPS = 4;

    private final Configuration hadoop;
    private final String uri;
    private final DatasetInfo info;
    private final ParquetFiles files;
    private final int[] rowGroupRows;
    private final int[] rowGroupFile;
    private final int[] rowGroupInFile;
    private final long[] rowGroupStart;

    /** Read once, by the data set that they lie beside. */
    @GuardedBy("whitenings")
    private final Map<String, Whitening> whitenings = new HashMap<>();

    private DataSet(Configuration hadoop, String uri, DatasetInfo info, ParquetFiles files) {
        this.hadoop = hadoop;
        this.uri = uri;
        this.info = info;
        this.files = files;
        int count =
                info.files().stream().mapToInt(file -> file.rowGroups().size()).sum();
        rowGroupRows = new int[count];
        rowGroupFile = new int[count];
        rowGroupInFile = new int[count];
        rowGroupStart = new long[count + 1];
        int next = 0;
        for (int f = 0; f < info.files().size(); f++) {
            List<Integer> groups = info.files().get(f).rowGroups();
            for (int g = 0; g < groups.size(); g++) {
                rowGroupRows[next] = groups.get(g);
                rowGroupFile[next] = f;
                rowGroupInFile[next] = g;
                rowGroupStart[next + 1] = rowGroupStart[next] + groups.get(g);
                next++;
            }
        }
    }

    /**
     * Opens a data set: reads {@code dataset.json}, checks that every file is there and as long as it says, and reads the
     * row groups from the files' footers where it does not list them.
     *
     * @param hadoop how to reach the file system
     * @param uri the directory, for example {@code hdfs://host:8020/data/cifar10}
     * @throws BadInputException if there is no whole data set at that place
     * @throws UncheckedIOException if the file system fails
     */
    public static DataSet open(Configuration hadoop, String uri) {
        Path directory = Storage.path("data set", uri);
        FileSystem files = Storage.of(hadoop, "data set", directory);
        try {
            Map<String, FileStatus> present = list(files, directory);
            DatasetInfo described = describe(files, directory, present);
            ParquetFiles parquet = new ParquetFiles(hadoop, directory);
            DatasetInfo info = described.files().isEmpty()
                    ? described.indexed(index(parquet, directory, present), path(directory))
                    : checked(described, directory, present);
            if (info.rows() == 0) {
                throw new BadInputException("data set " + directory + " holds no rows: import some pictures");
            }
            return new DataSet(hadoop, uri, info, parquet);
        } catch (IOException e) {
            throw Storage.explained(files, "data set", directory, e);
        }
    }

    private static String path(Path directory) {
        return new Path(directory, DatasetInfo.FILE_NAME).toString();
    }

    private static Map<String, FileStatus> list(FileSystem files, Path directory) throws IOException {
        Path replaced = DatasetInfo.replaced(directory);
        if (directory.getName().length() > 0 && !files.exists(directory) && files.exists(replaced)) {
            throw new BadInputException("data set " + directory
                    + " was being replaced when that was cut off: the old one lies at " + replaced
                    + "; rename it back, or import again with --overwrite, which does so first");
        }
        Map<String, FileStatus> present = new HashMap<>();
        for (FileStatus status : Storage.requireFolder(
                files, "data set", directory, "check the address or make it with `convoy import`")) {
            if (status.isFile()) {
                present.put(status.getPath().getName(), status);
            }
        }
        return present;
    }

    private static DatasetInfo describe(FileSystem files, Path directory, Map<String, FileStatus> present) {
        FileStatus status = present.get(DatasetInfo.FILE_NAME);
        if (status == null) {
            throw new BadInputException("data set " + directory + " has no " + DatasetInfo.FILE_NAME
                    + ": it is no data set, or its import did not finish; import again");
        }
        Storage.requireFile(files, "description", status.getPath(), "import again");
        try {
            return DatasetInfo.read(files, status.getPath());
        } catch (IOException e) {
            throw Storage.explained(files, "description", status.getPath(), e);
        }
    }

    private static DatasetInfo checked(DatasetInfo info, Path directory, Map<String, FileStatus> present) {
        for (DatasetInfo.DataFile file : info.files()) {
            FileStatus status = present.get(file.name());
            if (status == null) {
                throw new BadInputException("data set " + directory + " lacks " + file.name() + ", which its "
                        + DatasetInfo.FILE_NAME + " names: copy it there or import again");
            }
            if (status.getLen() != file.bytes()) {
                throw new BadInputException(
                        status.getPath() + " is " + status.getLen() + " bytes long, " + DatasetInfo.FILE_NAME + " says "
                                + file.bytes() + ": it is cut off or was changed; import again");
            }
        }
        return info;
    }

    /** Some other program, Spark SQL for instance, wrote the Parquet files: they count in the order of their names. */
    private static List<DatasetInfo.DataFile> index(
            ParquetFiles parquet, Path directory, Map<String, FileStatus> present) throws IOException {
        List<DatasetInfo.DataFile> found = new ArrayList<>();
        List<FileStatus> statuses = present.values().stream()
                .filter(status -> status.getPath().getName().endsWith(".parquet"))
                .filter(status -> !status.getPath().getName().startsWith("."))
                .filter(status -> !status.getPath().getName().startsWith("_"))
                .sorted(Comparator.comparing(status -> status.getPath().getName()))
                .toList();
        for (FileStatus status : statuses) {
            String name = status.getPath().getName();
            found.add(new DatasetInfo.DataFile(name, status.getLen(), "", parquet.rowGroups(name)));
        }
        if (found.isEmpty()) {
            throw new BadInputException(
                    "data set " + directory + " has no .parquet file: import again or correct the address");
        }
        return found;
    }

    /** Where it lies. */
    public String uri() {
        return uri;
    }

    /** What {@code dataset.json} says, with the row groups filled in. */
    public DatasetInfo info() {
        return info;
    }

    /** The number of pictures. */
    public long rows() {
        return info.rows();
    }

    /**
     * The order in which a run sees the rows.
     *
     * @param seed the run's seed
     * @param microBatches V, the number of micro-batches of a step
     * @param microBatchSize the examples of a micro-batch
     * @throws BadInputException if there are fewer rows than micro-batches
     */
    public EpochOrder order(long seed, int microBatches, int microBatchSize) {
        return new EpochOrder(seed, rowGroupRows, microBatches, microBatchSize, blockRowGroups());
    }

    /**
     * The order in which every class comes equally often.
     *
     * @param labels of the rows, of each class one or more
     * @see #order
     */
    public EpochOrder balancedOrder(RowLabels labels, long seed, int microBatches, int microBatchSize) {
        return EpochOrder.balanced(seed, rowGroupRows, labels, microBatches, microBatchSize, blockRowGroups());
    }

    private int blockRowGroups() {
        long bytes =
                info.files().stream().mapToLong(DatasetInfo.DataFile::bytes).sum();
        long mean = Math.max(1, bytes / rowGroupRows.length);
        return (int) Math.max(1, Math.min(BLOCK_ROW_GROUPS, BLOCK_BYTES / mean));
    }

    /**
     * Reads the labels of all rows.
     *
     * @throws BadInputException if there are too many, or what is stored is not what was promised
     */
    public RowLabels labels() {
        if (info.rows() > RowLabels.MOST_ROWS) {
            throw new BadInputException(
                    "data set " + uri + " has " + info.rows() + " rows, and the labels of " + RowLabels.MOST_ROWS
                            + " are held in memory at most: leave loss.class-weights and data.sampling out");
        }
        int[] labels = new int[(int) info.rows()];
        int next = 0;
        for (DatasetInfo.DataFile file : info.files()) {
            for (int[] group : labels(file)) {
                System.arraycopy(group, 0, labels, next, group.length);
                next += group.length;
            }
        }
        return new RowLabels(info.classes().size(), labels);
    }

    /**
     * Refuses this data set if it has no row of some class.
     *
     * @param labels of its rows
     * @throws BadInputException naming the class
     */
    public void requireAllClasses(RowLabels labels) {
        int[] counts = labels.counts();
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] == 0) {
                throw new BadInputException("data set " + uri + " has no row of class " + c + ", "
                        + info.classes().get(c)
                        + ", which so cannot be balanced with the others: import pictures of it,"
                        + " or import again without it");
            }
        }
    }

    /** The class that all rows are of, if it is one; reads no further than to the file that has a second one. */
    public Optional<String> onlyClass() {
        int only = -1;
        for (DatasetInfo.DataFile file : info.files()) {
            for (int[] group : labels(file)) {
                for (int label : group) {
                    if (only >= 0 && label != only) {
                        return Optional.empty();
                    }
                    only = label;
                }
            }
        }
        return Optional.of(info.classes().get(only));
    }

    private List<int[]> labels(DatasetInfo.DataFile file) {
        List<int[]> labels = files.labels(file.name(), info);
        List<Integer> rows = labels.stream().map(group -> group.length).toList();
        if (!rows.equals(file.rowGroups())) {
            throw new BadInputException("data set " + uri + ": the row groups of " + file.name() + " hold "
                    + rows.stream().mapToLong(Integer::longValue).sum() + " rows, " + DatasetInfo.FILE_NAME + " says "
                    + file.rows() + ", or cuts them otherwise: import again");
        }
        return labels;
    }

    /**
     * Refuses a network that tells apart another number of classes.
     *
     * @throws BadInputException naming both numbers
     */
    public void requireClasses(int classes, String network) {
        if (info.classes().size() != classes) {
            throw new BadInputException("data set " + uri + " has "
                    + info.classes().size() + " classes, " + network + " tells apart " + classes
                    + ": set the network's classes to " + info.classes().size());
        }
    }

    /**
     * Refuses a data set, to be evaluated for instance, whose labels do not mean what this one's mean.
     *
     * @throws BadInputException naming the first class that differs
     */
    public void requireSameClasses(DataSet other) {
        List<String> mine = info.classes();
        List<String> theirs = other.info.classes();
        if (mine.size() != theirs.size()) {
            throw new BadInputException("data set " + other.uri + " has " + theirs.size() + " classes, " + uri + " has "
                    + mine.size() + Names.lacking(mine, theirs)
                    + ": import both with the same classes, as with --classes "
                    + Names.option(mine.size() > theirs.size() ? mine : theirs));
        }
        for (int i = 0; i < mine.size(); i++) {
            if (!mine.get(i).equals(theirs.get(i))) {
                throw new BadInputException("class " + i + " of data set " + other.uri + " is " + theirs.get(i)
                        + ", of " + uri + " it is " + mine.get(i) + Names.difference(theirs.get(i), mine.get(i))
                        + ": import both with the same classes, as with --classes");
            }
        }
        if (info.channels() != other.info.channels()) {
            throw new BadInputException("data set " + other.uri + " has " + other.info.channels() + " channels, " + uri
                    + " has " + info.channels() + ": import both alike");
        }
    }

    /**
     * Refuses labels that do not mean what a model's outputs mean.
     *
     * @param names in the order of the outputs; none if the model does not say
     * @param model for the message
     * @throws BadInputException naming the first class that differs
     */
    public void requireClassNames(List<String> names, String model) {
        List<String> mine = info.classes();
        for (int i = 0; i < Math.min(names.size(), mine.size()); i++) {
            if (!names.get(i).equals(mine.get(i))) {
                throw new BadInputException(
                        "class " + i + " of data set " + uri + " is " + mine.get(i) + ", of " + model
                                + " it is " + names.get(i) + Names.difference(mine.get(i), names.get(i))
                                + ": import the data with --classes " + Names.option(names));
            }
        }
    }

    /**
     * Refuses another data set than the one that a checkpoint was trained on.
     *
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
     * @return the data set whose whitening it is; this one, if they have no such step
     * @throws BadInputException if so
     */
    public DataSet requireWhitening(Transforms transforms) {
        String source = transforms.zca().map(Zca::of).orElse("");
        DataSet fitted = source.isEmpty() || source.equals(uri) ? this : open(hadoop, source);
        transforms.requireWhitening(info, fitted.info, fitted.uri);
        return fitted;
    }

    /** Row groups are numbered from 0 in stored order, through all files. */
    public int rowGroupCount() {
        return rowGroupRows.length;
    }

    /** The row group that holds a row, counted in stored order. */
    public int rowGroupOf(long row) {
        int at = Arrays.binarySearch(rowGroupStart, row);
        if (at < 0) {
            return -at - 2;
        }
        // Empty row groups start where the next one does.
        while (rowGroupRows[at] == 0) {
            at++;
        }
        return at;
    }

    /** The number of rows before a row group; for the number of row groups, that of all rows. */
    public long rowGroupStart(int rowGroup) {
        return rowGroupStart[rowGroup];
    }

    /**
     * Reads one row group.
     *
     * @throws BadInputException if what is stored is not what was promised
     * @throws UncheckedIOException if the file system fails
     */
    public RowGroup read(int rowGroup) {
        DatasetInfo.DataFile file = info.files().get(rowGroupFile[rowGroup]);
        RowGroup read = files.read(file.name(), rowGroupInFile[rowGroup], info);
        if (read.rows() != rowGroupRows[rowGroup]) {
            throw new BadInputException(read.where() + " holds " + read.rows() + " rows, " + DatasetInfo.FILE_NAME
                    + " says " + rowGroupRows[rowGroup] + ": import again");
        }
        return read;
    }
}
