package convoy.driver.importing.records;

import convoy.driver.importing.LeftOut;
import convoy.driver.importing.archive.Entry;
import convoy.driver.importing.folders.FolderLayout;
import convoy.driver.importing.source.SourceFile;
import convoy.driver.importing.source.SourcePiece;
import convoy.records.text.Counts;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;

/**
 * Rows of Parquet files: a picture file in one column, its class in another, as a name or as a number. Of other columns nothing is read.
 */
final class ParquetRecords implements Records {
    /** Of what numbers of classes tell, where no part of the source is named. */
    private static final String PART = "rows";

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
        final ParquetRows rows;
        long number;

        Open(SourceFile file, ParquetRows rows) {
            this.file = file;
            this.rows = rows;
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
            open = Optional.of(new Open(file, ParquetRows.open(hadoop, file, reading.columns(), false)));
        }
    }

    private void read(Open from) throws IOException {
        Optional<Group> row = from.rows.next();
        if (row.isEmpty()) {
            from.rows.close();
            open = Optional.empty();
            return;
        }
        stage(from, row.get(), from.file.path() + ", row " + from.number++);
    }

    private void stage(Open from, Group row, String where) {
        PictureFields fields = from.rows.fields();
        Optional<byte[]> file = fields.image(row);
        Optional<String> problem = file.isEmpty()
                ? Optional.of(" is null in column " + reading.columns().image().name() + ": write a picture")
                : file.filter(Entry::tooLong).map(bytes -> " is too long for a picture");
        PictureFields.Label label = fields.label(row);
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

    @Override
    public void close() throws IOException {
        decoding.close();
        if (open.isPresent()) {
            open.get().rows.close();
        }
    }
}
