package convoy.driver.spark;

import convoy.architectures.graph.Network;
import convoy.driver.coordination.WorkerPlan;
import convoy.driver.model.StoredModel;
import convoy.driver.model.TensorFit;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.sum.SumTree;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.BatchPipeline;
import convoy.worker.data.batch.Finish;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.engine.DeviceLostException;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.Engines;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.loop.BlockScorer;
import convoy.worker.loop.TrainedPart;
import convoy.worker.loop.WorkerLoop;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.broadcast.Broadcast;

/** One worker as a task of an ordinary stage: sets up an engine and a reader, joins, and works until the run is over. */
public final class WorkerTask implements VoidFunction<Integer> {
    private static final long serialVersionUID = 1L;

    private final Broadcast<WorkerPlan> plan;

    /** Any task of the stage: which one it is comes with the call. */
    public WorkerTask(Broadcast<WorkerPlan> plan) {
        this.plan = plan;
    }

    @Override
    @SuppressWarnings("CatchThrowable")
    public void call(Integer task) throws Exception {
        ExecutorSide executor = ExecutorSide.current()
                .orElseThrow(() -> new IllegalStateException("this executor was started without " + ConvoyPlugin.class
                        + ": put the jar on its class path (--jars) and set spark.plugins"));
        PluginContext plugin = executor.context();
        Progress progress = new Progress();
        try {
            work(task, executor, plan.value(), progress);
            DriverLine.say(plugin, new Message.Left(plan.value().run(), progress.member));
        } catch (InterruptedException stopped) {
            // Spark ends the task; that is no error of this worker.
            throw stopped;
        } catch (Throwable failure) {
            try {
                DriverLine.say(plugin, failed(task, progress.member, failure));
                if (failure instanceof BadInputException) {
                    // The driver ends the run with these words. Of a task that fails Spark would log a trace, and begin
                    // it anew.
                    return;
                }
            } catch (RuntimeException unheard) {
                failure.addSuppressed(unheard);
            }
            if (failure instanceof DeviceLostException) {
                executor.endProcess(failure.toString());
            }
            if (failure instanceof VirtualMachineError && plugin.executorID().equals("driver")) {
                // Of such an error Spark ends the process, which here is the driver's too, before it has said a word.
                throw new IllegalStateException(failure.toString());
            }
            throw failure;
        }
    }

    private static final class Progress {
        private long member = -1;
    }

    private Message failed(int task, long member, Throwable failure) {
        boolean badInput = failure instanceof BadInputException;
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return new Message.Failed(
                plan.value().run(),
                task,
                member,
                badInput,
                badInput ? String.valueOf(failure.getMessage()) : failure.toString(),
                badInput ? "" : trace.toString());
    }

    private static void work(int task, ExecutorSide executor, WorkerPlan plan, Progress progress) throws Exception {
        Configuration hadoop = ExecutorSide.hadoop(executor.context().conf());
        Network network = plan.build();
        Frozen frozen = new Frozen(Set.copyOf(plan.frozen()), plan.fixedNorms());
        ParameterLayout whole = NetworkLayout.of(network);
        ParameterLayout layout = whole.without(frozen.unchanged(network));
        PipelineOptions reading = new PipelineOptions(plan.readerThreads(), plan.lookAhead(), plan.cacheMegabytes());
        DataSet train = DataSet.open(hadoop, plan.train());
        train.requireFingerprint(plan.trainFingerprint());
        EpochOrder order = plan.balance().order(train, plan.seed(), plan.microBatches(), plan.microBatch());
        Optional<BlockScorer> scorer = plan.validation()
                .map(uri -> new BlockScorer(
                        DataSet.open(hadoop, uri),
                        plan.evaluationTransforms(),
                        plan.microBatch(),
                        BlockScorer.blockRows(plan.microBatch()),
                        reading));
        ServerClients clients = executor.clients(Duration.ofMillis(plan.silenceMillis()));
        EngineOptions options = plan.engine()
                .options(Gpus.device(plan.engine().device()), plan.threads(), plan.labelSmoothing(), frozen);
        Optional<float[]> others = plan.others()
                .map(uri -> StoredModel.use(hadoop, uri, files -> {
                    TensorFit.of(files, network).requireAll();
                    return StoredModel.values(files, whole);
                }));
        EngineProvider provider = Engines.find(plan.engine().engine(), options.device());
        Engine compiled = provider.compile(network, options);
        try (Engine engine = others.isPresent() ? new TrainedPart(compiled, whole, layout, others.get()) : compiled;
                BatchPipeline batches = new BatchPipeline(
                        train,
                        order,
                        plan.transforms(),
                        new Finish(plan.mixes(), plan.balance().weights(order)),
                        plan.seed(),
                        reading);
                DriverLine line = DriverLine.join(
                        executor.context(),
                        plan.run(),
                        task,
                        TaskContext.get().attemptNumber(),
                        SparkEnv.get().blockManager().blockManagerId().host(),
                        provider.processor(options.device()))) {
            progress.member = line.member();
            WorkerLoop.Run run = new WorkerLoop.Run(
                    plan.seed(),
                    layout,
                    new SumTree(plan.microBatches()),
                    new HashSet<>(plan.evaluations()),
                    plan.lookAhead());
            new WorkerLoop(
                            run,
                            line,
                            view -> clients.parameters(
                                    plan.run(), view.incarnation(), layout, addresses(view.servers())),
                            engine,
                            batches,
                            scorer)
                    .run();
        }
    }

    private static List<ServerAddress> addresses(List<String> servers) {
        return servers.stream().map(Switchboard::address).toList();
    }
}
