package convoy.worker.data.format;

import convoy.parameterserver.files.FileAccess;
import convoy.records.text.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.LinkedHashSet;
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

/**
 * Writes one Parquet file, page by page as it is told, with equal bytes for equal content: row groups, columns in the order of the schema,
 * pages of plain values that nothing compresses, each with a checksum.
 */
public final class PlainParquet implements AutoCloseable {
    private static final Field ENCODINGS = encodings();

    private final Digested output;
    private final MessageType schema;
    private final ParquetFileWriter writer;
    private boolean finished;

    /**
     * Begins the file; one that is there is replaced.
     *
     * @param files the file system of the path
     * @param path the file
     * @param schema of its rows
     */
    public PlainParquet(FileSystem files, Path path, MessageType schema) {
        this.schema = schema;
        output = new Digested(files, path);
        try {
            writer = FileAccess.read(() -> new ParquetFileWriter(
                    output, schema, ParquetFileWriter.Mode.OVERWRITE, Long.MAX_VALUE, 0, 64, 64, true));
            FileAccess.write(writer::start);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " could not be written: " + e.getMessage(), e);
        }
    }

    /** What is written of a row group or of the end. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes it.
         *
         * @throws IOException if the file system fails
         */
        void write() throws IOException;
    }

    /**
     * Writes one row group.
     *
     * @param rows of it
     * @param columns calls {@link #column} for each, in the order of the schema
     */
    public void rowGroup(int rows, Content columns) {
        write(() -> {
            writer.startBlock(rows);
            columns.write();
            writer.endBlock();
        });
    }

    /**
     * Writes one column of a row group.
     *
     * @param values how many, nulls included
     * @param pages calls {@link #page} for each
     * @param path the column's name, and what lies below it
     * @throws IOException if the file system fails
     */
    public void column(long values, Content pages, String... path) throws IOException {
        writer.startColumn(schema.getColumnDescription(path), values, CompressionCodecName.UNCOMPRESSED);
        try {
            ENCODINGS.set(writer, new LinkedHashSet<Encoding>());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("a field that was made accessible", e);
        }
        pages.write();
        writer.endColumn();
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

    /**
     * Writes one page.
     *
     * @param values how many, nulls included
     * @param page repetition levels and definition levels where the column has them, each with its length before it, then the values
     * @param statistics of the values, or none
     * @throws IOException if the file system fails
     */
    public void page(int values, ByteBuffer page, Statistics<?> statistics) throws IOException {
        page(values, BytesInput.from(page), statistics);
    }

    /**
     * The same of bytes that lie in several places. Without page indexes, which is what is deprecated: our readers want whole row groups.
     *
     * @param values how many, nulls included
     * @param page as above
     * @param statistics of the values, or none
     * @throws IOException if the file system fails
     */
    @SuppressWarnings("deprecation")
    public void page(int values, BytesInput page, Statistics<?> statistics) throws IOException {
        writer.writeDataPage(
                values, Math.toIntExact(page.size()), page, statistics, Encoding.RLE, Encoding.RLE, Encoding.PLAIN);
    }

    /**
     * {@return statistics of a column that are to be filled}
     *
     * @param path the column's name, and what lies below it
     */
    public Statistics<?> statistics(String... path) {
        return Statistics.createStats(schema.getColumnDescription(path).getPrimitiveType());
    }

    /**
     * {@return statistics of a column that say nothing, where nobody searches by its least and greatest value}
     *
     * @param path the column's name, and what lies below it
     */
    public Statistics<?> noStatistics(String... path) {
        return Statistics.getBuilderForReading(schema.getColumnDescription(path).getPrimitiveType())
                .build();
    }

    /**
     * What a finished file is.
     *
     * @param name in its directory
     * @param bytes its length
     * @param sha256 in 64 hexadecimal digits
     */
    public record Finished(String name, long bytes, String sha256) {}

    /**
     * Ends the file.
     *
     * @param metadata kept in its footer, by key
     * @return what it is
     */
    public Finished finish(Map<String, String> metadata) {
        write(() -> writer.end(metadata));
        finished = true;
        return new Finished(output.path.getName(), output.length(), output.sha256());
    }

    private void write(Content content) {
        try {
            FileAccess.write(content::write);
        } catch (IOException e) {
            throw new UncheckedIOException(output.path + " could not be written: " + e.getMessage(), e);
        }
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
