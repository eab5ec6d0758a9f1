package convoy.iceberg;

import convoy.driver.importing.table.TableContent.TableFile;
import convoy.records.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Accessor;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.MetadataTableType;
import org.apache.iceberg.MetadataTableUtils;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.io.CloseableIterable;

/**
 * A data file of a snapshot.
 *
 * @param snapshot that added it, which may have expired
 * @param file itself
 */
record LiveFile(long snapshot, TableFile file) {
    private static final String STATUS = "status";
    private static final String SNAPSHOT = "snapshot_id";
    private static final String CONTENT = "data_file.content";
    private static final String PATH = "data_file.file_path";
    private static final String FORMAT = "data_file.file_format";
    private static final String ROWS = "data_file.record_count";
    private static final String BYTES = "data_file.file_size_in_bytes";

    /** Of an entry of a list of files: it was taken out by the snapshot that wrote the list. */
    private static final int DELETED = 2;

    /**
     * {@return the data files of a snapshot, by their addresses}
     *
     * @param table of the snapshot
     * @param uri of the table, for messages
     * @param snapshot its id
     * @throws BadInputException if rows of them are deleted by other files, or one is no Parquet file
     */
    static Map<String, LiveFile> of(Table table, String uri, long snapshot) {
        Table entries = MetadataTableUtils.createMetadataTableInstance(table, MetadataTableType.ENTRIES);
        TableScan scan = entries.newScan()
                .useSnapshot(snapshot)
                .select(List.of(STATUS, SNAPSHOT, CONTENT, PATH, FORMAT, ROWS, BYTES));
        Map<String, LiveFile> files = new TreeMap<>();
        try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
            for (FileScanTask task : tasks) {
                try (CloseableIterable<StructLike> rows = task.asDataTask().rows()) {
                    rows.forEach(row -> add(new Entry(scan.schema(), row), uri, files));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("table " + uri + " could not be read: " + failure.getMessage(), failure);
        }
        return files;
    }

    private static void add(Entry entry, String uri, Map<String, LiveFile> files) {
        if (entry.number(STATUS) == DELETED) {
            return;
        }
        if (entry.number(CONTENT) != FileContent.DATA.id()) {
            throw new BadInputException("table " + uri + " has rows that are deleted by files of their own, as "
                    + entry.text(PATH)
                    + ": rewrite its data files (rewrite_data_files with delete-file-threshold 1), and set"
                    + " write.delete.mode, write.update.mode and write.merge.mode to copy-on-write");
        }
        String format = entry.text(FORMAT);
        if (!format.equalsIgnoreCase(FileFormat.PARQUET.name())) {
            throw new BadInputException("table " + uri + " has the file " + entry.text(PATH) + " of format "
                    + format.toLowerCase(Locale.ROOT) + ": Parquet is read; rewrite its data files with"
                    + " write.format.default = parquet");
        }
        files.put(
                entry.text(PATH),
                new LiveFile(
                        entry.number(SNAPSHOT),
                        new TableFile(entry.text(PATH), entry.number(BYTES), entry.number(ROWS))));
    }

    /** A row of the metadata table of entries. */
    private record Entry(Schema schema, StructLike row) {
        private Object value(String name) {
            Accessor<StructLike> accessor =
                    schema.accessorForField(schema.findField(name).fieldId());
            return accessor.get(row);
        }

        long number(String name) {
            return ((Number) value(name)).longValue();
        }

        String text(String name) {
            return value(name).toString();
        }
    }
}
