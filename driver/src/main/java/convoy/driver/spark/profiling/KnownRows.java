package convoy.driver.spark.profiling;

import convoy.worker.data.content.RowMarks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** The rows of one data set, by which those of another are known again. */
final class KnownRows {
    /** Numbers of a row that is found: the known id, the id met, 1 if by pixels. */
    private static final int FOUND = 3;

    /** Sorted. */
    private final long[] ids;

    private final Map<Hash, List<Long>> byPixels = new HashMap<>();

    /** {@code marks} is as {@link RowMarks} draws it. */
    KnownRows(long[] marks) {
        ids = new long[marks.length / RowMarks.WIDTH];
        for (int row = 0; row < ids.length; row++) {
            ids[row] = marks[RowMarks.WIDTH * row];
            byPixels.computeIfAbsent(hash(marks, row), hash -> new ArrayList<>(1))
                    .add(ids[row]);
        }
        Arrays.sort(ids);
    }

    /**
     * A row that is known again.
     *
     * @param known its id in the one data set
     * @param met its id in the other
     * @param byPixels or by its id alone
     */
    record Found(long known, long met, boolean byPixels) {
        static final Comparator<Found> ORDER =
                Comparator.comparingLong(Found::known).thenComparingLong(Found::met);
    }

    /**
     * Those among other rows that are known, {@code [FOUND · matches]}: what {@link #read} reads. Each known row is there twice at most,
     * whatever number of others are like it.
     */
    long[] found(long[] others) {
        Map<Hash, Long> met = new HashMap<>();
        LongStream.Builder found = LongStream.builder();
        for (int row = 0; row < others.length / RowMarks.WIDTH; row++) {
            long id = others[RowMarks.WIDTH * row];
            Hash hash = hash(others, row);
            if (byPixels.containsKey(hash)) {
                met.merge(hash, id, Math::min);
            }
            if (Arrays.binarySearch(ids, id) >= 0) {
                found.add(id).add(id).add(0);
            }
        }
        met.forEach((hash, id) -> byPixels.getOrDefault(hash, List.of())
                .forEach(known -> found.add(known).add(id).add(1)));
        return found.build().toArray();
    }

    static List<Found> read(long[] found) {
        List<Found> all = new ArrayList<>();
        for (int i = 0; i < found.length; i += FOUND) {
            all.add(new Found(found[i], found[i + 1], found[i + 2] == 1));
        }
        return all;
    }

    private static Hash hash(long[] marks, int row) {
        return new Hash(marks[RowMarks.WIDTH * row + 1], marks[RowMarks.WIDTH * row + 2]);
    }

    private record Hash(long high, long low) {}
}
