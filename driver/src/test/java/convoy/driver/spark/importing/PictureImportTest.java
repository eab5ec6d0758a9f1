package convoy.driver.spark.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.driver.importing.Adjusted;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Channels;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportConfiguration.Store;
import convoy.driver.importing.ImportListener;
import convoy.driver.importing.ImportReport;
import convoy.driver.localfiles.ForklessLocalFileSystem;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.batch.EvaluationReader;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.pictures.Adjustment;
import convoy.worker.data.pictures.Luma;
import convoy.worker.data.pictures.Orientation;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Transforms;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What an import does about channels, orientations, formats and names, and what it says of that. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PictureImportTest {
    private static final int HEIGHT = 6;
    private static final int WIDTH = 5;
    private static final int PLANE = HEIGHT * WIDTH;

    private final Path directory;
    private final Configuration hadoop = new Configuration();
    private Optional<JavaSparkContext> spark = Optional.empty();

    PictureImportTest(@TempDir Path directory) {
        this.directory = directory;
        hadoop.setClass("fs.file.impl", ForklessLocalFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
        hadoop.setBoolean("fs.file.impl.disable.cache", true);
    }

    @BeforeAll
    void startSpark() {
        spark = Optional.of(new JavaSparkContext(new SparkConf()
                .setMaster("local[2]")
                .setAppName("import")
                .set("spark.ui.enabled", "false")
                .set("spark.hadoop.fs.file.impl", ForklessLocalFileSystem.class.getName())
                .set("spark.hadoop.fs.file.impl.disable.cache", "true")));
    }

    @AfterAll
    void stopSpark() {
        spark.ifPresent(JavaSparkContext::close);
    }

    // ---- sources

    /** Planes {@code [3, HEIGHT, WIDTH]} or {@code [1, HEIGHT, WIDTH]}. */
    private static byte[] noise(int seed, int channels) {
        byte[] planes = new byte[channels * PLANE];
        new java.util.Random(seed).nextBytes(planes);
        return planes;
    }

    private static byte[] file(String format, byte[] planes) {
        boolean grey = planes.length == PLANE;
        BufferedImage image =
                new BufferedImage(WIDTH, HEIGHT, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
        for (int i = 0; i < PLANE; i++) {
            for (int c = 0; c < planes.length / PLANE; c++) {
                image.getRaster().setSample(i % WIDTH, i / WIDTH, c, planes[c * PLANE + i] & 0xFF);
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            assertThat(ImageIO.write(image, format, out)).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A PNG file with an EXIF chunk of this orientation. */
    private static byte[] turned(byte[] png, int orientation) {
        byte[] chunk = ByteBuffer.allocate(4 + 26)
                .put("eXIfMM\0*".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .array();
        java.util.zip.CRC32 sum = new java.util.zip.CRC32();
        sum.update(chunk);
        return ByteBuffer.allocate(png.length + 8 + chunk.length)
                .put(png, 0, 33)
                .putInt(chunk.length - 4)
                .put(chunk)
                .putInt((int) sum.getValue())
                .put(png, 33, png.length - 33)
                .array();
    }

    private Path source(String name, Map<String, byte[]> files) {
        return Packing.FOLDER.pack(directory.resolve(name), new TreeMap<>(files));
    }

    /** Two coloured ones and a grey one. */
    private Path mixed(String name) {
        return source(
                name,
                Map.of(
                        "cat/a.png", file("png", noise(1, 3)),
                        "cat/b.png", file("png", noise(2, 3)),
                        "dog/c.png", file("png", noise(3, 1))));
    }

    // ---- imports

    private ImportReport run(
            Format format, Path from, String to, Store store, Channels channels, Orientation orientation) {
        return ImportJob.run(
                spark.orElseThrow(),
                ImportConfiguration.of(
                                format,
                                from.toUri().toString(),
                                directory.resolve(to).toUri().toString())
                        .with()
                        .store(store)
                        .channels(channels)
                        .orientation(orientation)
                        .build(),
                ImportListener.silent());
    }

    private ImportReport run(Path from, String to, Store store, Channels channels) {
        return run(Format.IMAGE_FOLDER, from, to, store, channels, Orientation.AS_STORED);
    }

    private static Map<String, Long> counts(ImportReport report) {
        return report.adjusted().stream().collect(Collectors.toMap(Adjusted::what, Adjusted::pictures));
    }

    /** What training sees: the rows' bytes, sorted. */
    private List<String> seen(String name) throws InterruptedException {
        DataSet data = DataSet.open(hadoop, directory.resolve(name).toUri().toString());
        int channels = data.info().channels();
        Transforms plain =
                Transforms.of(new Normalize(Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0)));
        List<String> rows = new ArrayList<>();
        double[] sums = new double[channels];
        long pixels = 0;
        try (EvaluationReader reader =
                new EvaluationReader(data, plain, 0, data.rows(), 50, PipelineOptions.defaults())) {
            for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
                Batch batch = next.get();
                int size = batch.images().length / batch.examples();
                for (int i = 0; i < batch.examples(); i++) {
                    byte[] bytes = new byte[size];
                    for (int j = 0; j < size; j++) {
                        float value = batch.images()[i * size + j];
                        bytes[j] = (byte) Math.round(255 * value);
                        sums[j / (size / channels)] += value;
                    }
                    pixels += size / channels;
                    rows.add(Arrays.toString(bytes));
                }
            }
        }
        for (int c = 0; c < channels; c++) {
            assertThat(data.info().mean().get(c)).isCloseTo(sums[c] / pixels, within(1e-6));
        }
        Collections.sort(rows);
        return rows;
    }

    /** Of files, of folders, of archives, and in archives. */
    @Test
    void whatLinksGiveAgainIsNoted() throws IOException {
        Path folder = mixed("linked");
        Files.createSymbolicLink(folder.resolve("hound"), folder.resolve("dog"));
        Files.createSymbolicLink(folder.resolve("cat/again.png"), folder.resolve("cat/a.png"));
        Path outside = source("outside", Map.of("x/d.png", file("png", noise(4, 3))));
        Files.createSymbolicLink(folder.resolve("x"), outside.resolve("x"));
        ImportReport report = run(folder, "linked-out", Store.ENCODED, Channels.AS_IS);
        assertThat(report.info().rows()).isEqualTo(6);
        assertThat(report.adjusted()).contains(new Adjusted(Adjustment.LINKED.text(), 2, "cat/again.png"));
        assertThat(run(mixed("plain"), "plain-out", Store.ENCODED, Channels.AS_IS)
                        .adjusted())
                .noneMatch(some -> some.what().equals(Adjustment.LINKED.text()));
    }

    private static List<String> rows(byte[]... pictures) {
        return Arrays.stream(pictures).map(Arrays::toString).sorted().toList();
    }

    private static byte[] widened(byte[] plane) {
        byte[] three = new byte[3 * plane.length];
        for (int i = 0; i < three.length; i++) {
            three[i] = plane[i % plane.length];
        }
        return three;
    }

    @ParameterizedTest
    @CsvSource({"ENCODED, AS_IS", "RAW, AS_IS", "ENCODED, THREE", "RAW, THREE", "ENCODED, ONE", "RAW, ONE"})
    void mixedPicturesComeInTheChannelsThatWereAskedFor(Store store, Channels channels) throws Exception {
        String name = "mixed-" + store + channels;
        ImportReport report = run(mixed("source-" + name), name, store, channels);
        if (channels == Channels.ONE) {
            assertThat(report.info().channels()).isEqualTo(1);
            assertThat(report.info().mean()).hasSize(1);
            assertThat(seen(name)).isEqualTo(rows(Luma.ofPlanes(noise(1, 3)), Luma.ofPlanes(noise(2, 3)), noise(3, 1)));
            assertThat(report.adjusted())
                    .containsExactly(new Adjusted(Adjustment.COLOUR_DROPPED.text(), 2, "cat/a.png"));
        } else {
            assertThat(report.info().channels()).isEqualTo(3);
            assertThat(seen(name)).isEqualTo(rows(noise(1, 3), noise(2, 3), widened(noise(3, 1))));
            assertThat(report.adjusted()).containsExactly(new Adjusted(Adjustment.GREY_WIDENED.text(), 1, "dog/c.png"));
        }
        // Encoded files stay as they are, whatever they are read as.
        if (store == Store.ENCODED) {
            assertThat(report.info().files().get(0).rows()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void greyPicturesAloneHaveOneChannelUnlessThreeAreAskedFor(Store store) throws Exception {
        Path from = source(
                "grey-source-" + store,
                Map.of("a/1.png", file("png", noise(4, 1)), "b/2.png", file("png", noise(5, 1))));
        ImportReport one = run(from, "grey-one-" + store, store, Channels.AS_IS);
        assertThat(one.info().channels()).isEqualTo(1);
        assertThat(one.adjusted()).isEmpty();
        ImportReport three = run(from, "grey-three-" + store, store, Channels.THREE);
        assertThat(three.info().channels()).isEqualTo(3);
        assertThat(counts(three)).containsExactly(Map.entry(Adjustment.GREY_WIDENED.text(), 2L));
        assertThat(seen("grey-three-" + store)).isEqualTo(rows(widened(noise(4, 1)), widened(noise(5, 1))));
    }

    @Test
    void recordsOfOtherFormatsComeInTheChannelsThatWereAskedForToo() throws Exception {
        byte[] record = new byte[3073];
        new java.util.Random(6).nextBytes(record);
        record[0] = 7;
        Path cifar = source("cifar-source", Map.of("data_batch_1.bin", record));
        ImportReport grey =
                run(Format.CIFAR_BINARY, cifar, "cifar-grey", Store.RAW, Channels.ONE, Orientation.AS_STORED);
        assertThat(grey.info().channels()).isEqualTo(1);
        assertThat(counts(grey)).containsExactly(Map.entry(Adjustment.COLOUR_DROPPED.text(), 1L));
        assertThat(seen("cifar-grey")).isEqualTo(rows(Luma.ofPlanes(Arrays.copyOfRange(record, 1, 3073))));
        byte[] images = ByteBuffer.allocate(16 + PLANE)
                .putInt(0x803)
                .putInt(1)
                .putInt(HEIGHT)
                .putInt(WIDTH)
                .put(noise(7, 1))
                .array();
        byte[] labels =
                ByteBuffer.allocate(9).putInt(0x801).putInt(1).put((byte) 0).array();
        Path idx = source("idx-source", Map.of("train-images-idx3-ubyte", images, "train-labels-idx1-ubyte", labels));
        ImportReport three = run(Format.IDX, idx, "idx-three", Store.RAW, Channels.THREE, Orientation.AS_STORED);
        assertThat(three.info().channels()).isEqualTo(3);
        assertThat(counts(three)).containsExactly(Map.entry(Adjustment.GREY_WIDENED.text(), 1L));
        assertThat(seen("idx-three")).isEqualTo(rows(widened(noise(7, 1))));
        assertThatThrownBy(() -> run(Format.IDX, idx, "out", Store.RAW, Channels.ONE, Orientation.UPRIGHT))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("orientation = upright goes with format = image-folder, parquet, csv and");
    }

    /** The rows of a picture that is stored lying on its side, as it stands upright. */
    private static byte[] clockwise(byte[] planes) {
        byte[] upright = new byte[planes.length];
        for (int c = 0; c < planes.length / PLANE; c++) {
            for (int y = 0; y < WIDTH; y++) {
                for (int x = 0; x < HEIGHT; x++) {
                    upright[c * PLANE + y * HEIGHT + x] = planes[c * PLANE + (HEIGHT - 1 - x) * WIDTH + y];
                }
            }
        }
        return upright;
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void turnedPicturesAreCountedAndTurnedIfThatIsAskedFor(Store store) throws Exception {
        Path from = source("turned-" + store, Map.of("a/1.png", turned(file("png", noise(8, 3)), 6)));
        ImportReport left = run(from, "left-" + store, store, Channels.AS_IS);
        assertThat(left.info().height()).isEqualTo(HEIGHT);
        assertThat(counts(left)).containsExactly(Map.entry(Adjustment.LEFT_TURNED.text(), 1L));
        assertThat(seen("left-" + store)).isEqualTo(rows(noise(8, 3)));
        ImportReport upright =
                run(Format.IMAGE_FOLDER, from, "upright-" + store, store, Channels.AS_IS, Orientation.UPRIGHT);
        assertThat(upright.info().height()).isEqualTo(WIDTH);
        assertThat(upright.info().width()).isEqualTo(HEIGHT);
        assertThat(counts(upright)).containsExactly(Map.entry(Adjustment.TURNED.text(), 1L));
        assertThat(seen("upright-" + store)).isEqualTo(rows(clockwise(noise(8, 3))));
    }

    /** 5 x 3 pixels by Pillow 12.3: red 50x, green 90y, blue 30xy. */
    private static final String WEBP =
            "5249464654000000574542505650384c470000002f048000007740906d53ce019ee0b064d236d5946b6227d620db48457882913ce0e33ec2fc87040078cfc68210423a2c3f50130048c3bc76164a92854ede668ae87ff4c89efda700";

    @ParameterizedTest
    @EnumSource(Store.class)
    void filesOfAnyFormatAndNameAreReadAndWhatTheyNeededIsSaid(Store store) throws Exception {
        byte[] few = widened(noise(9, 1));
        byte[] png = file("png", noise(10, 3));
        Path from = source(
                "formats-" + store,
                Map.of(
                        "a/1.bmp", file("bmp", noise(11, 3)),
                        "a/2.gif", file("gif", few),
                        "b/3.jpg", png,
                        "b/4.png", Arrays.copyOf(png, png.length - 5)));
        ImportReport report = run(from, "formats-out-" + store, store, Channels.THREE);
        assertThat(seen("formats-out-" + store)).isEqualTo(rows(noise(11, 3), few, noise(10, 3), noise(10, 3)));
        Map<String, Long> expected = new TreeMap<>(Map.of(
                Adjustment.GREY_WIDENED.text(), 1L,
                Adjustment.NO_END.text(), 1L,
                Adjustment.MISNAMED.text(), 1L));
        if (store == Store.ENCODED) {
            expected.put(Adjustment.STORED_AS_PNG.text(), 2L);
        }
        assertThat(counts(report)).isEqualTo(expected);
        assertThat(report.adjusted())
                .contains(new Adjusted(Adjustment.MISNAMED.text(), 1, "b/3.jpg"))
                .contains(new Adjusted(Adjustment.NO_END.text(), 1, "b/4.png"));
        byte[] webp = java.util.HexFormat.of().parseHex(WEBP);
        Path frames = source("webp-" + store, Map.of("a/1.webp", webp, "b/2.png", webp));
        ImportReport read = run(frames, "webp-out-" + store, store, Channels.AS_IS);
        assertThat(read.info().rows()).isEqualTo(2);
        byte[] pattern = new byte[45];
        for (int i = 0; i < 15; i++) {
            pattern[i] = (byte) (50 * (i % 5));
            pattern[15 + i] = (byte) (90 * (i / 5));
            pattern[30 + i] = (byte) (30 * (i % 5) * (i / 5));
        }
        assertThat(seen("webp-out-" + store)).isEqualTo(rows(pattern, pattern));
    }

    @Test
    void formatsThatAreNotReadAreNamed() {
        Path from = source("tiff", Map.of("a/scan.jpg", "II*\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1)));
        assertThatThrownBy(() -> run(from, "tiff-out", Store.ENCODED, Channels.AS_IS))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("a/scan.jpg is a TIFF file, which is not read: convert it to PNG");
    }

    /** Hadoop's own local file system looks for the checksum at {@code .2026-11-26T18:47:09.png.crc} as at a URI. */
    @ParameterizedTest
    @EnumSource(Store.class)
    void namesOfFilesAndFoldersMayHoldColons(Store store) throws Exception {
        Path from = source(
                "2026-11-26T18:47:09-" + store,
                Map.of(
                        "cat:1/2026-11-26T18:47:09.png", file("png", noise(12, 3)),
                        "dog/12:00.png", file("png", noise(13, 3))));
        ImportReport report = run(from, "to:" + store, store, Channels.AS_IS);
        assertThat(report.info().classes()).containsExactly("cat:1", "dog");
        assertThat(seen("to:" + store)).isEqualTo(rows(noise(12, 3), noise(13, 3)));
        assertThat(Files.exists(directory.resolve("to:" + store).resolve("dataset.json")))
                .isTrue();
        Path alone = from.resolve("dog/12:00.png");
        assertThatThrownBy(() -> run(alone, "alone", store, Channels.AS_IS))
                .as("one picture has no folder of a class")
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("12:00.png");
        Path tar =
                Packing.TAR.pack(directory.resolve("13:00-" + store), Map.of("a:b/1:2.png", file("png", noise(14, 3))));
        assertThat(run(tar, "of-tar-" + store, store, Channels.AS_IS).info().classes())
                .containsExactly("a:b");
    }
}
