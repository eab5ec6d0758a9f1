package convoy.tests.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.architectures.Catalogue;
import convoy.architectures.families.NetworkArguments;
import convoy.architectures.graph.Network;
import convoy.architectures.random.RandomStream;
import convoy.worker.engine.Engines;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network that Convoy exported is a DL4J model like any other: DL4J's own Spark module goes on training it, by averaging
 * the parameters of its workers.
 */
final class ParameterAveragingTest {
    private static final int BATCH = 16;
    private static final int BATCHES = 8;
    private static final int CLASSES = 10;

    @Test
    void anExportedNetworkIsTrainedOnByDl4jOnSpark(@TempDir Path directory) throws IOException {
        Network network = Catalogue.build("lenet5", NetworkArguments.defaults());
        Path zip = directory.resolve("model.zip");
        try (OutputStream out = Files.newOutputStream(zip)) {
            Engines.form("dl4j").write(network, network.initialize(7), out);
        }
        ComputationGraph model = ModelSerializer.restoreComputationGraph(zip.toFile(), true);
        model.setLearningRate(0.2);

        List<DataSet> batches = batches();
        SparkConf conf = new SparkConf()
                .setMaster("local[2]")
                .setAppName("parameter averaging")
                .set("spark.ui.enabled", "false");
        try (JavaSparkContext spark = new JavaSparkContext(conf)) {
            ParameterAveragingTrainingMaster averaging = new ParameterAveragingTrainingMaster.Builder(2, BATCH)
                    .batchSizePerWorker(BATCH)
                    .averagingFrequency(1)
                    .workerPrefetchNumBatches(0)
                    .build();
            SparkComputationGraph trainer = new SparkComputationGraph(spark, model, averaging);
            double before = score(trainer.getNetwork(), batches);
            for (int epoch = 0; epoch < 6; epoch++) {
                trainer.fit(spark.parallelize(batches, 2));
            }
            double after = score(trainer.getNetwork(), batches);
            assertThat(before)
                    .as("cross-entropy of a fresh network of ten classes")
                    .isBetween(1.8, 4.0);
            assertThat(after).as("cross-entropy after averaging").isLessThan(0.7 * before);
        }
    }

    private static double score(ComputationGraph model, List<DataSet> batches) {
        return batches.stream().mapToDouble(model::score).average().orElseThrow();
    }

    /** Every class is a fixed random pattern under noise of its own strength. */
    private static List<DataSet> batches() {
        int pixels = 28 * 28;
        RandomStream patterns = RandomStream.of(11, "patterns");
        float[][] pattern = new float[CLASSES][pixels];
        for (float[] one : pattern) {
            fill(one, patterns);
        }
        RandomStream noise = RandomStream.of(11, "noise");
        List<DataSet> batches = new ArrayList<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            float[] images = new float[BATCH * pixels];
            float[] labels = new float[BATCH * CLASSES];
            fill(images, noise);
            for (int image = 0; image < BATCH; image++) {
                int label = (batch + image) % CLASSES;
                labels[image * CLASSES + label] = 1;
                for (int i = 0; i < pixels; i++) {
                    images[image * pixels + i] += pattern[label][i];
                }
            }
            batches.add(new DataSet(
                    Nd4j.create(images, new long[] {BATCH, 1, 28, 28}),
                    Nd4j.create(labels, new long[] {BATCH, CLASSES})));
        }
        return batches;
    }

    private static void fill(float[] values, RandomStream random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
    }
}
