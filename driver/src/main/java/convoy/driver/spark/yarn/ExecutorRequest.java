package convoy.driver.spark.yarn;

import convoy.records.BadInputException;
import convoy.records.text.Counts;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;

/**
 * How many executors of how many cores YARN is asked for. Spark's own answer, two of one core, has nothing to do with the run: what
 * nobody has said follows from what runs at the same time, and what somebody has said must have room for it.
 */
public final class ExecutorRequest {
    private static final String INSTANCES = "spark.executor.instances";
    private static final String CORES = "spark.executor.cores";
    private static final String TASK_CPUS = "spark.task.cpus";
    private static final String DYNAMIC = "spark.dynamicAllocation.enabled";
    private static final String DYNAMIC_LIMIT = "spark.dynamicAllocation.maxExecutors";
    private static final String EXECUTORS_GPUS = "spark.executor.resource.gpu.amount";
    private static final String TASKS_GPUS = "spark.task.resource.gpu.amount";

    private ExecutorRequest() {}

    /**
     * Refuses executors that are too small for a single task.
     *
     * @param conf settings of the application
     * @throws BadInputException if that was asked for
     */
    public static void requireRoomForATask(SparkConf conf) {
        int cpus = conf.getInt(TASK_CPUS, 1);
        if (conf.contains(CORES) && conf.getInt(CORES, 1) < cpus) {
            throw new BadInputException(CORES + " = " + conf.get(CORES) + " is less than " + TASK_CPUS + " = " + cpus
                    + ", which is the run's threads unless it is set: leave " + CORES + " out, set it to " + cpus
                    + " or more, or lower threads");
        }
    }

    /**
     * Asks for what has room for the tasks, as far as nobody has asked for something else.
     *
     * @param conf with {@code spark.task.cpus}
     * @param tasks that run at a time, 1 or more
     * @param all whether all of them must: workers of a training, which the run file counts
     * @return how many executors there will be at first
     * @throws BadInputException if what was asked for has too little room
     */
    public static int complete(SparkConf conf, int tasks, boolean all) {
        requireRoomForATask(conf);
        int cpus = conf.getInt(TASK_CPUS, 1);
        OptionalInt byGpus = tasksByGpus(conf);
        conf.setIfMissing(CORES, Integer.toString(cpus * Math.min(tasks, byGpus.orElse(1))));
        int each = Math.min(conf.getInt(CORES, 1) / cpus, byGpus.orElse(Integer.MAX_VALUE));
        int executors = (tasks + each - 1) / each;
        if (conf.getBoolean(DYNAMIC, false)) {
            int limit = conf.getInt(DYNAMIC_LIMIT, Integer.MAX_VALUE);
            if (all && limit < executors) {
                throw tooFew(DYNAMIC_LIMIT, conf, limit, each, tasks, executors);
            }
            // More are added while tasks wait.
            conf.setIfMissing(INSTANCES, Integer.toString(Math.min(limit, executors)));
        } else {
            int asked = conf.getInt(INSTANCES, executors);
            if (all && asked < executors) {
                throw tooFew(INSTANCES, conf, asked, each, tasks, executors);
            }
            conf.set(INSTANCES, Integer.toString(asked));
        }
        return conf.getInt(INSTANCES, executors);
    }

    /** How many tasks an executor's GPUs are enough for; empty: tasks take none. */
    private static OptionalInt tasksByGpus(SparkConf conf) {
        double ofATask = conf.getDouble(TASKS_GPUS, 0);
        int gpus = conf.getInt(EXECUTORS_GPUS, 0);
        if (ofATask <= 0 || gpus <= 0) {
            return OptionalInt.empty();
        }
        // Spark divides each GPU by itself among several tasks, and refuses executors that have too few for one.
        return OptionalInt.of(Math.max(1, ofATask < 1 ? gpus * (int) (1 / ofATask) : (int) (gpus / ofATask)));
    }

    private static BadInputException tooFew(String key, SparkConf conf, int asked, int each, int tasks, int executors) {
        return new BadInputException(key + " = " + asked + " with " + CORES + " = " + conf.get(CORES) + " has room for "
                + Counts.plain((long) asked * each, "worker") + " at a time, and the run has workers = " + tasks
                + ": leave "
                + key
                + " out, set it to " + executors + " or more, or set workers = " + Math.max(1, asked * each));
    }
}
