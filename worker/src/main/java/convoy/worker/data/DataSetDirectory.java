package convoy.worker.data;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.ParquetFiles;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The directory of a data set, looked at before any row is read.
 *
 * @param files the file system that it lies on
 * @param directory its path there
 * @param parquet reads its files
 */
record DataSetDirectory(FileSystem files, Path directory, ParquetFiles parquet) {
    /** Looks at nothing yet. */
    static DataSetDirectory of(Configuration hadoop, String uri) {
        Path directory = Storage.path("data set", uri);
        return new DataSetDirectory(
                Storage.of(hadoop, "data set", directory), directory, new ParquetFiles(hadoop, directory));
    }

    /**
     * Reads {@code dataset.json}, checks that every file is there and as long as it says, and reads the row groups from the
     * files' footers where it does not list them. At data sets that are joined here it does not look.
     *
     * @throws BadInputException if there is no whole data set at that place
     * @throws UncheckedIOException if the file system fails
     */
    DatasetInfo describe() {
        try {
            Map<String, FileStatus> present = list();
            DatasetInfo described = read(present);
            DatasetInfo info = described.files().isEmpty()
                    ? described.indexed(index(present), new Path(directory, DatasetInfo.FILE_NAME).toString())
                    : described.parts().isEmpty() ? checked(described, present) : described;
            if (info.rows() == 0) {
                throw new BadInputException("data set " + directory + " holds no rows: import some pictures");
            }
            return info;
        } catch (IOException e) {
            throw Storage.explained(files, "data set", directory, e);
        }
    }

    private Map<String, FileStatus> list() throws IOException {
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

    private DatasetInfo read(Map<String, FileStatus> present) {
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

    private DatasetInfo checked(DatasetInfo info, Map<String, FileStatus> present) {
        for (DatasetInfo.DataFile file : info.files()) {
            FileStatus status = present.get(file.name());
            if (status == null) {
                throw new BadInputException("data set " + directory + " lacks " + file.name() + ", which its "
                        + DatasetInfo.FILE_NAME + " names: copy it there or import again");
            }
            if (status.getLen() != file.bytes()) {
                throw new BadInputException(status.getPath() + " is " + Counts.plain(status.getLen(), "byte")
                        + " long, " + DatasetInfo.FILE_NAME + " says " + file.bytes()
                        + ": it is cut off or was changed; import again");
            }
        }
        return info;
    }

    /** Some other program, Spark SQL for instance, wrote the Parquet files: they count in the order of their names. */
    private List<DatasetInfo.DataFile> index(Map<String, FileStatus> present) throws IOException {
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
}
