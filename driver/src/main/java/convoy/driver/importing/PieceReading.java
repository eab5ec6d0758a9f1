package convoy.driver.importing;

import convoy.architectures.BadInputException;
import convoy.driver.importing.ImportConfiguration.OnBad;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.util.LongAccumulator;

/**
 * The staged records of one piece, as a Spark task wants them. Faults of the source become records of their own, because
 * an exception would make Spark read the same bytes again in vain; faults of the file system stay exceptions, because
 * another try may succeed.
 */
final class PieceReading implements Iterator<byte[]> {
    private final Records records;
    private final OnBad onBad;
    private final LongAccumulator pictures;
    private Optional<Staged> next = Optional.empty();
    private boolean ended;

    private PieceReading(Records records, OnBad onBad, LongAccumulator pictures) {
        this.records = records;
        this.onBad = onBad;
        this.pictures = pictures;
    }

    /**
     * Begins; what is opened is closed with the task.
     *
     * @param decodingThreads how many cores there are for this piece
     */
    static Iterator<byte[]> begin(
            Configuration hadoop, SourcePiece piece, Reading reading, int decodingThreads, LongAccumulator pictures) {
        Records records;
        try {
            records = switch (reading.format()) {
                case CIFAR_BINARY -> new CifarRecords(hadoop, piece, reading);
                case IDX -> new IdxRecords(hadoop, piece, reading);
                case IMAGE_FOLDER -> new FolderRecords(hadoop, piece, reading, decodingThreads);
            };
        } catch (IOException | BadInputException e) {
            return Optional.<Staged>of(new Staged.Fatal(message(e))).stream()
                    .map(Staged::encode)
                    .iterator();
        }
        TaskContext.get().addTaskCompletionListener(context -> {
            try {
                records.close();
            } catch (IOException e) {
                throw new IllegalStateException("a source could not be closed", e);
            }
        });
        return new PieceReading(records, reading.onBad(), pictures);
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
                pictures.add(1);
            }
            // After a fault that ends the import there is no use in reading on.
            ended = record instanceof Staged.Fatal || (record instanceof Staged.Bad && onBad == OnBad.FAIL);
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

    private static String message(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
