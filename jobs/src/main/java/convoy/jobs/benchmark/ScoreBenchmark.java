package convoy.jobs.benchmark;

import convoy.architectures.graph.Network;
import convoy.architectures.tensor.Shape;
import convoy.driver.model.ModelDescription;
import convoy.driver.model.StoredModel;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.scoring.ScoringJob;
import convoy.driver.spark.scoring.ScoringRequest;
import convoy.parameterserver.files.Safetensors;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.batch.EvaluationReader;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Transforms;
import convoy.worker.engine.Device;
import convoy.worker.engine.Engine;
import convoy.worker.engine.EngineChoice;
import convoy.worker.engine.EngineOptions;
import convoy.worker.engine.Engines;
import convoy.worker.engine.Frozen;
import convoy.worker.engine.LabelSmoothing;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * How fast a data set is scored, beside the engine that computes nothing else. The engine is measured before and after, since machines
 * change their speed. The job's time is all of it: a task that starts, a network that is compiled, files that are written.
 *
 * @param spark where the job takes place
 * @param directory for the model and the scores
 * @param data a data set of the network's images
 * @param engine that computes
 * @param duration of each measurement of the engine, roughly
 */
public record ScoreBenchmark(
        SparkApplication spark, String directory, String data, EngineChoice engine, Duration duration) {
    private static final int WARM_UP = 5;

    /**
     * Images a second.
     *
     * @param before of the engine alone, before the job
     * @param job of one task
     * @param after of the engine alone, after the job
     */
    public record Result(double before, double job, double after) {
        /** {@return the job's speed as a part of the engine's} */
        public double share() {
            return 2 * job / (before + after);
        }
    }

    /**
     * Measures.
     *
     * @param network with parameters that nobody trained
     * @return the speeds
     * @throws IOException if the model cannot be written or the data not be read
     * @throws InterruptedException if interrupted
     */
    public Result run(Network network) throws IOException, InterruptedException {
        DataSet rows = DataSet.open(spark.hadoop(), data);
        Normalize normalize = new Normalize(rows.info().mean(), rows.info().std());
        float[] values = network.initialize(1);
        String model = directory + "/" + network.name() + ".safetensors";
        write(model, network, normalize, values);
        EngineOptions options = engine.options(Device.parse(engine.device()), 1, LabelSmoothing.NONE, Frozen.NOTHING);
        try (Engine alone = Engines.find(engine.engine(), options.device()).compile(network, options)) {
            alone.setParameters(values);
            Batch batch = first(rows, normalize);
            measure(alone, batch, Duration.ZERO);
            double before = measure(alone, batch, duration);
            long begin = System.nanoTime();
            ScoringJob.run(
                    spark,
                    ScoringRequest.of(model, data, directory + "/scores-of-" + network.name())
                            .with()
                            .engine(engine)
                            .build(),
                    (done, all) -> {});
            double job = rows.rows() / ((System.nanoTime() - begin) / 1e9);
            return new Result(before, job, measure(alone, batch, duration));
        }
    }

    private void write(String model, Network network, Normalize normalize, float[] values) throws IOException {
        ModelDescription description = ModelDescription.of(
                        network.name(),
                        network.classes(),
                        (Shape.Image) network.input(),
                        normalize.mean(),
                        normalize.std())
                .withTransforms(List.of(normalize));
        Path path = new Path(model);
        FileSystem files = path.getFileSystem(spark.hadoop());
        try (OutputStream out = files.create(path, true)) {
            new StoredModel(description, 0, values).writeSafetensors(out, Safetensors.Precision.F32, true);
        }
    }

    private static Batch first(DataSet rows, Normalize normalize) throws InterruptedException {
        int size = (int) Math.min(ScoringRequest.USUAL_BATCH, rows.rows());
        try (EvaluationReader reader =
                new EvaluationReader(rows, Transforms.of(normalize), 0, size, size, PipelineOptions.defaults())) {
            return reader.next().orElseThrow();
        }
    }

    private static double measure(Engine engine, Batch batch, Duration duration) {
        for (int i = 0; i < WARM_UP; i++) {
            engine.predict(batch);
        }
        long begin = System.nanoTime();
        int batches = 0;
        do {
            engine.predict(batch);
            batches++;
        } while (System.nanoTime() - begin < duration.toNanos());
        return batches * batch.examples() / ((System.nanoTime() - begin) / 1e9);
    }
}
