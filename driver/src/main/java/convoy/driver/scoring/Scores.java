package convoy.driver.scoring;

import convoy.parameterserver.files.Durable;
import convoy.records.BadInputException;
import convoy.worker.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads scores back, row by row in the order of the data set: two models' scores of one data set have their rows in the same order. Of each
 * row it reads the id, the label, the best class and its probability, a row group at a time.
 *
 * <pre>{@code
 *  try (Scores one = Scores.read(hadoop, "hdfs:/scores/one"); Scores other = Scores.read(hadoop, "hdfs:/scores/other")) {
 *      while (one.hasNext()) {
 *          Scores.Row mine = one.next();
 *          Scores.Row others = other.next();   // of the same id
 *      }
 *  }
 * }</pre>
 */
public final class Scores implements Iterator<Scores.Row>, AutoCloseable {
    private final Configuration hadoop;
    private final Path directory;
    private final ScoreDescription description;

    private int file;
    private ParquetFileReader reader;
    private boolean open;
    private Group group = new Group(new long[0], new int[0], new int[0], new float[0]);
    private int row;

    /**
     * What the model says of one row.
     *
     * @param id of it
     * @param label of it
     * @param best the class that the model is most for; empty if there is a problem
     * @param probability of that class, in [0, 1]; 0 if there is a problem
     */
    public record Row(long id, int label, OptionalInt best, float probability) {}

    /** Of one row group: -1 for no class. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Group(long[] ids, int[] labels, int[] best, float[] probabilities) {}

    private Scores(Configuration hadoop, Path directory, ScoreDescription description) {
        this.hadoop = new Configuration(hadoop);
        this.hadoop.setBoolean("parquet.page.verify-checksum.enabled", true);
        this.directory = directory;
        this.description = description;
        this.reader = reader(0);
    }

    /**
     * {@return what a directory of scores says of itself}
     *
     * @param hadoop settings of the file systems
     * @param uri of the directory
     * @throws BadInputException if there are no whole scores
     */
    public static ScoreDescription describe(Configuration hadoop, String uri) {
        Path directory = Storage.path("scores", uri);
        FileSystem files = Storage.of(hadoop, "scores", directory);
        try {
            return ScoreDirectory.read(Durable.raw(files), directory, ScoreDescription.FILE)
                    .map(text -> ScoreDescription.fromJson(text, uri + "/" + ScoreDescription.FILE))
                    .orElseThrow(() -> new BadInputException("scores " + uri + " have no " + ScoreDescription.FILE
                            + ": they are none, or `convoy score` did not finish; the same command goes on with them"));
        } catch (IOException e) {
            throw Storage.explained(files, "scores", directory, e);
        }
    }

    /**
     * {@return the rows, to be closed}
     *
     * @param hadoop settings of the file systems
     * @param uri of the directory
     * @throws BadInputException if there are no whole scores
     */
    public static Scores read(Configuration hadoop, String uri) {
        return new Scores(hadoop, Storage.path("scores", uri), describe(hadoop, uri));
    }

    /** {@return what the directory says of itself} */
    public ScoreDescription description() {
        return description;
    }

    private ParquetFileReader reader(int number) {
        ScorePart part = description.files().get(number);
        Path path = new Path(directory, part.name());
        try {
            HadoopInputFile input = HadoopInputFile.fromPath(path, hadoop);
            if (input.getLength() != part.bytes()) {
                throw new BadInputException(path + " is not as long as " + ScoreDescription.FILE
                        + " says: it is cut off or was changed; score anew with --overwrite");
            }
            ParquetFileReader opened = ParquetFileReader.open(input);
            opened.setRequestedSchema(wanted(opened));
            open = true;
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(path + " could not be read: " + e.getMessage(), e);
        }
    }

    private static MessageType wanted(ParquetFileReader opened) {
        MessageType schema = opened.getFileMetaData().getSchema();
        return new MessageType(
                schema.getName(),
                schema.getType(PartWriter.ID),
                schema.getType(PartWriter.LABEL),
                schema.getType(PartWriter.CLASSES),
                schema.getType(PartWriter.PROBABILITIES));
    }

    @Override
    public boolean hasNext() {
        while (row == group.ids.length) {
            if (!advance()) {
                return false;
            }
        }
        return true;
    }

    private boolean advance() {
        try {
            PageReadStore pages = reader.readNextRowGroup();
            while (pages == null) {
                close();
                file++;
                if (file >= description.files().size()) {
                    return false;
                }
                reader = reader(file);
                pages = reader.readNextRowGroup();
            }
            group = group(pages, wanted(reader), reader.getFileMetaData().getCreatedBy());
            row = 0;
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " could not be read: " + e.getMessage(), e);
        }
    }

    private static Group group(PageReadStore pages, MessageType schema, String createdBy) {
        int rows = Math.toIntExact(pages.getRowCount());
        ColumnReadStoreImpl columns = new ColumnReadStoreImpl(pages, new Discard(schema), schema, createdBy);
        long[] ids = new long[rows];
        int[] labels = new int[rows];
        int[] best = new int[rows];
        ColumnReader id = columns.getColumnReader(schema.getColumnDescription(new String[] {PartWriter.ID}));
        ColumnReader label = columns.getColumnReader(schema.getColumnDescription(new String[] {PartWriter.LABEL}));
        ColumnReader classes = columns.getColumnReader(
                schema.getColumnDescription(new String[] {PartWriter.CLASSES, PartWriter.LIST, PartWriter.ELEMENT}));
        int most = classes.getDescriptor().getMaxDefinitionLevel();
        float[] probabilities = new float[rows];
        ColumnReader probability = columns.getColumnReader(schema.getColumnDescription(
                new String[] {PartWriter.PROBABILITIES, PartWriter.LIST, PartWriter.ELEMENT}));
        for (int i = 0; i < rows; i++) {
            ids[i] = id.getLong();
            id.consume();
            labels[i] = label.getInteger();
            label.consume();
            boolean isThere = classes.getCurrentDefinitionLevel() == most;
            best[i] = isThere ? classes.getInteger() : -1;
            probabilities[i] = isThere ? probability.getFloat() : 0;
            toNextRow(classes);
            toNextRow(probability);
        }
        return new Group(ids, labels, best, probabilities);
    }

    /** Past the first element of a list, which was read, and all others. Behind the last row the level is 0, too. */
    private static void toNextRow(ColumnReader column) {
        column.consume();
        while (column.getCurrentRepetitionLevel() > 0) {
            column.skip();
            column.consume();
        }
    }

    @Override
    public Row next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        int best = group.best[row];
        Row next = new Row(
                group.ids[row],
                group.labels[row],
                best < 0 ? OptionalInt.empty() : OptionalInt.of(best),
                group.probabilities[row]);
        row++;
        return next;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            try {
                reader.close();
            } catch (IOException e) {
                throw new UncheckedIOException(directory + " could not be closed", e);
            }
        }
    }

    /** The column readers are asked for values directly; Parquet insists on a place to send records to. */
    private static final class Discard extends GroupConverter {
        private final Type type;

        Discard(Type type) {
            this.type = type;
        }

        @Override
        public Converter getConverter(int index) {
            Type field = type.asGroupType().getType(index);
            return field.isPrimitive() ? new PrimitiveConverter() {} : new Discard(field);
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
