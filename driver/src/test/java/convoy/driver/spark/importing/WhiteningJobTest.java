package convoy.driver.spark.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.random.RandomStream;
import convoy.driver.importing.ImportListener;
import convoy.driver.importing.WhiteningConfiguration;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.batch.EvaluationReader;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import convoy.worker.data.transform.GlobalContrastNormalization;
import convoy.worker.data.transform.Transforms;
import convoy.worker.data.transform.Zca;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fits whitenings to small data sets on a real Spark, with Kryo and registration required. */
final class WhiteningJobTest {
    private final Path directory;

    WhiteningJobTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static JavaSparkContext spark(int cores) {
        return new JavaSparkContext(new SparkConf()
                .setMaster("local[" + cores + "]")
                .setAppName("whiten")
                .set("spark.ui.enabled", "false")
                .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .set("spark.kryo.registrationRequired", "true"));
    }

    /** Grey pictures, neighbouring pixels alike; the first is larger, if they differ. */
    private String data(String name, int rows, int side, boolean differ) throws IOException {
        List<ImageRow> group = new ArrayList<>();
        for (int id = 0; id < rows; id++) {
            RandomStream random = RandomStream.of(3, "picture", id);
            int own = differ && id == 0 ? side + 1 : side;
            byte[] plane = new byte[own * own];
            double value = 128;
            for (int i = 0; i < plane.length; i++) {
                value = 128 + 0.7 * (value - 128) + 40 * random.nextGaussian();
                plane[i] = (byte) Math.max(0, Math.min(255, (int) value));
            }
            group.add(new ImageRow(id, plane, id % 2, own, own, 1));
        }
        return RawData.write(directory.resolve(name), List.of("even", "odd"), group, 30);
    }

    private static DatasetInfo fit(int cores, WhiteningConfiguration configuration, int blockRows) {
        try (JavaSparkContext spark = spark(cores)) {
            return WhiteningJob.run(spark, configuration, ImportListener.silent(), blockRows);
        }
    }

    /** The same file from one core and from three, and the worker finds and uses it. */
    @Test
    void theBitsDoNotDependOnTheCluster() throws Exception {
        String one = data("one", 500, 6, false);
        String three = data("three", 500, 6, false);
        DatasetInfo first = fit(1, WhiteningConfiguration.of(one), 64);
        DatasetInfo second = fit(3, WhiteningConfiguration.of(three), 64);
        assertThat(second.whitening()).isEqualTo(first.whitening()).isPresent();
        assertThat(second.fingerprint()).isEqualTo(first.fingerprint());

        DataSet data = DataSet.open(new Configuration(), one);
        assertThat(data.info()).isEqualTo(first);
        Transforms transforms = Transforms.of(GlobalContrastNormalization.defaults(), Zca.defaults());
        double squares = 0;
        try (EvaluationReader reader = new EvaluationReader(
                data,
                transforms,
                0,
                500,
                50,
                PipelineOptions.defaults()
                        .with()
                        .threads(1)
                        .queue(2)
                        .cacheMegabytes(16)
                        .build())) {
            for (Optional<Batch> batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                for (float value : batch.get().images()) {
                    squares += value * value;
                }
            }
        }
        // Variance 1 in every direction but that of the mean, which contrast normalization has emptied.
        assertThat(squares / 500).isBetween(34.0, 35.01);
    }

    @Test
    void anotherTakesItsPlaceIfAskedFor() throws Exception {
        String uri = data("data", 200, 4, false);
        WhiteningConfiguration usual = WhiteningConfiguration.of(uri);
        try (JavaSparkContext spark = spark(2)) {
            DatasetInfo first = WhiteningJob.run(spark, usual, ImportListener.silent());
            assertRefused(
                    () -> WhiteningJob.run(spark, usual, ImportListener.silent()),
                    "has a whitening already: say --overwrite to replace it");
            DatasetInfo second = WhiteningJob.run(
                    spark, new WhiteningConfiguration(uri, Optional.empty(), 0.1, true), ImportListener.silent());
            assertThat(second.fingerprint()).isNotEqualTo(first.fingerprint());
            assertThat(DataSet.open(new Configuration(), uri).info()).isEqualTo(second);
            try (var files = Files.list(directory.resolve("data"))) {
                assertThat(files.map(file -> file.getFileName().toString())
                                .filter(name -> name.endsWith(".safetensors")))
                        .containsExactly(second.whitening().orElseThrow().name());
            }
        }
    }

    private static void assertRefused(ThrowingCallable action, String message) {
        assertThatThrownBy(action)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void dataThatCannotBeWhitenedIsRefused() throws Exception {
        String few = data("few", 36, 6, false);
        String differing = data("differing", 20, 6, true);
        String large = data("large", 2, 65, false);
        try (JavaSparkContext spark = spark(1)) {
            assertRefused(
                    () -> WhiteningJob.run(spark, WhiteningConfiguration.of(few), ImportListener.silent()),
                    "holds 36 rows, too few for 36 values a picture: a covariance needs more rows than values");
            assertRefused(
                    () -> WhiteningJob.run(spark, WhiteningConfiguration.of(differing), ImportListener.silent()),
                    "holds pictures of several sizes, a whitening is of one: import them with --store raw --resize");
            assertRefused(
                    () -> WhiteningJob.run(spark, WhiteningConfiguration.of(large), ImportListener.silent()),
                    "holds pictures of 4225 values, a whitening can have 4096");
        }
        assertRefused(
                () -> new WhiteningConfiguration("x", Optional.empty(), 0, false),
                "filter-bias = 0.0, must be above 0");
    }
}
