package convoy.driver.spark.training;

import convoy.driver.coordination.TrainingFailedException;
import convoy.driver.membership.Membership;
import convoy.parameterserver.time.Clock;
import convoy.records.BadInputException;
import convoy.records.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.ExecutorCacheTaskLocation;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Where executors of a kind of processor are, in Spark's words. */
final class Places {
    private static final Duration LOOK = Duration.ofMillis(200);

    private Places() {}

    /** For how many tasks at a time there is room, by the kind of processor; what executors have not said theirs yet is left out. */
    static Map<String, Integer> room(JavaSparkContext spark, Membership membership, String engine) {
        Map<String, String> kinds = membership.processors(engine);
        Map<String, Integer> room = new TreeMap<>();
        for (ExecutorSummary executor : executors(spark)) {
            String kind = kinds.get(executor.id());
            if (kind != null) {
                room.merge(kind, executor.maxTasks(), Integer::sum);
            }
        }
        return room;
    }

    /**
     * The executors of a kind. One that was lost is replaced in a while, and is waited for.
     *
     * @param most so long at most
     * @throws BadInputException if there is none
     * @throws TrainingFailedException if the run is to be given up meanwhile
     */
    static List<String> await(JavaSparkContext spark, Supplier<Map<String, String>> kinds, String kind, Duration most) {
        Clock clock = SparkCluster.CLOCK;
        long begun = clock.nanoTime();
        List<String> places = of(spark, kinds.get(), kind);
        try {
            while (places.isEmpty() && clock.nanoTime() - begun < most.toNanos()) {
                clock.pause(LOOK);
                places = of(spark, kinds.get(), kind);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TrainingFailedException("the run was interrupted; the same command resumes it", interrupted);
        }
        if (places.isEmpty()) {
            throw new BadInputException(Refusal.of("processor", kind)
                    .because("is asked for, and no executor has it")
                    .instead("give the application executors of that kind"));
        }
        return places;
    }

    private static List<String> of(JavaSparkContext spark, Map<String, String> kinds, String kind) {
        List<String> places = new ArrayList<>();
        for (ExecutorSummary executor : executors(spark)) {
            if (kind.equals(kinds.get(executor.id()))) {
                String address = executor.hostPort();
                String host = address.substring(0, address.lastIndexOf(':'));
                places.add(new ExecutorCacheTaskLocation(host, executor.id()).toString());
            }
        }
        return places;
    }

    private static List<ExecutorSummary> executors(JavaSparkContext spark) {
        return JavaConverters.seqAsJavaList(spark.sc().statusStore().executorList(true));
    }

    /** A task for each worker, that is to be in one of the places. */
    static JavaRDD<Integer> tasks(JavaSparkContext spark, int workers, List<String> places) {
        List<Integer> numbers = IntStream.range(0, workers).boxed().toList();
        if (places.isEmpty()) {
            return spark.parallelize(new ArrayList<>(numbers), workers);
        }
        Seq<String> preferred = JavaConverters.asScalaBuffer(places).toList();
        List<Tuple2<Object, Seq<String>>> placed = new ArrayList<>();
        numbers.forEach(number -> placed.add(new Tuple2<>(number, preferred)));
        // As Spark's own lists of Java's objects are.
        ClassTag<Object> any = ClassTag$.MODULE$.AnyRef();
        return JavaRDD.fromRDD(
                        spark.sc().makeRDD(JavaConverters.asScalaBuffer(placed).toList(), any), any)
                .map(number -> (Integer) number);
    }
}
