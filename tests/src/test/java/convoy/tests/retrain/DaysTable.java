package convoy.tests.retrain;

import convoy.driver.fixture.PictureTable;
import convoy.worker.data.format.ImageRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.types.Types;

/** The stripes of {@link Days} in an Iceberg table, and a pipeline of it. */
public final class DaysTable {
    private final Path directory;
    private final Table table;

    /** Makes an empty table below a directory. */
    public DaysTable(Path directory) {
        this.directory = directory;
        table = new HadoopTables(new Configuration())
                .create(
                        new Schema(
                                Types.NestedField.required(1, "image", Types.BinaryType.get()),
                                Types.NestedField.required(2, "label", Types.StringType.get())),
                        PartitionSpec.unpartitioned(),
                        Map.of(),
                        directory.resolve("table").toUri().toString());
    }

    Table table() {
        return table;
    }

    /** Appends rows as those of a day. */
    public void append(String name, long seed, int rows) throws IOException {
        table.newAppend().appendFile(file(name, Days.rows(seed, rows))).commit();
    }

    /** A file of the table's folder that is not in the table yet. */
    DataFile file(String name, List<ImageRow> rows) throws IOException {
        Path file = Files.createDirectories(directory.resolve("table/data")).resolve(name);
        PictureTable.write(
                file,
                PictureTable.NAMED,
                rows.stream()
                        .map(row -> PictureTable.row(
                                PictureTable.png(row.image(), Days.SIDE), Days.CLASSES.get(row.label())))
                        .toList());
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(file.toUri().toString())
                .withFileSizeInBytes(Files.size(file))
                .withRecordCount(rows.size())
                .withFormat(FileFormat.PARQUET)
                .build();
    }

    /** Has a pipeline file name the table. */
    public Path pipeline(Path file) throws IOException {
        return Files.writeString(
                file,
                Files.readString(file)
                        .replaceFirst(
                                "data: .*",
                                "data: {kind: iceberg, table: \"" + directory.resolve("table")
                                        + "\", classes: [across, down], channels: 1}"));
    }
}
