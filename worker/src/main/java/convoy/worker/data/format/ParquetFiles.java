package convoy.worker.data.format;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.FirstLine;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Reads row groups of the Parquet files of one directory with the column readers, in any order. Footers are read once and
 * kept; a file is opened for each read, which costs little beside a row group and leaves nothing open.
 */
public final class ParquetFiles {
    static final String ID = "id";
    static final String IMAGE = "image";
    static final String LABEL = "label";
    static final String HEIGHT = "height";
    static final String WIDTH = "width";
    static final String CHANNELS = "channels";

    private static final Map<String, PrimitiveTypeName> COLUMNS = Map.of(
            ID, PrimitiveTypeName.INT64,
            IMAGE, PrimitiveTypeName.BINARY,
            LABEL, PrimitiveTypeName.INT32,
            HEIGHT, PrimitiveTypeName.INT32,
            WIDTH, PrimitiveTypeName.INT32,
            CHANNELS, PrimitiveTypeName.INT32);

    /** Row groups are held in memory, several at once. */
    private static final long LARGEST_ROW_GROUP = 1L << 30;

    private final Configuration hadoop;
    private final Path directory;

    @GuardedBy("footers")
    private final Map<String, ParquetMetadata> footers = new HashMap<>();

    /**
     * @param hadoop how to reach the file system
     * @param directory of the data set
     */
    public ParquetFiles(Configuration hadoop, Path directory) {
        this.hadoop = new Configuration(hadoop);
        this.hadoop.setBoolean("parquet.page.verify-checksum.enabled", true);
        this.directory = directory;
    }

    /**
     * {@return the number of rows of each row group of a file}
     *
     * @param file inside the data set's directory
     */
    public List<Integer> rowGroups(String file) {
        return footer(file).getBlocks().stream()
                .map(block -> Math.toIntExact(block.getRowCount()))
                .toList();
    }

    /**
     * Reads one row group whole.
     *
     * @param file inside the data set's directory
     * @param index the row group, from 0
     * @param info what the data set says of itself
     * @return its rows
     * @throws BadInputException if what is stored is not what was promised
     */
    public RowGroup read(String file, int index, DatasetInfo info) {
        ParquetMetadata footer = footer(file);
        String where = directory + "/" + file + ", row group " + index;
        if (index >= footer.getBlocks().size()) {
            throw new BadInputException(where + " does not exist, the file has "
                    + footer.getBlocks().size() + ": import again");
        }
        BlockMetaData block = footer.getBlocks().get(index);
        if (block.getTotalByteSize() > LARGEST_ROW_GROUP) {
            throw new BadInputException(
                    where + " takes " + Counts.plain(block.getTotalByteSize(), "byte") + ", at most "
                            + LARGEST_ROW_GROUP + " are read: write it with smaller row groups (parquet.block.size)");
        }
        MessageType schema = requested(footer, file);
        return reading(file, footer, where, reader -> {
            reader.setRequestedSchema(schema);
            PageReadStore pages = reader.readRowGroup(index);
            return rows(where, schema, pages, footer, info);
        });
    }

    /**
     * Reads the labels of each row group of a file, and nothing else of it.
     *
     * @param file inside the data set's directory
     * @param info what the data set says of itself
     * @return {@code [rows]} of each row group
     * @throws BadInputException if what is stored is not what was promised
     */
    public List<int[]> labels(String file, DatasetInfo info) {
        return columns(
                file, List.of(LABEL), group -> labels(group.columns, group.schema, group.rows, group.where, info));
    }

    /**
     * What tells the rows of a row group apart.
     *
     * @param ids {@code [rows]}
     * @param labels {@code [rows]}
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Keys(long[] ids, int[] labels) {}

    /**
     * Reads the ids and labels of each row group of a file, and nothing else of it.
     *
     * @param file inside the data set's directory
     * @param info what the data set says of itself
     * @return of each row group
     * @throws BadInputException if what is stored is not what was promised
     */
    public List<Keys> keys(String file, DatasetInfo info) {
        return columns(
                file,
                List.of(ID, LABEL),
                group -> new Keys(
                        ids(group.columns, group.schema, group.rows, group.where),
                        labels(group.columns, group.schema, group.rows, group.where, info)));
    }

    /** Some columns of a row group that is being read. */
    private record Columns(ColumnReadStoreImpl columns, MessageType schema, int rows, String where) {}

    private <T> List<T> columns(String file, List<String> names, Function<Columns, T> reader) {
        ParquetMetadata footer = footer(file);
        MessageType all = requested(footer, file);
        MessageType schema =
                new MessageType(all.getName(), names.stream().map(all::getType).toList());
        return reading(file, footer, directory + "/" + file, parquet -> {
            parquet.setRequestedSchema(schema);
            List<T> read = new ArrayList<>();
            for (int index = 0; index < footer.getBlocks().size(); index++) {
                PageReadStore pages = parquet.readRowGroup(index);
                read.add(reader.apply(new Columns(
                        new ColumnReadStoreImpl(
                                pages,
                                new Discard(),
                                schema,
                                footer.getFileMetaData().getCreatedBy()),
                        schema,
                        Math.toIntExact(pages.getRowCount()),
                        directory + "/" + file + ", row group " + index)));
            }
            return read;
        });
    }

    /** What is done with an open file. */
    @FunctionalInterface
    private interface Reading<T> {
        T from(ParquetFileReader reader) throws IOException;
    }

    @SuppressWarnings(
            "deprecation") // Of the constructors with a footer that was read before, Parquet 1.13 has this one.
    private <T> T reading(String file, ParquetMetadata footer, String where, Reading<T> reading) {
        try (ParquetFileReader reader = new ParquetFileReader(hadoop, new Path(directory, file), footer)) {
            return reading.from(reader);
        } catch (ParquetDecodingException | IllegalArgumentException e) {
            throw garbled(where, e);
        } catch (FileNotFoundException e) {
            throw gone(new Path(directory, file), e);
        } catch (AccessControlException e) {
            throw Storage.explained("data file", new Path(directory, file), e);
        } catch (IOException e) {
            // A page that fails its checksum or ends early comes as a plain IOException, like a failing file system.
            throw new UncheckedIOException(where + " could not be read: " + e.getMessage(), e);
        }
    }

    private BadInputException gone(Path path, FileNotFoundException failure) {
        return new BadInputException(
                path + Storage.hindrance(hadoop, path).orElse(" is gone: copy it there or import again"), failure);
    }

    private static BadInputException garbled(String where, Exception cause) {
        String detail = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return new BadInputException(where + " is garbled (" + detail + "): import again", cause);
    }

    private ParquetMetadata footer(String file) {
        synchronized (footers) {
            ParquetMetadata kept = footers.get(file);
            if (kept != null) {
                return kept;
            }
        }
        Path path = new Path(directory, file);
        ParquetMetadata read;
        try {
            read = readFooter(path);
        } catch (FileNotFoundException e) {
            throw gone(path, e);
        } catch (AccessControlException e) {
            throw Storage.explained("data file", path, e);
        } catch (RuntimeException e) {
            // Parquet says "is not a Parquet file" and its like with a RuntimeException.
            throw new BadInputException(
                    path + " is no whole Parquet file (" + FirstLine.of(e) + "): import again or copy it again", e);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " could not be read: " + e.getMessage(), e);
        }
        requested(read, file);
        synchronized (footers) {
            footers.put(file, read);
        }
        return read;
    }

    @SuppressWarnings("deprecation") // The same.
    private ParquetMetadata readFooter(Path path) throws IOException {
        return ParquetFileReader.readFooter(hadoop, path, ParquetMetadataConverter.NO_FILTER);
    }

    /** Our columns as the file has them: it may hold others, in any order, and call ours optional. */
    private MessageType requested(ParquetMetadata footer, String file) {
        MessageType schema = footer.getFileMetaData().getSchema();
        List<Type> fields = COLUMNS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(column -> {
                    String name = column.getKey();
                    String wanted = column.getValue().name();
                    if (!schema.containsField(name)) {
                        throw new BadInputException(
                                directory + "/" + file + " has no column " + name + " (" + wanted + "): add it");
                    }
                    Type field = schema.getType(name);
                    if (!field.isPrimitive()
                            || field.isRepetition(Type.Repetition.REPEATED)
                            || field.asPrimitiveType().getPrimitiveTypeName() != column.getValue()) {
                        throw new BadInputException(directory + "/" + file + ": column " + name + " is \"" + field
                                + "\", must be " + wanted + ": cast it");
                    }
                    return field;
                })
                .toList();
        return new MessageType(schema.getName(), fields);
    }

    private static RowGroup rows(
            String where, MessageType schema, PageReadStore pages, ParquetMetadata footer, DatasetInfo info) {
        int rows = Math.toIntExact(pages.getRowCount());
        ColumnReadStoreImpl columns = new ColumnReadStoreImpl(
                pages, new Discard(), schema, footer.getFileMetaData().getCreatedBy());
        long[] ids = ids(columns, schema, rows, where);
        int[] labels = labels(columns, schema, rows, where, info);
        int[] heights = integers(columns, schema, HEIGHT, rows, where);
        int[] widths = integers(columns, schema, WIDTH, rows, where);
        int[] channels = integers(columns, schema, CHANNELS, rows, where);
        Binary[] images = new Binary[rows];
        int[] offsets = new int[rows + 1];
        ColumnReader reader = columns.getColumnReader(column(schema, IMAGE));
        for (int i = 0; i < rows; i++) {
            present(reader, where, IMAGE, i);
            images[i] = reader.getBinary();
            reader.consume();
            offsets[i + 1] = Math.addExact(offsets[i], images[i].length());
            boolean fits = info.encoding() == DatasetInfo.Encoding.ENCODED
                    || (channels[i] == info.channels()
                            && images[i].length() == (long) channels[i] * heights[i] * widths[i]);
            boolean uniform = (info.height() == 0 || info.height() == heights[i])
                    && (info.width() == 0 || info.width() == widths[i]);
            if (!fits || !uniform || heights[i] < 1 || widths[i] < 1) {
                throw new BadInputException(where + ", row " + i + ": " + Counts.plain(images[i].length(), "byte")
                        + " for "
                        + channels[i] + "x" + heights[i] + "x" + widths[i] + ", which does not fit "
                        + DatasetInfo.FILE_NAME + " (" + info.channels() + "x" + info.height() + "x" + info.width()
                        + " "
                        + info.encoding().text() + ")");
            }
        }
        byte[] bytes = new byte[offsets[rows]];
        for (int i = 0; i < rows; i++) {
            images[i].toByteBuffer().get(bytes, offsets[i], images[i].length());
        }
        return RowGroupBuilder.builder()
                .where(where)
                .places(IntStream.range(0, rows).toArray())
                .ids(ids)
                .labels(labels)
                .heights(heights)
                .widths(widths)
                .channels(channels)
                .offsets(offsets)
                .bytes(bytes)
                .build();
    }

    private static long[] ids(ColumnReadStoreImpl columns, MessageType schema, int rows, String where) {
        ColumnReader reader = columns.getColumnReader(column(schema, ID));
        long[] ids = new long[rows];
        for (int i = 0; i < rows; i++) {
            present(reader, where, ID, i);
            ids[i] = reader.getLong();
            reader.consume();
        }
        return ids;
    }

    private static int[] labels(
            ColumnReadStoreImpl columns, MessageType schema, int rows, String where, DatasetInfo info) {
        int[] labels = integers(columns, schema, LABEL, rows, where);
        for (int i = 0; i < rows; i++) {
            if (labels[i] < 0 || labels[i] >= info.labelCount()) {
                throw new BadInputException(where + ", row " + i + ": label = " + labels[i] + ", outside [0, "
                        + info.labelCount() + "), the classes of " + DatasetInfo.FILE_NAME);
            }
        }
        return labels;
    }

    private static int[] integers(
            ColumnReadStoreImpl columns, MessageType schema, String name, int rows, String where) {
        ColumnReader reader = columns.getColumnReader(column(schema, name));
        int[] values = new int[rows];
        for (int i = 0; i < rows; i++) {
            present(reader, where, name, i);
            values[i] = reader.getInteger();
            reader.consume();
        }
        return values;
    }

    private static ColumnDescriptor column(MessageType schema, String name) {
        return schema.getColumnDescription(new String[] {name});
    }

    private static void present(ColumnReader reader, String where, String name, int row) {
        if (reader.getCurrentDefinitionLevel() != reader.getDescriptor().getMaxDefinitionLevel()) {
            throw new BadInputException(where + ", row " + row + ": " + name + " is null; write a value");
        }
    }

    /** The column readers are asked for values directly; Parquet insists on a place to send records to. */
    private static final class Discard extends GroupConverter {
        @Override
        public Converter getConverter(int fieldIndex) {
            return new PrimitiveConverter() {};
        }

        @Override
        public void start() {
            // Records are not assembled.
        }

        @Override
        public void end() {
            // Records are not assembled.
        }
    }
}
