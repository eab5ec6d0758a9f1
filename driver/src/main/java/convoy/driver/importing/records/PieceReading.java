package convoy.driver.importing.records;

import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.driver.importing.archive.GarbledArchiveException;
import convoy.driver.importing.source.SourcePiece;
import convoy.records.BadInputException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;

/**
 * The records of one piece, as a task wants them. Faults of the source become records of their own, because
 * an exception would have the same bytes read again in vain; faults of the file system stay exceptions, because
 * another try may succeed.
 */
public final class PieceReading implements Iterator<byte[]>, Closeable {
    private final Records records;
    private final boolean endsAtBad;
    private final OnBad onBad;
    private final LongConsumer pictures;
    private Optional<Staged> next = Optional.empty();
    private boolean ended;

    private PieceReading(Records records, Reading reading, LongConsumer pictures) {
        this.records = records;
        this.onBad = reading.onBad();
        // Whether a record belongs to the split that is wanted turns out when all folders are known.
        this.endsAtBad = onBad == OnBad.FAIL && reading.split().isEmpty();
        this.pictures = pictures;
    }

    /**
     * Opens a piece; one that cannot be opened is read as a record that says so.
     *
     * @param hadoop settings of the file systems
     * @param piece to be read
     * @param reading how
     * @param decodingThreads how many cores there are for this piece
     * @param pictures is told of each picture
     * @return its records, to be closed
     */
    public static PieceReading open(
            Configuration hadoop, SourcePiece piece, Reading reading, int decodingThreads, LongConsumer pictures) {
        return new PieceReading(records(hadoop, piece, reading, decodingThreads), reading, pictures);
    }

    private static Records records(Configuration hadoop, SourcePiece piece, Reading reading, int decodingThreads) {
        try {
            return switch (reading.format()) {
                case CIFAR_BINARY -> new CifarRecords(hadoop, piece, reading);
                case IDX -> new IdxRecords(hadoop, piece, reading);
                case IMAGE_FOLDER, IMAGENET_VALIDATION -> new FolderRecords(hadoop, piece, reading, decodingThreads);
                case CSV -> new ListedRecords(hadoop, piece, reading, decodingThreads);
                case PARQUET ->
                    reading.listed()
                            ? new ListedRecords(hadoop, piece, reading, decodingThreads)
                            : new ParquetRecords(hadoop, piece, reading, decodingThreads);
            };
        } catch (IOException | BadInputException e) {
            return new Unopened(message(e, reading.onBad()));
        }
    }

    /** A piece that cannot be read at all. */
    private record Unopened(String message) implements Records {
        @Override
        public Optional<Staged> next() {
            return Optional.of(new Staged.Fatal(message));
        }

        @Override
        public void close() {}
    }

    @Override
    public boolean hasNext() {
        if (next.isEmpty() && !ended) {
            try {
                next = records.next();
            } catch (IOException | BadInputException e) {
                next = Optional.of(new Staged.Fatal(message(e, onBad)));
            }
            next.ifPresentOrElse(record -> record.accept(new Passing()), () -> ended = true);
        }
        return next.isPresent();
    }

    /** What a record that goes by means for those behind it: after a fault that ends the import there is no use in reading on. */
    private final class Passing implements Staged.Visitor {
        @Override
        public void picture(Staged.Picture picture) {
            pictures.accept(1);
        }

        @Override
        public void bad(Staged.Bad bad) {
            ended = endsAtBad;
        }

        @Override
        public void fatal(Staged.Fatal fatal) {
            ended = true;
        }

        @Override
        public void names(Staged.Names names) {
            // Others follow.
        }

        @Override
        public void ignored(Staged.Ignored file) {
            // Others follow.
        }
    }

    @Override
    public byte[] next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        byte[] bytes = next.orElseThrow().encode();
        next = Optional.empty();
        return bytes;
    }

    @Override
    public void close() throws IOException {
        records.close();
    }

    /** Of an archive whoever wanted bad records left out is told why that is none of them. */
    private static String message(Exception e, OnBad onBad) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return e instanceof GarbledArchiveException && onBad == OnBad.SKIP
                ? message + ", or leave it out of the source (--on-bad skip leaves out single pictures; what an archive"
                        + " has lost nobody knows)"
                : message;
    }
}
