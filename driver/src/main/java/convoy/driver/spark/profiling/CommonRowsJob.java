package convoy.driver.spark.profiling;

import convoy.driver.profile.CommonRows;
import convoy.driver.profile.Rows;
import convoy.driver.spark.importing.Refusals;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.content.RowMarks;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Finds the rows that two data sets have in common, by ids and by pixels, as a Spark job.
 *
 * <pre>
 *   first data set  --one task for each stretch--> marks --driver, sorted--> every task
 *   second data set --one task for each stretch--> marks, of which those are kept that the first one has
 * </pre>
 *
 * <p>The first one's marks are held in every process, 24 bytes a row: it is the smaller one, as held-out rows are.
 */
public final class CommonRowsJob {
    private CommonRowsJob() {}

    /**
     * {@return what the two have in common}
     *
     * @param spark the context
     * @param one the first rows, the fewer ones
     * @param other the second
     * @throws BadInputException if one is no data set, or a row cannot be read
     */
    public static CommonRows run(JavaSparkContext spark, Rows one, Rows other) {
        DataSet first = one.open(spark.hadoopConfiguration());
        DataSet second = other.open(spark.hadoopConfiguration());
        Refusals refusals = new Refusals(spark.sc());
        spark.setJobDescription("Compare the rows of " + one.uri() + " and " + other.uri());
        try {
            long[] known =
                    join(RowGroupTasks.map(spark, one, refusals, RowMarks::of).collect());
            refusals.requireNone();
            Broadcast<long[]> shared = spark.broadcast(known);
            try {
                long[] found = join(
                        RowGroupTasks.map(spark, other, refusals, (data, begin, end) -> new KnownRows(shared.value())
                                        .found(RowMarks.of(data, begin, end)))
                                .collect());
                refusals.requireNone();
                return summary(first, second, found);
            } finally {
                shared.destroy();
            }
        } finally {
            spark.setJobDescription(null);
        }
    }

    private static CommonRows summary(DataSet first, DataSet second, long[] found) {
        List<KnownRows.Found> all = KnownRows.read(found);
        long pictures = all.stream()
                .filter(KnownRows.Found::byPixels)
                .map(KnownRows.Found::known)
                .distinct()
                .count();
        long ids = all.stream()
                .filter(match -> !match.byPixels())
                .map(KnownRows.Found::known)
                .distinct()
                .count();
        Optional<CommonRows.Example> example = all.stream()
                .filter(KnownRows.Found::byPixels)
                .min(KnownRows.Found.ORDER)
                .map(match -> new CommonRows.Example(match.known(), match.met()));
        boolean same = first.info().fingerprint().equals(second.info().fingerprint());
        return new CommonRows(first.uri(), second.uri(), same, pictures, ids, example);
    }

    private static long[] join(List<long[]> parts) {
        int length =
                Math.toIntExact(parts.stream().mapToLong(part -> part.length).sum());
        long[] all = new long[length];
        int at = 0;
        for (long[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
