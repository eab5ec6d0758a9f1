package convoy.driver.importing;

import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.driver.importing.source.SourcePiece;
import convoy.records.BadInputException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.util.LongAccumulator;

/**
 * The staged records of one piece, as a Spark task wants them. Faults of the source become records of their own, because
 * an exception would make Spark read the same bytes again in vain; faults of the file system stay exceptions, because
 * another try may succeed.
 */
final class PieceReading implements Iterator<byte[]>, Closeable {
    private final Records records;
    private final boolean endsAtBad;
    private final LongConsumer pictures;
    private Optional<Staged> next = Optional.empty();
    private boolean ended;

    private PieceReading(Records records, boolean endsAtBad, LongConsumer pictures) {
        this.records = records;
        this.endsAtBad = endsAtBad;
        this.pictures = pictures;
    }

    /**
     * Begins in a Spark task; what is opened is closed with the task.
     *
     * @param decodingThreads how many cores there are for this piece
     */
    static Iterator<byte[]> begin(
            Configuration hadoop, SourcePiece piece, Reading reading, int decodingThreads, LongAccumulator pictures) {
        PieceReading opened = open(hadoop, piece, reading, decodingThreads, pictures::add);
        TaskContext.get().addTaskCompletionListener(context -> {
            try {
                opened.close();
            } catch (IOException e) {
                throw new IllegalStateException("a source could not be closed", e);
            }
        });
        return opened;
    }

    /** Begins anywhere. */
    static PieceReading open(
            Configuration hadoop, SourcePiece piece, Reading reading, int decodingThreads, LongConsumer pictures) {
        // Whether a record belongs to the split that is wanted turns out when all folders are known.
        boolean endsAtBad = reading.onBad() == OnBad.FAIL && reading.split().isEmpty();
        return new PieceReading(records(hadoop, piece, reading, decodingThreads), endsAtBad, pictures);
    }

    private static Records records(Configuration hadoop, SourcePiece piece, Reading reading, int decodingThreads) {
        try {
            return switch (reading.format()) {
                case CIFAR_BINARY -> new CifarRecords(hadoop, piece, reading);
                case IDX -> new IdxRecords(hadoop, piece, reading);
                case IMAGE_FOLDER -> new FolderRecords(hadoop, piece, reading, decodingThreads);
            };
        } catch (IOException | BadInputException e) {
            return new Unopened(message(e));
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
                next = Optional.of(new Staged.Fatal(message(e)));
            }
            Staged record = next.orElse(new Staged.Fatal("the end"));
            if (record instanceof Staged.Picture) {
                pictures.accept(1);
            }
            // After a fault that ends the import there is no use in reading on.
            ended = record instanceof Staged.Fatal || (record instanceof Staged.Bad && endsAtBad);
        }
        return next.isPresent();
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

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
