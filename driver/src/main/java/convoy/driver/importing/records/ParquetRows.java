package convoy.driver.importing.records;

import convoy.driver.importing.PictureColumns;
import convoy.driver.importing.source.SourceFile;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.FirstLine;
import convoy.worker.storage.Storage;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;

/** The rows of one Parquet file, of the two columns that are wanted; of other columns nothing is read. */
final class ParquetRows implements Closeable {
    /** As of the row groups of a data set: one is held in memory. */
    private static final long LARGEST_ROW_GROUP = 1L << 30;

    private final Configuration hadoop;
    private final Path path;
    private final ParquetFileReader reader;
    private final PictureFields fields;
    private final MessageColumnIO columns;
    private Optional<RecordReader<Group>> rows = Optional.empty();
    private long left;

    private ParquetRows(Configuration hadoop, Path path, ParquetFileReader reader, PictureFields fields) {
        this.hadoop = hadoop;
        this.path = path;
        this.reader = reader;
        this.fields = fields;
        columns = new ColumnIOFactory().getColumnIO(fields.schema());
    }

    /**
     * @param several whether the column of classes may have lists
     * @throws BadInputException if it is no Parquet file, or has no such columns
     */
    static ParquetRows open(Configuration hadoop, SourceFile file, PictureColumns wanted, boolean several) {
        Path path = Storage.path("source", file.uri());
        return asked(hadoop, path, () -> {
            ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(path, hadoop));
            try {
                for (BlockMetaData block : reader.getRowGroups()) {
                    if (block.getTotalByteSize() > LARGEST_ROW_GROUP) {
                        throw new BadInputException(file.uri() + " has a row group of "
                                + Counts.plain(block.getTotalByteSize(), "byte") + ", at most " + LARGEST_ROW_GROUP
                                + " are read: write it with smaller row groups (parquet.block.size)");
                    }
                }
                PictureFields fields =
                        PictureFields.of(reader.getFileMetaData().getSchema(), wanted, file.uri(), several);
                reader.setRequestedSchema(fields.schema());
                return new ParquetRows(hadoop, path, reader, fields);
            } catch (RuntimeException failure) {
                reader.close();
                throw failure;
            }
        });
    }

    PictureFields fields() {
        return fields;
    }

    /** The next row, empty after the last. */
    Optional<Group> next() {
        while (left == 0) {
            Optional<PageReadStore> group = asked(hadoop, path, () -> Optional.ofNullable(reader.readNextRowGroup()));
            if (group.isEmpty()) {
                return Optional.empty();
            }
            left = group.get().getRowCount();
            rows = Optional.of(asked(
                    hadoop,
                    path,
                    () -> columns.getRecordReader(group.get(), new GroupRecordConverter(fields.schema()))));
        }
        left--;
        return Optional.of(asked(hadoop, path, () -> rows.orElseThrow().read()));
    }

    /** Something that Parquet is asked for. */
    private interface Question<T> {
        T answer() throws IOException;
    }

    /** What is wrong with the bytes is a fault of the source; what is wrong with the file system may be gone at the next try. */
    private static <T> T asked(Configuration hadoop, Path path, Question<T> question) {
        try {
            return question.answer();
        } catch (BadInputException refused) {
            throw refused;
        } catch (FileNotFoundException gone) {
            throw new BadInputException(
                    path
                            + Storage.hindrance(hadoop, path)
                                    .orElse(
                                            " is gone: whoever removed it has to restore it, or take it out of the source"),
                    gone);
        } catch (AccessControlException denied) {
            throw Storage.explained("source", path, denied);
        } catch (RuntimeException garbled) {
            // Parquet says "is not a Parquet file" and its like with a RuntimeException.
            throw garbled(path, garbled);
        } catch (IOException failure) {
            if (givesAllBytes(hadoop, path)) {
                throw garbled(path, failure);
            }
            throw new UncheckedIOException(path + " could not be read: " + failure.getMessage(), failure);
        }
    }

    private static BadInputException garbled(Path path, Exception cause) {
        return new BadInputException(
                path + " is no whole Parquet file (" + FirstLine.of(cause) + "): write or copy it again", cause);
    }

    /** Parquet says that a page is garbled as a file system says that it fails: if that gives every byte, the bytes are at fault. */
    private static boolean givesAllBytes(Configuration hadoop, Path path) {
        try (InputStream in = path.getFileSystem(hadoop).open(path)) {
            in.transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (IOException failing) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
