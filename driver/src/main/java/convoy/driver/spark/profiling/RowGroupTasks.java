package convoy.driver.spark.profiling;

import convoy.driver.profile.Rows;
import convoy.driver.spark.importing.Refusals;
import convoy.worker.data.DataSet;
import convoy.worker.data.split.RowSet;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/** A data set cut into stretches of row groups, of each of which a task makes an array of numbers. */
final class RowGroupTasks {
    /** So that tasks which take longer than others do not keep the rest waiting. */
    private static final int TASKS_OF_A_CORE = 3;

    private RowGroupTasks() {}

    /** What a task does. */
    interface Work extends Serializable {
        /** Makes an array of the row groups {@code [begin, end)}. */
        long[] of(DataSet data, int begin, int end);
    }

    /** An array of each stretch, empty for one that holds bad input, which is then noted. */
    static JavaRDD<long[]> map(JavaSparkContext spark, Rows rows, Refusals refusals, Work work) {
        SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
        int groups = rows.open(spark.hadoopConfiguration()).rowGroupCount();
        int tasks = Math.max(1, Math.min(groups, TASKS_OF_A_CORE * spark.defaultParallelism()));
        List<Integer> numbers = new ArrayList<>();
        for (int task = 0; task < tasks; task++) {
            numbers.add(task);
        }
        // Records are nothing that Spark's serializer of closures knows.
        String uri = rows.uri();
        int of = rows.part().map(RowSet::of).orElse(0);
        long[] words = rows.part().map(RowSet::words).orElse(new long[0]);
        return spark.parallelize(numbers, tasks).map(task -> {
            int begin = (int) ((long) groups * task / tasks);
            int end = (int) ((long) groups * (task + 1) / tasks);
            Optional<RowSet> part = of == 0 ? Optional.empty() : Optional.of(new RowSet(of, words));
            return refusals.note(() -> work.of(new Rows(uri, part).open(hadoop.value()), begin, end))
                    .orElse(new long[0]);
        });
    }
}
