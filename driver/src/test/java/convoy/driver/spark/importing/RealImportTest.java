package convoy.driver.spark.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportConfiguration.Store;
import convoy.driver.importing.ImportListener;
import convoy.driver.importing.ImportReport;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.EvaluationReader;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.transform.RandomResizedCrop;
import convoy.worker.data.transform.Transforms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Imports the real pictures of {@code ../shared/data}, where they are there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RealImportTest {
    private static final Path REAL = Path.of(System.getProperty("convoy.root", ".."), "../shared/data");

    private final Path directory;
    private Optional<JavaSparkContext> spark = Optional.empty();

    RealImportTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    void startSpark() {
        assumeThat(REAL)
                .withFailMessage("skipped: %s is not there", REAL.normalize())
                .exists();
        spark = Optional.of(new JavaSparkContext(new SparkConf()
                .setMaster("local[2]")
                .setAppName("import")
                .set("spark.ui.enabled", "false")
                .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .set("spark.kryo.registrationRequired", "true")));
    }

    @AfterAll
    void stopSpark() {
        spark.ifPresent(JavaSparkContext::close);
    }

    private ImportReport run(Format format, Path from, String to, String split, Store store) {
        return ImportJob.run(
                spark.orElseThrow(),
                ImportConfiguration.of(
                                format,
                                from.toUri().toString(),
                                directory.resolve(to).toUri().toString())
                        .with()
                        .split(split.isEmpty() ? Optional.empty() : Optional.of(split))
                        .store(store)
                        .build(),
                ImportListener.silent());
    }

    private int[] labels(String to, Transforms transforms) throws InterruptedException {
        DataSet data =
                DataSet.open(new Configuration(), directory.resolve(to).toUri().toString());
        int[] counts = new int[data.info().classes().size()];
        try (EvaluationReader reader =
                new EvaluationReader(data, transforms, 0, data.rows(), 100, PipelineOptions.defaults())) {
            for (var batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                for (int label : batch.get().labels()) {
                    counts[label]++;
                }
            }
        }
        return counts;
    }

    /** Of the test pictures as they were published, mean 0.494, 0.485, 0.450 and deviation 0.247, 0.243, 0.262. */
    @Test
    void cifarAsJpegFiles() throws InterruptedException {
        ImportReport report = run(Format.IMAGE_FOLDER, REAL.resolve("cifar10-jpeg.tar.gz"), "cifar", "test", Store.RAW);
        assertThat(report.info().rows()).isEqualTo(10_000);
        assertThat(report.info().classes())
                .containsExactly(
                        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
        assertThat(report.info().mean().get(0)).isCloseTo(0.494, within(0.002));
        assertThat(report.info().mean().get(1)).isCloseTo(0.485, within(0.002));
        assertThat(report.info().mean().get(2)).isCloseTo(0.450, within(0.002));
        assertThat(report.info().std().get(0)).isCloseTo(0.247, within(0.004));
        assertThat(labels("cifar", Transforms.of())).containsOnly(1000);
    }

    /** The test digits have mean 0.1325 and deviation 0.3105. */
    @Test
    void digitsInIdxForm() throws Exception {
        Path digits = Files.createDirectories(directory.resolve("digits"));
        for (String name : List.of("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")) {
            Files.copy(REAL.resolve(name), digits.resolve(name));
        }
        ImportReport report = run(Format.IDX, digits, "mnist", "", Store.RAW);
        assertThat(report.info().mean().get(0)).isCloseTo(0.1325, within(0.0001));
        assertThat(report.info().std().get(0)).isCloseTo(0.3105, within(0.0001));
        assertThat(labels("mnist", Transforms.of()))
                .containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
    }

    @Test
    void picturesOfManySizes() throws InterruptedException {
        ImportReport report =
                run(Format.IMAGE_FOLDER, REAL.resolve("imagenet-sample-200.tar"), "imagenet", "", Store.ENCODED);
        assertThat(report.info().rows()).isEqualTo(200);
        assertThat(report.info().classes()).hasSize(200).contains("n01440764");
        assertThat(report.info().channels()).isEqualTo(3);
        assertThat(report.info().height()).isZero();
        assertThat(labels("imagenet", Transforms.of(RandomResizedCrop.defaults())))
                .containsOnly(1);
    }
}
