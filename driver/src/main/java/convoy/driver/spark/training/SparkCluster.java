package convoy.driver.spark.training;

import convoy.architectures.graph.Network;
import convoy.driver.membership.Membership;
import convoy.driver.spark.ExecutorSide;
import convoy.driver.spark.Gpus;
import convoy.driver.training.Cluster;
import convoy.driver.worker.WorkerPlan;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.time.Clock;
import convoy.worker.engine.EngineChoice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** A Spark application with Convoy's plugin: servers live in its executors, workers are tasks of an ordinary stage. */
final class SparkCluster implements Cluster {
    static final Clock CLOCK = Clock.system();

    /** In which a lost executor is replaced, as a rule. */
    private static final Duration REPLACED = Duration.ofMinutes(1);

    private final JavaSparkContext spark;
    private final Membership membership;
    private final Allotment allotment;

    /**
     * @param membership the driver's end of the plugin's messages
     * @param allotment of the application that a run has
     */
    SparkCluster(JavaSparkContext spark, Membership membership, Allotment allotment) {
        this.spark = spark;
        this.membership = membership;
        this.allotment = allotment;
    }

    @Override
    public Clock clock() {
        return CLOCK;
    }

    @Override
    public Configuration hadoop() {
        return spark.hadoopConfiguration();
    }

    @Override
    public Membership membership() {
        return membership;
    }

    @Override
    public ServerClients connect(Duration silence) {
        SparkConf conf = spark.getConf();
        return ServerClients.create(ExecutorSide.transport(conf), ExecutorSide.secret(conf), silence);
    }

    @Override
    public EngineChoice settle(EngineChoice choice, int workers, Network network) {
        SparkConf conf = spark.getConf();
        int all = workers * allotment.runs();
        EngineChoice settled = choice.settle(Gpus.areGiven(conf) || (spark.isLocal() && all == 1), network);
        Gpus.requireOneEach(conf, settled.device(), all, allotment.runs() == 1 ? "workers" : "workers of all runs");
        return settled;
    }

    @Override
    public int workersOfAProcess(int workers) {
        SparkConf conf = spark.getConf();
        return Math.max(
                1,
                spark.isLocal()
                        ? workers * allotment.runs()
                        : conf.getInt("spark.executor.cores", 1) / Math.max(1, conf.getInt("spark.task.cpus", 1)));
    }

    @Override
    public Stage start(WorkerPlan plan, int workers) {
        List<String> places = allotment
                .processor()
                .map(kind -> Places.await(
                        spark,
                        () -> membership.processors(plan.computing().choice().engine()),
                        kind,
                        REPLACED))
                .orElse(List.of());
        return allotment.pool().submit(spark, () -> SparkStage.start(spark, plan, workers, places));
    }

    @Override
    public Optional<String> processor() {
        return allotment.processor();
    }

    @Override
    public String whyNoWorker() {
        return "Spark gave no task a place (is there an executor with "
                + spark.getConf().get("spark.task.cpus", "1") + " free cores?)";
    }

    @Override
    public long uniqueNumber() {
        return ThreadLocalRandom.current().nextLong();
    }

    @Override
    public Watch onStop(Runnable action) {
        return StopSignal.watch(action);
    }
}
