package convoy.driver.importing.records;

import convoy.driver.importing.LeftOut;
import convoy.driver.importing.archive.Entry;
import convoy.driver.importing.folders.FolderLayout;
import convoy.driver.importing.source.SourceFile;
import convoy.driver.importing.source.SourcePiece;
import convoy.records.BadInputException;
import convoy.records.text.Counts;
import convoy.records.text.FirstLine;
import convoy.worker.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
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

/**
 * Rows of Parquet files: a picture file in one column, its class in another, as a name or as a number. Of other columns nothing is read.
 */
final class ParquetRecords implements Records {
    /** Of what numbers of classes tell, where no part of the source is named. */
    private static final String PART = "rows";

    /** As of the row groups of a data set: one is held in memory. */
    private static final long LARGEST_ROW_GROUP = 1L << 30;

    private static final int LONGEST_NAME = 200;

    /** Each class has a name, and a name takes memory. */
    private static final int MOST_CLASSES = 1 << 16;

    private final Configuration hadoop;
    private final Reading reading;
    private final Iterator<SourceFile> files;
    private final Decoding decoding;
    private final String part;
    private Optional<Open> open = Optional.empty();
    private boolean exhausted;

    /** A file that is being read. */
    private static final class Open {
        final SourceFile file;
        final ParquetFileReader reader;
        final PictureFields fields;
        final MessageColumnIO columns;

        Optional<RecordReader<Group>> rows = Optional.empty();
        long left;
        long number;

        Open(SourceFile file, ParquetFileReader reader, PictureFields fields) {
            this.file = file;
            this.reader = reader;
            this.fields = fields;
            columns = new ColumnIOFactory().getColumnIO(fields.schema());
        }
    }

    /** @param decodingThreads how many cores there are for this piece */
    ParquetRecords(Configuration hadoop, SourcePiece piece, Reading reading, int decodingThreads) {
        this.hadoop = hadoop;
        this.reading = reading;
        files = piece.files().iterator();
        decoding = new Decoding(reading, decodingThreads);
        part = reading.split().isEmpty() ? PART : reading.split();
    }

    @Override
    public Optional<Staged> next() throws IOException {
        while (!exhausted && decoding.hasRoom()) {
            if (open.isEmpty()) {
                openNext();
            } else {
                read(open.get());
            }
        }
        return decoding.next();
    }

    private void openNext() {
        if (!files.hasNext()) {
            exhausted = true;
            return;
        }
        SourceFile file = files.next();
        if (!file.fault().isEmpty()) {
            decoding.add(new Staged.Bad(part, file.path() + " " + file.fault()));
        } else if (!file.alone() && !file.path().endsWith(".parquet")) {
            decoding.add(new Staged.Ignored(LeftOut.Reason.NO_PICTURES, file.path()));
        } else {
            open = Optional.of(open(file));
        }
    }

    private Open open(SourceFile file) {
        Path path = Storage.path("source", file.uri());
        return asked(file, () -> {
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
                        PictureFields.of(reader.getFileMetaData().getSchema(), reading.columns(), file.uri());
                reader.setRequestedSchema(fields.schema());
                return new Open(file, reader, fields);
            } catch (RuntimeException failure) {
                reader.close();
                throw failure;
            }
        });
    }

    private void read(Open from) throws IOException {
        while (from.left == 0) {
            Optional<PageReadStore> group = asked(from.file, () -> Optional.ofNullable(from.reader.readNextRowGroup()));
            if (group.isEmpty()) {
                from.reader.close();
                open = Optional.empty();
                return;
            }
            from.left = group.get().getRowCount();
            from.rows = Optional.of(asked(
                    from.file,
                    () -> from.columns.getRecordReader(group.get(), new GroupRecordConverter(from.fields.schema()))));
        }
        Group row = asked(from.file, () -> from.rows.orElseThrow().read());
        from.left--;
        stage(from, row, from.file.path() + ", row " + from.number++);
    }

    private void stage(Open from, Group row, String where) {
        Optional<byte[]> file = from.fields.image(row);
        Optional<String> problem = file.isEmpty()
                ? Optional.of(" is null in column " + reading.columns().image().name() + ": write a picture")
                : file.filter(Entry::tooLong).map(bytes -> " is too long for a picture");
        PictureFields.Label label = from.fields.label(row);
        problem = problem.or(() -> label.problem(reading.columns().label()));
        if (problem.isEmpty() && label.number().isPresent()) {
            problem = outside(label.number().getAsLong());
        } else if (problem.isEmpty()) {
            problem = misnamed(label.name());
        }
        if (problem.isPresent()) {
            decoding.add(new Staged.Bad(part, where + problem.get()));
            return;
        }
        boolean named = label.number().isEmpty();
        decoding.add(
                new Decoding.Found(
                        named ? FolderLayout.className(label.name()) : part,
                        where,
                        where,
                        named ? -1 : (int) label.number().getAsLong(),
                        false,
                        Optional.empty()),
                file.orElseThrow());
    }

    private Optional<String> outside(long label) {
        int classes =
                reading.classes().isEmpty() ? MOST_CLASSES : reading.classes().size();
        return label >= 0 && label < classes
                ? Optional.empty()
                : Optional.of(" has label " + label + ", outside [0, " + classes + ")");
    }

    private static Optional<String> misnamed(String name) {
        if (name.isBlank()) {
            return Optional.of(" has a label without a letter: name its class");
        }
        return name.length() <= LONGEST_NAME
                ? Optional.empty()
                : Optional.of(" has a label of " + Counts.plain(name.length(), "letter") + ", at most " + LONGEST_NAME
                        + " name a class");
    }

    /** Something that Parquet is asked for. */
    private interface Question<T> {
        T answer() throws IOException;
    }

    /** What is wrong with the bytes is a fault of the source; what is wrong with the file system may be gone at the next try. */
    private <T> T asked(SourceFile file, Question<T> question) {
        Path path = Storage.path("source", file.uri());
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
            if (givesAllBytes(path)) {
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
    private boolean givesAllBytes(Path path) {
        try (InputStream in = path.getFileSystem(hadoop).open(path)) {
            in.transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (IOException failing) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        decoding.close();
        if (open.isPresent()) {
            open.get().reader.close();
        }
    }
}
