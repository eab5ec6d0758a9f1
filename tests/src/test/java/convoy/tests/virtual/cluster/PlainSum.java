package convoy.tests.virtual.cluster;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.driver.configuration.RunConfiguration;
import convoy.parameterserver.layout.ParameterLayout;
import convoy.parameterserver.layout.Segment;
import convoy.tests.virtual.LinearEngineProvider;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.BatchPipeline;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.GradientResult;
import convoy.worker.engine.MicroBatchKey;
import convoy.worker.engine.NetworkLayout;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * What a run with plain gradient descent at a constant rate amounts to, written down as one would without any cluster: all micro-batches
 * of a step, one after the other, summed in pairs, in pairs of pairs and so on.
 */
final class PlainSum {
    private final RunConfiguration run;
    private final DataSet data;
    private final Network network;
    private final ParameterLayout layout;

    PlainSum(RunConfiguration run) {
        this.run = run;
        this.data = DataSet.open(new Configuration(), run.data().train());
        this.network = Catalogue.build(
                run.network().name(),
                new NetworkArguments(
                        Optional.of(data.info().classes().size()),
                        Optional.of(new Shape.Image(
                                data.info().channels(),
                                data.info().height(),
                                data.info().width())),
                        Optional.of(run.network().dropout()),
                        run.network().variant()));
        this.layout = NetworkLayout.of(network);
    }

    Network network() {
        return network;
    }

    /** The flat vector after so many steps. */
    float[] train(long steps) throws InterruptedException {
        Transforms transforms = new Transforms(run.data().transforms())
                .normalizedBy(data.info().mean(), data.info().std());
        float[] values = network.initialize(run.seed());
        try (Engine engine = new LinearEngineProvider().compile(network, EngineOptions.cpu());
                BatchPipeline batches = new BatchPipeline(
                        data,
                        data.order(
                                run.seed(),
                                run.steps().microBatches(),
                                run.steps().microBatch()),
                        transforms,
                        run.seed(),
                        PipelineOptions.defaults()
                                .with()
                                .threads(1)
                                .queue(1)
                                .cacheMegabytes(16)
                                .build())) {
            for (long step = 0; step < steps; step++) {
                engine.setParameters(values);
                Sum sum = sum(engine, batches, step, 0, run.steps().microBatches());
                update(values, sum);
            }
        }
        return values;
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Sum(float[] gradient, int examples) {}

    /** Of the micro-batches {@code [begin, end)} of a step, whose number is a power of two. */
    private Sum sum(Engine engine, BatchPipeline batches, long step, int begin, int end) throws InterruptedException {
        if (end - begin == 1) {
            float[] gradient = new float[layout.size()];
            GradientResult result =
                    engine.gradient(batches.take(step, begin), new MicroBatchKey(run.seed(), step, begin), gradient);
            return new Sum(gradient, result.examples());
        }
        int middle = (begin + end) / 2;
        Sum left = sum(engine, batches, step, begin, middle);
        Sum right = sum(engine, batches, step, middle, end);
        for (int i = 0; i < left.gradient().length; i++) {
            left.gradient()[i] += right.gradient()[i];
        }
        return new Sum(left.gradient(), left.examples() + right.examples());
    }

    private void update(float[] values, Sum sum) {
        float rate = (float) run.optimization().schedule().rate();
        int parameters = layout.parameterCount();
        for (int i = 0; i < parameters; i++) {
            values[i] -= rate * (sum.gradient()[i] / (float) sum.examples());
        }
        for (Segment segment : layout.segments()) {
            if (segment.role() == Segment.Role.STATISTIC) {
                int end = segment.begin() + segment.size();
                for (int i = segment.begin(); i < end; i++) {
                    float mean = sum.gradient()[i] / (float) run.steps().microBatches();
                    values[i] = (float) (segment.momentum() * mean + (1 - segment.momentum()) * values[i]);
                }
            }
        }
    }
}
