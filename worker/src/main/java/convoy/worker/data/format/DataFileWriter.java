package convoy.worker.data.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * Writes one Parquet file of a data set, with row groups exactly where they are asked for and equal bytes for equal rows.
 * Pages are written as they stand (PLAIN, uncompressed: pictures do not compress), each with a checksum.
 */
public final class DataFileWriter implements AutoCloseable {
    /** The image column's pages: small enough for readers that take one page at a time. */
    private static final int PAGE_BYTES = 1 << 20;

    private static final MessageType SCHEMA = Types.buildMessage()
            .required(PrimitiveTypeName.INT64)
            .named(ParquetFiles.ID)
            .required(PrimitiveTypeName.BINARY)
            .named(ParquetFiles.IMAGE)
            .required(PrimitiveTypeName.INT32)
            .named(ParquetFiles.LABEL)
            .required(PrimitiveTypeName.INT32)
            .named(ParquetFiles.HEIGHT)
            .required(PrimitiveTypeName.INT32)
            .named(ParquetFiles.WIDTH)
            .required(PrimitiveTypeName.INT32)
            .named(ParquetFiles.CHANNELS)
            .named("convoy");

    private final PlainParquet file;
    private final List<Integer> rowGroups = new ArrayList<>();
    private final IntStream.Builder sums = IntStream.builder();

    /**
     * Begins the file; one that is there is replaced.
     *
     * @param files the file system of the path
     * @param path the file
     */
    public DataFileWriter(FileSystem files, Path path) {
        file = new PlainParquet(files, path, SCHEMA);
    }

    /**
     * Writes one row group of at least one row.
     *
     * @param rows in their order
     */
    public void write(List<ImageRow> rows) {
        file.rowGroup(rows.size(), () -> writeGroup(rows));
        rowGroups.add(rows.size());
        rows.forEach(row -> sums.add(RowSums.of(row)));
    }

    private void writeGroup(List<ImageRow> rows) throws IOException {
        Statistics<?> ids = file.statistics(ParquetFiles.ID);
        ByteBuffer page = ByteBuffer.allocate(rows.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (ImageRow row : rows) {
            page.putLong(row.id());
            ids.updateStats(row.id());
        }
        column(ParquetFiles.ID, rows.size(), page, ids);
        file.column(rows.size(), () -> images(rows), ParquetFiles.IMAGE);
        integers(ParquetFiles.LABEL, rows.stream().mapToInt(ImageRow::label).toArray());
        integers(ParquetFiles.HEIGHT, rows.stream().mapToInt(ImageRow::height).toArray());
        integers(ParquetFiles.WIDTH, rows.stream().mapToInt(ImageRow::width).toArray());
        integers(
                ParquetFiles.CHANNELS,
                rows.stream().mapToInt(ImageRow::channels).toArray());
    }

    private void integers(String column, int[] values) throws IOException {
        Statistics<?> statistics = file.statistics(column);
        ByteBuffer page = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            page.putInt(value);
            statistics.updateStats(value);
        }
        column(column, values.length, page, statistics);
    }

    private void column(String column, int rows, ByteBuffer page, Statistics<?> statistics) throws IOException {
        file.column(rows, () -> file.page(rows, page.flip(), statistics), column);
    }

    private void images(List<ImageRow> rows) throws IOException {
        // Nobody searches by the least and greatest picture, and they would be large.
        Statistics<?> none = file.noStatistics(ParquetFiles.IMAGE);
        int from = 0;
        while (from < rows.size()) {
            int to = from;
            int bytes = 0;
            while (to < rows.size() && (to == from || bytes + size(rows.get(to)) <= PAGE_BYTES)) {
                bytes = Math.addExact(bytes, size(rows.get(to)));
                to++;
            }
            ByteBuffer page = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
            for (ImageRow row : rows.subList(from, to)) {
                page.putInt(row.image().length).put(row.image());
            }
            file.page(to - from, page.flip(), none);
            from = to;
        }
    }

    private static int size(ImageRow row) {
        return Integer.BYTES + row.image().length;
    }

    /**
     * Ends the file and says what is in it.
     *
     * @return its length, its checksum and its row groups
     */
    public DatasetInfo.DataFile finish() {
        PlainParquet.Finished end = file.finish(Map.of());
        return new DatasetInfo.DataFile(end.name(), end.bytes(), end.sha256(), rowGroups);
    }

    /** {@return a checksum of each row that was written; to be asked for once} */
    public RowSums sums() {
        return RowSums.of(sums.build().toArray());
    }

    /** Lets go of a file that was not finished; it is no Parquet file then. */
    @Override
    public void close() {
        file.close();
    }
}
