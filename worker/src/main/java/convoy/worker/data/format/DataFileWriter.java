package convoy.worker.data.format;

import convoy.parameterserver.files.FileAccess;
import convoy.records.text.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
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

    private static final Field ENCODINGS = encodings();

    private final Digested output;
    private final ParquetFileWriter writer;
    private final List<Integer> rowGroups = new ArrayList<>();
    private boolean finished;

    /**
     * Begins the file; one that is there is replaced.
     *
     * @param files the file system of the path
     * @param path the file
     */
    public DataFileWriter(FileSystem files, Path path) {
        output = new Digested(files, path);
        try {
            writer = FileAccess.read(() -> new ParquetFileWriter(
                    output, SCHEMA, ParquetFileWriter.Mode.OVERWRITE, Long.MAX_VALUE, 0, 64, 64, true));
            FileAccess.write(writer::start);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " could not be written: " + e.getMessage(), e);
        }
    }

    /**
     * Writes one row group of at least one row.
     *
     * @param rows in their order
     */
    public void write(List<ImageRow> rows) {
        try {
            FileAccess.write(() -> writeGroup(rows));
        } catch (IOException e) {
            throw new UncheckedIOException(output.path + " could not be written: " + e.getMessage(), e);
        }
    }

    private void writeGroup(List<ImageRow> rows) throws IOException {
        writer.startBlock(rows.size());
        Statistics<?> ids = statistics(ParquetFiles.ID);
        ByteBuffer page = ByteBuffer.allocate(rows.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (ImageRow row : rows) {
            page.putLong(row.id());
            ids.updateStats(row.id());
        }
        column(ParquetFiles.ID, rows.size(), page, ids);
        images(rows);
        integers(ParquetFiles.LABEL, rows.stream().mapToInt(ImageRow::label).toArray());
        integers(ParquetFiles.HEIGHT, rows.stream().mapToInt(ImageRow::height).toArray());
        integers(ParquetFiles.WIDTH, rows.stream().mapToInt(ImageRow::width).toArray());
        integers(
                ParquetFiles.CHANNELS,
                rows.stream().mapToInt(ImageRow::channels).toArray());
        writer.endBlock();
        rowGroups.add(rows.size());
    }

    private void integers(String column, int[] values) throws IOException {
        Statistics<?> statistics = statistics(column);
        ByteBuffer page = ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            page.putInt(value);
            statistics.updateStats(value);
        }
        column(column, values.length, page, statistics);
    }

    private static Statistics<?> statistics(String column) {
        return Statistics.createStats(SCHEMA.getType(column));
    }

    private void column(String column, int rows, ByteBuffer page, Statistics<?> statistics) throws IOException {
        start(column, rows);
        page(rows, page.flip(), statistics);
        writer.endColumn();
    }

    private void images(List<ImageRow> rows) throws IOException {
        start(ParquetFiles.IMAGE, rows.size());
        // Nobody searches by the least and greatest picture, and they would be large.
        Statistics<?> none = Statistics.getBuilderForReading(
                        SCHEMA.getType(ParquetFiles.IMAGE).asPrimitiveType())
                .build();
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
            page(to - from, page.flip(), none);
            from = to;
        }
        writer.endColumn();
    }

    private static int size(ImageRow row) {
        return Integer.BYTES + row.image().length;
    }

    private void start(String column, int rows) throws IOException {
        writer.startColumn(SCHEMA.getColumnDescription(new String[] {column}), rows, CompressionCodecName.UNCOMPRESSED);
        try {
            ENCODINGS.set(writer, new LinkedHashSet<Encoding>());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a field that was made accessible", e);
        }
    }

    /**
     * Where the writer gathers a column's encodings for the footer: by itself in a hash set of enum constants, whose order
     * differs from process to process, and so would the file's bytes.
     */
    private static Field encodings() {
        try {
            Field field = ParquetFileWriter.class.getDeclaredField("currentEncodings");
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("this is not the Parquet library that Convoy was built with", e);
        }
    }

    /** Without page indexes, which is what is deprecated: a reader of pictures wants whole row groups. */
    @SuppressWarnings("deprecation")
    private void page(int rows, ByteBuffer page, Statistics<?> statistics) throws IOException {
        writer.writeDataPage(
                rows, page.remaining(), BytesInput.from(page), statistics, Encoding.RLE, Encoding.RLE, Encoding.PLAIN);
    }

    /**
     * Ends the file and says what is in it.
     *
     * @return its length, its checksum and its row groups
     */
    public DatasetInfo.DataFile finish() {
        try {
            FileAccess.write(() -> writer.end(Map.of()));
        } catch (IOException e) {
            throw new UncheckedIOException(output.path + " could not be written: " + e.getMessage(), e);
        }
        finished = true;
        return new DatasetInfo.DataFile(output.path.getName(), output.length(), output.sha256(), rowGroups);
    }

    /** Lets go of a file that was not finished; it is no Parquet file then. */
    @Override
    public void close() {
        if (!finished) {
            output.abandon();
        }
    }

    /** A new file whose bytes are counted and digested as they go. */
    private static final class Digested implements OutputFile {
        private final FileSystem files;
        private final Path path;
        private final MessageDigest digest;
        private long written;
        private AutoCloseable open = () -> {};

        Digested(FileSystem files, Path path) {
            this.files = files;
            this.path = path;
            this.digest = Sha256.begin();
        }

        long length() {
            return written;
        }

        String sha256() {
            return Sha256.digits(digest);
        }

        void abandon() {
            try {
                open.close();
            } catch (Exception e) {
                throw new IllegalStateException(path + " could not be closed", e);
            }
        }

        @Override
        public PositionOutputStream create(long blockSizeHint) throws IOException {
            return createOrOverwrite(blockSizeHint);
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) throws IOException {
            FSDataOutputStream stored = files.create(path, true);
            OutputStream file = new DigestOutputStream(stored, digest);
            open = file;
            return new PositionOutputStream() {
                @Override
                public long getPos() {
                    return written;
                }

                @Override
                public void write(int value) throws IOException {
                    file.write(value);
                    written++;
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    file.write(bytes, from, length);
                    written += length;
                }

                @Override
                public void close() throws IOException {
                    // An old data set may be deleted for the sake of this one.
                    if (stored.hasCapability(StreamCapabilities.HSYNC)) {
                        stored.hsync();
                    }
                    file.close();
                }
            };
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }
}
