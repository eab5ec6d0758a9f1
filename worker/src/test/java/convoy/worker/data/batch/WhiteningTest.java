package convoy.worker.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.random.RandomStream;
import convoy.architectures.tensor.Shape;
import convoy.records.BadInputException;
import convoy.records.text.Sha256;
import convoy.worker.data.DataSet;
import convoy.worker.data.Whitening;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.format.DatasetInfo.WhiteningFile;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.SmallData;
import convoy.worker.data.transform.GlobalContrastNormalization;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Pad;
import convoy.worker.data.transform.Transform;
import convoy.worker.data.transform.Transforms;
import convoy.worker.data.transform.Zca;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WhiteningTest {
    private static final int SIDE = 4;
    private static final int SIZE = 3 * SIDE * SIDE;
    private static final double BIAS = 0.1;
    private static final Optional<GlobalContrastNormalization> CONTRAST =
            Optional.of(GlobalContrastNormalization.defaults());

    private final Path directory;

    WhiteningTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Pictures whose pixels depend on their neighbours, as photographs' do. */
    private static DataSet pictures(Path directory, int rows, int side) {
        List<ImageRow> all = new ArrayList<>();
        for (int id = 0; id < rows; id++) {
            RandomStream random = RandomStream.of(5, "picture", id);
            byte[] planes = new byte[3 * side * side];
            double value = 128;
            for (int i = 0; i < planes.length; i++) {
                value = 128 + 0.8 * (value - 128) + 30 * random.nextGaussian();
                planes[i] = (byte) Math.max(0, Math.min(255, (int) value));
            }
            all.add(new ImageRow(id, planes, id % 4, side, side, 3));
        }
        SmallData.write(directory, all, 50, 3, Encoding.RAW, side, side, 4);
        return open(directory);
    }

    private static DataSet open(Path directory) {
        return DataSet.open(new Configuration(), directory.toUri().toString());
    }

    private static Whitening fit(DataSet data, Optional<GlobalContrastNormalization> contrast) {
        try (Moments moments = Moments.of(data, contrast, 0, data.rows())) {
            DatasetInfo info = data.info();
            return Whitening.fit(
                    new Shape.Image(3, info.height(), info.width()),
                    data.rows(),
                    moments.sums(),
                    moments.products(0, moments.sums().length),
                    BIAS);
        }
    }

    /** As the Spark job stores it. */
    private static DataSet stored(Path directory, DataSet data, Optional<GlobalContrastNormalization> contrast)
            throws IOException {
        Path file = directory.resolve("w.safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            fit(data, contrast).write(out, Map.of());
        }
        return described(directory, data, contrast, Files.readAllBytes(file));
    }

    /** The same with a file of these bytes. */
    private static DataSet described(
            Path directory, DataSet data, Optional<GlobalContrastNormalization> contrast, byte[] bytes)
            throws IOException {
        Files.write(directory.resolve("w.safetensors"), bytes);
        String sha256 = Sha256.digits(bytes);
        WhiteningFile whitening = new WhiteningFile(
                "w.safetensors", bytes.length, sha256, BIAS, contrast.map(GlobalContrastNormalization::figures));
        Files.writeString(
                directory.resolve(DatasetInfo.FILE_NAME),
                data.info().withWhitening(whitening).toJson());
        return open(directory);
    }

    private static float[] evaluated(DataSet data, Transforms transforms) throws InterruptedException {
        float[] all = {};
        try (EvaluationReader reader = new EvaluationReader(
                data,
                transforms,
                0,
                data.rows(),
                7,
                PipelineOptions.defaults()
                        .with()
                        .threads(2)
                        .queue(3)
                        .cacheMegabytes(16)
                        .build())) {
            for (Optional<Batch> batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                float[] images = batch.get().images();
                float[] longer = Arrays.copyOf(all, all.length + images.length);
                System.arraycopy(images, 0, longer, all.length, images.length);
                all = longer;
            }
        }
        return all;
    }

    /** Of what is in rows of D values, plainly. */
    private static double[][] covariance(float[] values, int size) {
        int rows = values.length / size;
        double[] mean = new double[size];
        for (int i = 0; i < values.length; i++) {
            mean[i % size] += (double) values[i] / rows;
        }
        double[][] covariance = new double[size][size];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    covariance[i][j] += (values[row * size + i] - mean[i]) * (values[row * size + j] - mean[j]) / rows;
                }
            }
        }
        return covariance;
    }

    /**
     * What comes out is uncorrelated: with the covariance C of what goes in, the whitened pictures have the covariance
     * W C W, and W (C + bias) W is the identity; so theirs is I - bias W W, whose diagonal is short of 1 by at most
     * bias / (smallest eigenvalue + bias).
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whitenedPicturesAreUncorrelated(boolean contrasted) throws Exception {
        Optional<GlobalContrastNormalization> contrast = contrasted ? CONTRAST : Optional.empty();
        DataSet data = stored(directory, pictures(directory, 400, SIDE), contrast);
        List<Transform> steps = new ArrayList<>();
        contrast.ifPresent(steps::add);
        steps.add(Zca.defaults());
        float[] whitened = evaluated(data, new Transforms(steps));
        assertThat(whitened).hasSize(400 * SIZE);
        double[][] covariance = covariance(whitened, SIZE);
        double trace = 0;
        for (int i = 0; i < SIZE; i++) {
            trace += covariance[i][i];
            for (int j = 0; j < SIZE; j++) {
                if (i != j) {
                    assertThat(covariance[i][j]).isCloseTo(0, within(0.03));
                }
            }
        }
        // With the contrast normalized, one direction, that of the mean, has nothing in it.
        assertThat(trace).isCloseTo(contrasted ? SIZE - 1 : SIZE, within(contrasted ? 0.5 : 0.05));
    }

    /** {@code W (C + bias) W = I} and W is symmetric, by plain sums in double precision. */
    @Test
    void theMatrixIsTheInverseRootOfTheCovariance() throws Exception {
        DataSet data = stored(directory, pictures(directory, 400, SIDE), CONTRAST);
        double[][] covariance = covariance(evaluated(data, Moments.input(CONTRAST, 3)), SIZE);
        // Its columns are what comes of unit pictures, less what comes of nothing.
        Whitening whitening =
                Whitening.read(new Configuration(), new org.apache.hadoop.fs.Path(directory.toUri()), data.info());
        float[] units = new float[(SIZE + 1) * SIZE];
        for (int i = 0; i < SIZE; i++) {
            units[i * SIZE + i] = 1;
        }
        whitening.apply(units, SIZE + 1);
        double[][] w = new double[SIZE][SIZE];
        for (int i = 0; i < SIZE; i++) {
            for (int j = 0; j < SIZE; j++) {
                w[i][j] = units[i * SIZE + j] - units[SIZE * SIZE + j];
            }
            covariance[i][i] += BIAS;
        }
        double[][] product = multiply(multiply(w, covariance), w);
        for (int i = 0; i < SIZE; i++) {
            for (int j = 0; j < SIZE; j++) {
                assertThat(w[i][j]).isCloseTo(w[j][i], within(1e-4));
                assertThat(product[i][j]).isCloseTo(i == j ? 1 : 0, within(2e-3));
            }
        }
    }

    private static double[][] multiply(double[][] a, double[][] b) {
        double[][] product = new double[SIZE][SIZE];
        for (int i = 0; i < SIZE; i++) {
            for (int k = 0; k < SIZE; k++) {
                for (int j = 0; j < SIZE; j++) {
                    product[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return product;
    }

    /** What comes after it is done with its floats: All-CNN crops and mirrors whitened pictures, with zeros outside. */
    @Test
    void cropsAndFlipsMayFollow() throws Exception {
        DataSet data = stored(directory, pictures(directory, 120, SIDE), CONTRAST);
        float[] plain = evaluated(data, Transforms.of(CONTRAST.orElseThrow(), Zca.defaults()));
        float[] padded = evaluated(data, Transforms.of(CONTRAST.orElseThrow(), Zca.defaults(), new Pad(1)));
        int side = SIDE + 2;
        for (int i = 0; i < padded.length; i++) {
            int y = i / side % side - 1;
            int x = i % side - 1;
            boolean inside = y >= 0 && y < SIDE && x >= 0 && x < SIDE;
            assertThat(padded[i]).isEqualTo(inside ? plain[i / (side * side) * SIDE * SIDE + y * SIDE + x] : 0);
        }
    }

    @Test
    void anotherDataSetIsWhitenedAsTheTrainingDataIs() throws Exception {
        Path train = directory.resolve("train");
        DataSet data = stored(train, pictures(train, 120, SIDE), CONTRAST);
        DataSet heldOut = pictures(directory.resolve("held-out"), 120, SIDE);
        Transforms transforms =
                Transforms.of(CONTRAST.orElseThrow(), Zca.defaults()).whitenedBy(data.uri());
        // The same pictures, so the same values; and no whitening of its own.
        assertThat(evaluated(heldOut, transforms)).isEqualTo(evaluated(data, transforms));
        assertRefused(
                () -> evaluated(heldOut, Transforms.of(CONTRAST.orElseThrow(), Zca.defaults())),
                "held-out/ has no whitening: fit one with `convoy whiten --data ");
    }

    @Test
    void theFingerprintTellsOneWhiteningFromAnother() throws Exception {
        DataSet plain = pictures(directory, 120, SIDE);
        DataSet contrasted = stored(directory, plain, CONTRAST);
        DataSet other = stored(directory, plain, Optional.empty());
        assertThat(List.of(
                        plain.info().fingerprint(),
                        contrasted.info().fingerprint(),
                        other.info().fingerprint()))
                .doesNotHaveDuplicates();
        assertThat(contrasted.info().whitening().orElseThrow().contrast())
                .isEqualTo(CONTRAST.map(GlobalContrastNormalization::figures));
        assertThat(other.info().whitening().orElseThrow().contrast()).isEmpty();
    }

    private static void assertRefused(ThrowingCallable action, String... parts) {
        assertThatThrownBy(action)
                .isInstanceOf(BadInputException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
    }

    @Test
    void whatDoesNotSuitItIsRefused() throws Exception {
        DataSet data = stored(directory, pictures(directory, 120, SIDE), CONTRAST);
        GlobalContrastNormalization contrast = CONTRAST.orElseThrow();
        assertRefused(
                () -> evaluated(data, Transforms.of(new Pad(1), contrast, Zca.defaults())),
                "zca: pictures come as 3x6x6, the whitening of ",
                " was fitted to 3x4x4");
        assertRefused(
                () -> evaluated(data, Transforms.of(Zca.defaults())),
                "was fitted behind GlobalContrastNormalization[scale=55.0, bias=0.0], here it stands behind none");
        assertRefused(
                () -> evaluated(data, Transforms.of(new GlobalContrastNormalization(1, 0), Zca.defaults())),
                "here it stands behind GlobalContrastNormalization[scale=1.0, bias=0.0]: put the same before zca");
        assertRefused(
                () -> Transforms.of(Zca.defaults(), Normalize.defaults()),
                "normalize is number 2, after zca; a picture is normalized once");
    }

    /** One that says no format is of the first. */
    @Test
    void anotherFormatIsRefused() throws Exception {
        DataSet data = stored(directory, pictures(directory, 120, SIDE), CONTRAST);
        Transforms transforms = Transforms.of(CONTRAST.orElseThrow(), Zca.defaults());
        float[] whitened = evaluated(data, transforms);
        String text = Files.readString(directory.resolve("w.safetensors"), StandardCharsets.ISO_8859_1);
        assertThat(text).contains("\"convoy.format\":\"1\"");
        String silent = text.replace("\"convoy.format\"", "\"unheard-of-it\"");
        assertThat(evaluated(described(directory, data, CONTRAST, bytes(silent)), transforms))
                .isEqualTo(whitened);
        String later = text.replace("\"convoy.format\":\"1\"", "\"convoy.format\":\"2\"");
        described(directory, data, CONTRAST, bytes(later));
        assertRefused(
                () -> evaluated(open(directory), transforms),
                "w.safetensors has convoy.format = 2, this version reads 1: use a newer convoy");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Cut off, changed, gone, of other shapes: one line each. */
    @Test
    void aFileThatIsNotTheOneIsRefused() throws Exception {
        DataSet data = stored(directory, pictures(directory, 120, SIDE), CONTRAST);
        Transforms transforms = Transforms.of(CONTRAST.orElseThrow(), Zca.defaults());
        Path file = directory.resolve("w.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));
        assertRefused(() -> evaluated(open(directory), transforms), "bytes long, dataset.json says", "cut off");
        byte[] changed = bytes.clone();
        changed[bytes.length - 1] ^= 1;
        Files.write(file, changed);
        assertRefused(() -> evaluated(open(directory), transforms), "has the checksum ", "it was changed");
        Files.delete(file);
        assertRefused(() -> evaluated(open(directory), transforms), "w.safetensors does not exist");
        Path other = directory.resolve("other");
        stored(other, pictures(other, 200, 5), CONTRAST);
        Files.copy(other.resolve("w.safetensors"), file);
        WhiteningFile strange = open(other).info().whitening().orElseThrow();
        Files.writeString(
                directory.resolve(DatasetInfo.FILE_NAME),
                data.info().withWhitening(strange).toJson());
        assertRefused(
                () -> evaluated(open(directory), transforms),
                "has mean [3, 5, 5] and matrix [75, 75], the data set's pictures need [3, 4, 4] and [48, 48]");
        String json = data.info().toJson();
        Files.writeString(
                directory.resolve(DatasetInfo.FILE_NAME), json.replace("\"w.safetensors\"", "\"../w.safetensors\""));
        assertRefused(
                () -> open(directory),
                "whitening.name = \"../w.safetensors\", must be the name of a file in the same directory");
        Files.writeString(directory.resolve(DatasetInfo.FILE_NAME), json.replace("\"scale\" : 55.0", "\"scale\" : 0"));
        assertRefused(() -> open(directory), "whitening.contrast.scale = 0.0, must be above 0");
    }
}
