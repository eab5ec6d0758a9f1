package convoy.driver.worker;

import convoy.architectures.graph.Network;
import convoy.driver.coordination.WorkerFailure;
import convoy.driver.membership.DriverConnection;
import convoy.driver.membership.Membership;
import convoy.driver.membership.Message;
import convoy.driver.membership.WorkerPlace;
import convoy.driver.model.StoredModel;
import convoy.driver.model.TensorFit;
import convoy.parameterserver.client.ServerClients;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.range.ServerAddress;
import convoy.parameterserver.sum.SumTree;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.BatchPipeline;
import convoy.worker.data.batch.Finish;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.split.RowSet;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.EngineProvider;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.NetworkLayout;
import convoy.worker.loop.BlockScorer;
import convoy.worker.loop.TrainedPart;
import convoy.worker.loop.WorkerLoop;
import convoy.worker.loop.WorkerLoopRunBuilder;
import convoy.worker.metric.Metrics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * One attempt of one worker: sets up an engine and a reader, joins, works until the run is over, and says how it ended. One thread runs
 * it, the caller's; the reader and the heartbeats have threads of their own.
 */
public final class Worker {
    private final WorkerPlan plan;
    private final WorkerPlace place;
    private final WorkerHost host;

    /** The number by which the coordinator knows it; -1 before it has joined. */
    private long member = -1;

    /**
     * Makes a worker that has done nothing yet.
     *
     * @param plan of the run
     * @param place where this attempt is
     * @param host what it has of its process
     */
    public Worker(WorkerPlan plan, WorkerPlace place, WorkerHost host) {
        this.plan = plan;
        this.place = place;
        this.host = host;
    }

    /**
     * Works until the run is over, or the driver was told of input that cannot work.
     *
     * @throws InterruptedException if the task is to end, which is no error of this worker's
     * @throws Exception what else ended it, of which the driver was told
     */
    @SuppressWarnings("CatchThrowable")
    public void run() throws Exception {
        try {
            work();
            var unused = DriverConnection.say(host.driver(), host.clock(), new Message.Left(plan.run(), member));
        } catch (InterruptedException stopped) {
            throw stopped;
        } catch (Throwable failure) {
            try {
                long wait = (Long) DriverConnection.say(host.driver(), host.clock(), failed(failure));
                if (Passing.kind(failure) == WorkerFailure.Kind.BAD_INPUT) {
                    // The driver ends the run with these words. A task that fails would be begun anew.
                    return;
                }
                if (wait > 0) {
                    // Begun anew at once, it would meet the same trouble, a thousand times in a minute.
                    host.clock().pause(Duration.ofMillis(wait));
                }
            } catch (RuntimeException unheard) {
                failure.addSuppressed(unheard);
            }
            throw failure;
        }
    }

    private Message failed(Throwable failure) {
        WorkerFailure.Kind kind = Passing.kind(failure);
        boolean badInput = kind == WorkerFailure.Kind.BAD_INPUT;
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return new Message.Failed(
                plan.run(),
                place.task(),
                member,
                kind,
                badInput ? String.valueOf(failure.getMessage()) : failure.toString(),
                badInput ? "" : trace.toString());
    }

    private void work() throws Exception {
        Configuration hadoop = host.hadoop();
        WorkerPlan.DataPlan data = plan.data();
        WorkerPlan.StepPlan steps = plan.steps();
        Network network = plan.network().build();
        Frozen frozen = new Frozen(
                Set.copyOf(plan.network().fixed().tensors()),
                plan.network().fixed().norms());
        ParameterLayout all = NetworkLayout.of(network);
        ParameterLayout layout = all.without(frozen.unchanged(network));
        PipelineOptions reading = PipelineOptions.defaults()
                .with()
                .threads(data.reading().threads())
                .queue(data.reading().lookAhead())
                .cacheMegabytes(data.reading().cacheMegabytes())
                .onBad(data.reading().onBad())
                .build();
        DataSet whole = DataSet.open(hadoop, data.train());
        whole.requireFingerprint(data.trainFingerprint());
        DataSet train = data.heldOut().map(RowSet::complement).map(whole::only).orElse(whole);
        EpochOrder order =
                data.images().balance().order(train, steps.seeds().order(), steps.microBatches(), steps.microBatch());
        Optional<BlockScorer> scorer = data.heldOut()
                .map(whole::only)
                .or(() -> data.validation().map(uri -> DataSet.open(hadoop, uri)))
                .map(validation -> scorer(validation, reading));
        ServerClients clients = host.clients(Duration.ofMillis(plan.silenceMillis()));
        WorkerPlan.EnginePlan computing = plan.computing();
        EngineOptions options = computing
                .choice()
                .options(
                        host.device(computing.choice().device()),
                        computing.threads(),
                        computing.labelSmoothing(),
                        frozen);
        EngineProvider provider = host.engine(computing.choice().engine(), options.device());
        Engine compiled = provider.compile(network, options);
        Optional<float[]> others = plan.network()
                .fixed()
                .others()
                .map(uri -> StoredModel.use(hadoop, uri, files -> {
                    TensorFit.of(files, network).requireAll();
                    return StoredModel.values(files, all);
                }));
        try (Engine engine = others.isPresent() ? new TrainedPart(compiled, all, layout, others.get()) : compiled;
                BatchPipeline batches = new BatchPipeline(
                        train,
                        order,
                        data.images().transforms(),
                        new Finish(
                                data.images().mixes(), data.images().balance().weights(order)),
                        steps.seeds().augmentation(),
                        reading);
                DriverConnection line = DriverConnection.join(
                        host.driver(), host.clock(), plan.run(), place, provider.processor(options.device()))) {
            member = line.member();
            WorkerLoop.Run run = WorkerLoopRunBuilder.builder()
                    .seed(steps.seeds().dropout())
                    .layout(layout)
                    .tree(new SumTree(steps.microBatches()))
                    .evaluations(new HashSet<>(steps.evaluations()))
                    .lookAhead(data.reading().lookAhead())
                    .build();
            new WorkerLoop(
                            run,
                            line,
                            view -> clients.parameters(
                                    plan.run(), view.incarnation(), layout, addresses(view.servers())),
                            new WorkerLoop.Equipment(engine, batches, scorer),
                            host.clock())
                    .run();
        }
    }

    private BlockScorer scorer(DataSet validation, PipelineOptions reading) {
        int batch = plan.steps().microBatch();
        return new BlockScorer(
                validation,
                plan.data().images().evaluationTransforms(),
                batch,
                BlockScorer.blockRows(batch),
                reading,
                Metrics.of(plan.steps().metrics(), plan.network().classes()));
    }

    private static List<ServerAddress> addresses(List<String> servers) {
        return servers.stream().map(Membership::address).toList();
    }
}
