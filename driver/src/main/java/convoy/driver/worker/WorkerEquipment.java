package convoy.driver.worker;

import convoy.architectures.graph.Network;
import convoy.driver.model.StoredModel;
import convoy.driver.model.TensorFit;
import convoy.parameterserver.layout.ParameterLayout;
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
import convoy.worker.metric.Metrics;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * What a worker computes with: a compiled network, the batches, and what it has to say of itself.
 *
 * @param layout of what is trained
 * @param processor that the engine computes on, as it tells them apart
 * @param computing engine, batches and scorer, which are closed with this
 */
public record WorkerEquipment(ParameterLayout layout, String processor, WorkerLoop.Equipment computing)
        implements AutoCloseable {
    /** Opens the data and compiles the network that a plan names. */
    static WorkerEquipment of(WorkerPlan plan, WorkerHost host) {
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
                .map(validation -> scorer(plan, validation, reading));
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
        try {
            Optional<float[]> others = plan.network()
                    .fixed()
                    .others()
                    .map(uri -> StoredModel.use(hadoop, uri, files -> {
                        TensorFit.of(files, network).requireAll();
                        return StoredModel.values(files, all);
                    }));
            BatchPipeline batches = new BatchPipeline(
                    train,
                    order,
                    data.images().transforms(),
                    new Finish(data.images().mixes(), data.images().balance().weights(order)),
                    steps.seeds().augmentation(),
                    reading);
            Engine engine = others.isPresent() ? new TrainedPart(compiled, all, layout, others.get()) : compiled;
            return new WorkerEquipment(
                    layout, provider.processor(options.device()), new WorkerLoop.Equipment(engine, batches, scorer));
        } catch (RuntimeException | Error failure) {
            try (compiled) {
                throw failure;
            }
        }
    }

    private static BlockScorer scorer(WorkerPlan plan, DataSet validation, PipelineOptions reading) {
        int batch = plan.steps().microBatch();
        return new BlockScorer(
                validation,
                plan.data().images().evaluationTransforms(),
                batch,
                BlockScorer.blockRows(batch),
                reading,
                Metrics.of(plan.steps().metrics(), plan.network().classes()));
    }

    @Override
    public void close() {
        Engine engine = computing.engine();
        // Closed whatever becomes of the batches.
        try (engine) {
            computing.batches().close();
        }
    }
}
