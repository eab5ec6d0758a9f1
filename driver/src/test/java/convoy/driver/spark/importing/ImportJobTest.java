package convoy.driver.spark.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import convoy.architectures.random.RandomStream;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.driver.importing.ImportConfiguration.Store;
import convoy.driver.importing.ImportListener;
import convoy.driver.importing.ImportListener.Phase;
import convoy.driver.importing.ImportReport;
import convoy.driver.importing.LeftOut;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.batch.Batch;
import convoy.worker.data.batch.EvaluationReader;
import convoy.worker.data.batch.PipelineOptions;
import convoy.worker.data.drawn.DrawnShapes;
import convoy.worker.data.format.DatasetInfo;
import convoy.worker.data.format.Provenance;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.Transforms;
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
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports small sources of every kind on a real Spark, with Kryo and registration required. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ImportJobTest {
    private static final int IMAGE = 3072;

    private final Path directory;
    private Optional<JavaSparkContext> spark = Optional.empty();

    ImportJobTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    void startSpark() {
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

    private ImportReport run(ImportConfiguration configuration) {
        return ImportJob.run(spark.orElseThrow(), configuration, ImportListener.silent());
    }

    private ImportConfiguration configuration(Format format, Path from, String to) {
        return ImportConfiguration.of(
                format, from.toUri().toString(), directory.resolve(to).toUri().toString());
    }

    private static ImportConfiguration skipping(ImportConfiguration base) {
        return base.withOnBad(OnBad.SKIP);
    }

    private static void assertRefused(ThrowingCallable action, String... parts) {
        assertThatThrownBy(action)
                .isInstanceOf(BadInputException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
    }

    /** A row as it was stored: its bytes and its class's name. */
    private record Stored(String image, String name) {}

    /** All rows in stored order. Needs pictures of one size that are stored raw, or PNG. */
    private static List<Stored> read(String uri) {
        DataSet data = DataSet.open(new Configuration(), uri);
        int channels = data.info().channels();
        Transforms plain =
                Transforms.of(new Normalize(Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0)));
        List<Stored> rows = new ArrayList<>();
        try (EvaluationReader reader =
                new EvaluationReader(data, plain, 0, data.rows(), 50, PipelineOptions.defaults())) {
            for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
                Batch batch = next.get();
                int size = batch.images().length / batch.examples();
                for (int i = 0; i < batch.examples(); i++) {
                    byte[] bytes = new byte[size];
                    for (int j = 0; j < size; j++) {
                        bytes[j] = (byte) Math.round(255 * batch.images()[i * size + j]);
                    }
                    rows.add(new Stored(
                            Arrays.toString(bytes), data.info().classes().get(batch.labels()[i])));
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return rows;
    }

    private static Stored stored(byte[] image, String name) {
        return new Stored(Arrays.toString(image), name);
    }

    private static byte[] noise(long seed, int length) {
        RandomStream random = RandomStream.of(seed, "noise");
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    // ---- CIFAR

    private static final List<String> NAMES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private static byte[] cifarFile(int first, int records) {
        ByteBuffer file = ByteBuffer.allocate(records * (1 + IMAGE));
        for (int i = first; i < first + records; i++) {
            file.put((byte) (i % 10)).put(noise(i, IMAGE));
        }
        return file.array();
    }

    private static Map<String, byte[]> cifar() {
        Map<String, byte[]> files = new TreeMap<>();
        files.put("cifar-10-batches-bin/data_batch_1.bin", cifarFile(0, 70));
        files.put("cifar-10-batches-bin/data_batch_2.bin", cifarFile(70, 50));
        files.put("cifar-10-batches-bin/test_batch.bin", cifarFile(1000, 30));
        files.put("cifar-10-batches-bin/readme.html", new byte[] {1, 2, 3});
        files.put(
                "cifar-10-batches-bin/batches.meta.txt",
                (String.join("\n", NAMES) + "\n\n").getBytes(StandardCharsets.UTF_8));
        return files;
    }

    private static List<Stored> cifarRows(int first, int records) {
        List<Stored> rows = new ArrayList<>();
        for (int i = first; i < first + records; i++) {
            rows.add(stored(noise(i, IMAGE), NAMES.get(i % 10)));
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource(Packing.class)
    void cifarComesInAnyPacking(Packing packing) {
        Path source = packing.pack(directory.resolve("cifar-" + packing), cifar());
        ImportConfiguration train =
                configuration(Format.CIFAR_BINARY, source, "train-" + packing).withSplit("train");
        ImportReport report = run(train);
        assertThat(report.info().classes()).isEqualTo(NAMES);
        assertThat(report.info().rows()).isEqualTo(120);
        assertThat(report.skipped()).isZero();
        List<Stored> rows = read(train.to());
        assertThat(rows).containsExactlyInAnyOrderElementsOf(cifarRows(0, 120));
        assertThat(rows).isNotEqualTo(cifarRows(0, 120));
        ImportConfiguration test =
                configuration(Format.CIFAR_BINARY, source, "test-" + packing).withSplit("test");
        run(test);
        assertThat(read(test.to())).containsExactlyInAnyOrderElementsOf(cifarRows(1000, 30));
        // The order of the rows depends on their number in the source and the seed, not on the packing.
        if (packing != Packing.FOLDER && Files.exists(directory.resolve("train-FOLDER"))) {
            assertThat(report.info().fingerprint())
                    .isEqualTo(DataSet.open(
                                    new Configuration(),
                                    directory.resolve("train-FOLDER").toUri().toString())
                            .info()
                            .fingerprint());
        }
    }

    @Test
    void meanAndDeviationAreThoseOfAllPixels() {
        Path source = Packing.FOLDER.pack(directory.resolve("figures"), cifar());
        ImportReport report =
                run(configuration(Format.CIFAR_BINARY, source, "figures-out").withSplit("train"));
        for (int c = 0; c < 3; c++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < 120; i++) {
                byte[] image = noise(i, IMAGE);
                for (int p = 0; p < 1024; p++) {
                    double value = (image[c * 1024 + p] & 0xFF) / 255.0;
                    sum += value / (120 * 1024);
                    squares += value * value / (120 * 1024);
                }
            }
            assertThat(report.info().mean().get(c)).isCloseTo(sum, within(1e-9));
            assertThat(report.info().std().get(c)).isCloseTo(Math.sqrt(squares - sum * sum), within(1e-9));
        }
    }

    @Test
    void importingTwiceGivesTheSameBytes() throws IOException {
        Path source = Packing.TAR.pack(directory.resolve("twice"), cifar());
        run(configuration(Format.CIFAR_BINARY, source, "once").withSplit("train"));
        run(configuration(Format.CIFAR_BINARY, source, "again").withSplit("train"));
        List<String> names;
        try (Stream<Path> files = Files.list(directory.resolve("once"))) {
            names = files.map(file -> file.getFileName().toString()).sorted().toList();
        }
        assertThat(names).contains("dataset.json", "part-00000-of-00001.parquet");
        for (String name : names) {
            assertThat(directory.resolve("again").resolve(name))
                    .hasSameBinaryContentAs(directory.resolve("once").resolve(name));
        }
        ImportConfiguration base =
                configuration(Format.CIFAR_BINARY, source, "other-seed").withSplit("train");
        ImportReport other = run(base.withSeed(1));
        DatasetInfo first = DataSet.open(
                        new Configuration(), directory.resolve("once").toUri().toString())
                .info();
        assertThat(other.info().fingerprint()).isNotEqualTo(first.fingerprint());
        assertThat(other.info().mean()).isEqualTo(first.mean());
    }

    @Test
    void everyRowGroupIsAFairSample() {
        Map<String, byte[]> files = new TreeMap<>();
        // Sorted by class, as sources often are.
        ByteBuffer sorted = ByteBuffer.allocate(2000 * (1 + IMAGE));
        for (int i = 0; i < 2000; i++) {
            sorted.put((byte) (i / 200)).put(noise(i, IMAGE));
        }
        files.put("data_batch_1.bin", sorted.array());
        ImportReport report = run(
                configuration(Format.CIFAR_BINARY, Packing.FOLDER.pack(directory.resolve("fair"), files), "fair-out"));
        assertThat(report.info().files().stream()
                        .mapToInt(file -> file.rowGroups().size())
                        .sum())
                .isBetween(60, 70);
        List<Stored> rows = read(directory.resolve("fair-out").toUri().toString());
        // 32 rows of ten classes: more than 13 of one class happen once in 20,000 row groups.
        for (int group = 0; group + 32 <= 2000; group += 32) {
            Map<String, Integer> counts = new TreeMap<>();
            rows.subList(group, group + 32).forEach(row -> counts.merge(row.name(), 1, Integer::sum));
            assertThat(counts.values()).allMatch(count -> count <= 13);
        }
    }

    @Test
    void cifar100TakesTheFineLabels() {
        Map<String, byte[]> files = new TreeMap<>();
        ByteBuffer records = ByteBuffer.allocate(20 * (2 + IMAGE));
        for (int i = 0; i < 20; i++) {
            records.put((byte) 3).put((byte) (5 * i)).put(noise(i, IMAGE));
        }
        files.put("cifar-100-binary/train.bin", records.array());
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            names.add("fine " + i);
        }
        files.put(
                "cifar-100-binary/fine_label_names.txt",
                String.join("\n", names).getBytes(StandardCharsets.UTF_8));
        ImportReport report = run(configuration(
                Format.CIFAR_BINARY, Packing.TAR_GZ.pack(directory.resolve("hundred"), files), "hundred-out"));
        assertThat(report.info().classes()).isEqualTo(names);
        assertThat(read(directory.resolve("hundred-out").toUri().toString()))
                .contains(stored(noise(7, IMAGE), "fine 35"));
    }

    @Test
    void badCifarRecordsAreNamedOrSkipped() {
        Map<String, byte[]> files = cifar();
        byte[] file = cifarFile(0, 70);
        file[17 * (1 + IMAGE)] = 12;
        files.put("cifar-10-batches-bin/data_batch_1.bin", Arrays.copyOf(file, file.length - 1000));
        Path source = Packing.TAR_GZ.pack(directory.resolve("bad"), files);
        ImportConfiguration failing =
                configuration(Format.CIFAR_BINARY, source, "bad-out").withSplit("train");
        assertRefused(
                () -> run(failing),
                "bad.tar.gz: cifar-10-batches-bin/data_batch_1.bin, record 17 has label 12, outside [0, 10)",
                "--on-bad skip");
        assertThat(directory.resolve("bad-out")).doesNotExist();
        ImportReport report = run(skipping(failing));
        assertThat(report.skipped()).isEqualTo(2);
        assertThat(report.firstSkipped().get(0)).endsWith("record 17 has label 12, outside [0, 10)");
        assertThat(report.firstSkipped().get(1)).endsWith("record 69 is cut off: 2073 bytes of 3073");
        assertThat(report.info().rows()).isEqualTo(118);
    }

    @Test
    void drawnShapesAreAnArchiveToImport() {
        String archive = directory.resolve("shapes.tar").toUri().toString();
        DrawnShapes.writeArchive(new Configuration(), archive, 1, 60, 20);
        ImportReport report = run(configuration(Format.CIFAR_BINARY, directory.resolve("shapes.tar"), "shapes")
                .withSplit("train"));
        assertThat(report.info().classes()).isEqualTo(DrawnShapes.CLASSES);
        assertThat(report.info().rows()).isEqualTo(60);
        assertThat(run(configuration(Format.CIFAR_BINARY, directory.resolve("shapes.tar"), "shapes-test")
                                .withSplit("test"))
                        .info()
                        .rows())
                .isEqualTo(20);
    }

    // ---- IDX

    private static byte[] idxImages(int count, int first, int said) {
        ByteBuffer file = ByteBuffer.allocate(16 + count * 12)
                .putInt(0x803)
                .putInt(said)
                .putInt(4)
                .putInt(3);
        for (int i = 0; i < count; i++) {
            file.put(noise(first + i, 12));
        }
        return file.array();
    }

    private static byte[] idxLabels(int count, int said) {
        ByteBuffer file = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(said);
        for (int i = 0; i < count; i++) {
            file.put((byte) (i % 7));
        }
        return file.array();
    }

    private static Map<String, byte[]> idx() {
        Map<String, byte[]> files = new TreeMap<>();
        files.put("train-images-idx3-ubyte", idxImages(40, 0, 40));
        files.put("train-labels-idx1-ubyte", idxLabels(40, 40));
        files.put("t10k-images-idx3-ubyte", idxImages(20, 500, 20));
        files.put("t10k-labels-idx1-ubyte", idxLabels(20, 20));
        return files;
    }

    @ParameterizedTest
    @EnumSource(
            value = Packing.class,
            names = {"FOLDER", "GZ", "TAR_GZ"})
    void idxComesInAnyPacking(Packing packing) {
        Path source = packing.pack(directory.resolve("idx-" + packing), idx());
        ImportConfiguration test =
                configuration(Format.IDX, source, "idx-out-" + packing).withSplit("test");
        ImportReport report = run(test);
        assertThat(report.info().classes()).containsExactly("0", "1", "2", "3", "4", "5", "6");
        assertThat(report.info().channels()).isEqualTo(1);
        assertThat(report.info().height()).isEqualTo(4);
        assertThat(report.info().width()).isEqualTo(3);
        List<Stored> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            expected.add(stored(noise(500 + i, 12), Integer.toString(i % 7)));
        }
        assertThat(read(test.to())).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void idxFilesThatDoNotBelongTogetherAreRefused() {
        assertIdxRefused("train-labels-idx1-ubyte", idxLabels(39, 39), "holds 40 images, its labels are 39");
        assertIdxRefused("train-labels-idx1-ubyte", idxLabels(39, 40), "is cut off: 39 labels of 40");
        assertIdxRefused("train-labels-idx1-ubyte", idxImages(40, 0, 40), "begins with 0x00000803");
        assertIdxRefused("train-images-idx3-ubyte", new byte[] {0, 0, 8}, "is cut off in its first bytes");
        assertIdxRefused(
                "train-images-idx3-ubyte",
                ByteBuffer.allocate(16)
                        .putInt(0x803)
                        .putInt(40)
                        .putInt(1 << 30)
                        .putInt(1 << 30)
                        .array(),
                "sides of 1 to 4096");
        Map<String, byte[]> alone = idx();
        alone.remove("train-labels-idx1-ubyte");
        Path source = Packing.FOLDER.pack(directory.resolve("idx-alone"), alone);
        assertRefused(
                () -> run(configuration(Format.IDX, source, "idx-alone-out").withSplit("train")),
                "has no file of labels beside it");
    }

    private void assertIdxRefused(String name, byte[] content, String complaint) {
        Map<String, byte[]> files = idx();
        files.put(name, content);
        Path source = Packing.FOLDER.pack(directory.resolve("idx-bad"), files);
        assertRefused(
                () -> run(configuration(Format.IDX, source, "idx-bad-out").withSplit("train")),
                "idx-bad/train-",
                complaint);
    }

    @Test
    void badIdxRecordsAreNamedOrSkipped() {
        Map<String, byte[]> files = idx();
        files.put("train-images-idx3-ubyte", Arrays.copyOf(idxImages(40, 0, 40), 16 + 38 * 12 + 5));
        Path source = Packing.FOLDER.pack(directory.resolve("idx-short"), files);
        ImportConfiguration base =
                configuration(Format.IDX, source, "idx-short-out").withSplit("train");
        assertRefused(() -> run(base), "train-images-idx3-ubyte, record 38 is cut off: 5 bytes of 12");
        ImportReport report = run(skipping(base)
                .with()
                .store(Store.RAW)
                .classes(List.of("a", "b", "c", "d", "e"))
                .build());
        assertThat(report.firstSkipped()).hasSize(12);
        assertThat(report.firstSkipped().get(0)).endsWith("record 5 has label 5, outside [0, 5)");
        assertThat(report.skipped()).isEqualTo(12);
        assertThat(report.info().rows()).isEqualTo(28);
    }

    // ---- folders of pictures

    private static byte[] picture(String format, int type, int channels, byte[] pixels, int height, int width) {
        assertThat(pixels).hasSize(channels * height * width);
        try (BytePointer memory = new BytePointer(pixels);
                Mat mat = new Mat(height, width, type, memory);
                BytePointer file = new BytePointer()) {
            opencv_imgcodecs.imencode(format, mat, file);
            byte[] bytes = new byte[(int) file.limit()];
            file.get(bytes);
            return bytes;
        }
    }

    /** A PNG file of planes {@code [3, height, width]}. */
    private static byte[] png(byte[] planes, int height, int width) {
        byte[] mixed = new byte[planes.length];
        int plane = height * width;
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < 3; c++) {
                mixed[3 * i + 2 - c] = planes[c * plane + i];
            }
        }
        return picture(".png", opencv_core.CV_8UC3, 3, mixed, height, width);
    }

    private static Map<String, byte[]> folders() {
        Map<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < 15; i++) {
            files.put("pets/train/cat/" + i + ".png", png(noise(i, 3 * 6 * 5), 6, 5));
            files.put("pets/train/dog/" + i + ".PNG", png(noise(100 + i, 3 * 6 * 5), 6, 5));
        }
        files.put("pets/test/cat/0.png", png(noise(200, 3 * 6 * 5), 6, 5));
        files.put("pets/train/dog/notes.txt", new byte[] {1});
        files.put("pets/train/cat/._0.png", new byte[] {1});
        return files;
    }

    private static List<Stored> folderRows() {
        List<Stored> rows = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            rows.add(stored(noise(i, 90), "cat"));
            rows.add(stored(noise(100 + i, 90), "dog"));
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource(
            value = Packing.class,
            names = {"FOLDER", "TAR", "TAR_GZ", "ZIP"})
    void foldersComeInAnyPacking(Packing packing) {
        Path source = packing.pack(directory.resolve("pets-" + packing), folders());
        for (Store store : Store.values()) {
            ImportConfiguration base = configuration(Format.IMAGE_FOLDER, source, "pets-out-" + packing + store)
                    .withSplit("train");
            ImportReport report = run(base.withStore(store));
            assertThat(report.info().classes()).containsExactly("cat", "dog");
            assertThat(report.info().encoding())
                    .isEqualTo(store == Store.RAW ? DatasetInfo.Encoding.RAW : DatasetInfo.Encoding.ENCODED);
            assertThat(read(base.to())).containsExactlyInAnyOrderElementsOf(folderRows());
        }
        ImportConfiguration both = configuration(Format.IMAGE_FOLDER, source, "pets-both-" + packing);
        assertRefused(() -> run(both), "holds test and train", "--split test or --split train");
        assertRefused(
                () -> run(both.withSplit("val")),
                "has no folder val where splits lie; pets holds test (with cat), train (with cat, dog)");
    }

    /** ImageNet comes as a tar archive of tar archives, one for each class. */
    @Test
    void archivesInArchivesAreFolders() throws IOException {
        Map<String, byte[]> outer = new TreeMap<>();
        for (String name : List.of("n01", "n02")) {
            Map<String, byte[]> inner = new TreeMap<>();
            for (int i = 0; i < 4; i++) {
                inner.put(name + "_" + i + ".JPEG", png(noise(i, 90), 6, 5));
            }
            outer.put(name + ".tar", Files.readAllBytes(Packing.TAR.pack(directory.resolve(name), inner)));
        }
        Path tar = Packing.TAR.pack(directory.resolve("ILSVRC_train"), outer);
        assertThat(run(configuration(Format.IMAGE_FOLDER, tar, "nested")).info().classes())
                .containsExactly("n01", "n02");
        Path folder = Packing.FOLDER.pack(directory.resolve("ILSVRC_folder"), outer);
        ImportReport report = run(configuration(Format.IMAGE_FOLDER, folder, "nested-folder"));
        assertThat(report.info().classes()).containsExactly("n01", "n02");
        assertThat(report.info().rows()).isEqualTo(8);
    }

    @Test
    void greyAmongColouredBecomesThreeChannels() {
        byte[] grey = noise(9, 30);
        Map<String, byte[]> files = folders();
        files.put("pets/train/cat/grey.png", picture(".png", opencv_core.CV_8UC1, 1, grey, 6, 5));
        Path source = Packing.FOLDER.pack(directory.resolve("grey"), files);
        byte[] three = new byte[90];
        for (int i = 0; i < 90; i++) {
            three[i] = grey[i % 30];
        }
        for (Store store : Store.values()) {
            ImportConfiguration base = configuration(Format.IMAGE_FOLDER, source, "grey-out-" + store)
                    .withSplit("train");
            ImportReport report = run(base.withStore(store));
            assertThat(report.info().channels()).isEqualTo(3);
            assertThat(read(base.to())).contains(stored(three, "cat"));
        }
        Map<String, byte[]> only = Map.of("cat/grey.png", files.getOrDefault("pets/train/cat/grey.png", new byte[0]));
        ImportConfiguration alone = configuration(
                Format.IMAGE_FOLDER, Packing.FOLDER.pack(directory.resolve("only-grey"), only), "only-grey-out");
        assertThat(run(alone).info().channels()).isEqualTo(1);
        assertThat(read(alone.to())).containsExactly(stored(grey, "cat"));
    }

    @Test
    void resizingMakesSquares() {
        Map<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < 5; i++) {
            byte[] even = new byte[3 * 40 * (30 + i)];
            Arrays.fill(even, (byte) (50 * i));
            files.put("a/" + i + ".png", png(even, 40, 30 + i));
        }
        Path source = Packing.FOLDER.pack(directory.resolve("sizes"), files);
        ImportConfiguration base = configuration(Format.IMAGE_FOLDER, source, "sizes-out");
        assertThat(run(base).info().width()).isZero();
        ImportConfiguration square = configuration(Format.IMAGE_FOLDER, source, "squares-out");
        ImportReport report =
                run(square.with().store(Store.RAW).resize(Optional.of(8)).build());
        assertThat(report.info().height()).isEqualTo(8);
        assertThat(report.info().width()).isEqualTo(8);
        List<Stored> expected = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            byte[] even = new byte[192];
            Arrays.fill(even, (byte) (50 * i));
            expected.add(stored(even, "a"));
        }
        assertThat(read(square.to())).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void picturesThatCannotBeDecodedAreNamedOrSkipped() {
        Map<String, byte[]> files = folders();
        byte[] whole = files.getOrDefault("pets/train/cat/3.png", new byte[0]);
        byte[] jpeg = picture(".jpg", opencv_core.CV_8UC3, 3, noise(3, 3 * 64 * 64), 64, 64);
        files.put("pets/train/cat/3.png", Arrays.copyOf(whole, whole.length - 20));
        files.put("pets/train/cat/a.jpg", Arrays.copyOf(jpeg, jpeg.length / 2));
        files.put("pets/train/cat/b.jpg", new byte[0]);
        files.put("pets/train/cat/c.gif", "GIF89a".getBytes(StandardCharsets.US_ASCII));
        files.put("pets/train/cat/d.jpg", noise(5, 1000));
        byte[] damaged = whole.clone();
        damaged[45] ^= 0x55;
        damaged[46] ^= 0x55;
        files.put("pets/train/cat/e.png", damaged);
        files.put("pets/train/cat/huge.png", huge(whole));
        Path source = Packing.TAR.pack(directory.resolve("undecodable"), files);
        ImportConfiguration base =
                configuration(Format.IMAGE_FOLDER, source, "undecodable-out").withSplit("train");
        assertRefused(() -> run(base), "undecodable.tar: pets/train/cat/3.png is cut off: its end is missing");
        ImportReport report = run(skipping(base));
        assertThat(report.firstSkipped())
                .anyMatch(line -> line.endsWith("cat/3.png is cut off: its end is missing"))
                .anyMatch(line -> line.endsWith("cat/a.jpg is cut off: its end is missing"))
                .anyMatch(line -> line.endsWith("cat/b.jpg is empty"))
                .anyMatch(line -> line.endsWith("cat/c.gif is cut off: its end is missing"))
                .anyMatch(line ->
                        line.endsWith("cat/d.jpg is of an unknown format, none of JPEG, PNG, GIF, BMP and WebP"))
                .anyMatch(line -> line.contains("cat/e.png is a garbled PNG file (the checksum of IDAT does not fit)"))
                .anyMatch(line -> line.contains("cat/huge.png has 100000 x 100000 pixels"));
        assertThat(report.skipped()).isEqualTo(7);
        assertThat(report.info().rows()).isEqualTo(29);
    }

    /** The header claims ten thousand million pixels. */
    private static byte[] huge(byte[] png) {
        return ByteBuffer.wrap(png.clone())
                .putInt(16, 100_000)
                .putInt(20, 100_000)
                .array();
    }

    @Test
    void garbledArchivesAreRefusedEvenWhenSkipping() throws IOException {
        byte[] whole = Files.readAllBytes(Packing.TAR_GZ.pack(directory.resolve("whole"), cifar()));
        Path cut = Files.write(directory.resolve("cut.tar.gz"), Arrays.copyOf(whole, whole.length / 2));
        assertRefused(
                () -> run(skipping(
                        configuration(Format.CIFAR_BINARY, cut, "cut-out").withSplit("train"))),
                "cut.tar.gz",
                "cut off or garbled");
        assertThat(directory.resolve("cut-out")).doesNotExist();
        Path noise = Files.write(directory.resolve("noise.zip"), noise(1, 5000));
        assertRefused(
                () -> run(configuration(Format.CIFAR_BINARY, noise, "noise-out")), "noise.zip", "cut off or garbled");
        Path text = Files.write(directory.resolve("text.tgz"), new byte[] {65, 66});
        assertRefused(
                () -> run(configuration(Format.CIFAR_BINARY, text, "text-out")), "text.tgz", "cut off or garbled");
        byte[] tar = Files.readAllBytes(Packing.TAR.pack(directory.resolve("plain"), cifar()));
        Path cutTar = Files.write(directory.resolve("cut.tar"), Arrays.copyOf(tar, 100_000));
        assertRefused(
                () -> run(skipping(configuration(Format.CIFAR_BINARY, cutTar, "cut-tar-out"))),
                "cut.tar",
                "cut off or garbled");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pets/train/loose.png | outside the folders of classes",
                "pets/train/fish/1.png | has the folder pets/train/fish, which is none of the classes given: cat, dog"
            })
    void foldersThatDoNotFitAreRefused(String path, String complaint) {
        Map<String, byte[]> files = folders();
        files.put(path, png(noise(1, 90), 6, 5));
        Path source = Packing.FOLDER.pack(directory.resolve("misfit-" + path.hashCode()), files);
        ImportConfiguration base =
                configuration(Format.IMAGE_FOLDER, source, "misfit-out").withSplit("train");
        assertRefused(() -> run(base.withClasses(List.of("cat", "dog"))), complaint);
    }

    // ---- source, target and configuration

    @Test
    void sourcesThatAreNotThereAreRefused() throws IOException {
        assertRefused(
                () -> run(configuration(Format.IDX, directory.resolve("nowhere"), "out")), "nowhere does not exist");
        Path empty = Files.createDirectories(directory.resolve("empty"));
        assertRefused(() -> run(configuration(Format.IDX, empty, "out")), "is an empty directory");
        Path other = Packing.FOLDER.pack(directory.resolve("other"), Map.of("a/b.txt", new byte[1]));
        assertRefused(
                () -> run(configuration(Format.IMAGE_FOLDER, other, "out")),
                "holds nothing in format image-folder; left out: 1, hold no pictures of this format and split, by their names, as"
                        + " a/b.txt: check format and split");
        assertRefused(
                () -> run(configuration(Format.IDX, other, "out").withSplit("val")),
                "split = val: the format has train and test");
        assertRefused(
                () -> run(ImportConfiguration.of(Format.IDX, "hdfs://no-such-host.invalid/x", "out")),
                "no host is called no-such-host.invalid");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void settingsThatContradictEachOtherAreRefused() {
        ImportConfiguration folder = configuration(Format.IMAGE_FOLDER, directory, "out");
        assertRefused(() -> folder.withResize(Optional.of(32)), "resize = 32 goes with store = raw only");
        assertRefused(
                () -> folder.with().store(Store.RAW).resize(Optional.of(0)).build(),
                "resize = 0, must lie in [1, 4096]");
        ImportConfiguration idx = configuration(Format.IDX, directory, "out");
        assertRefused(
                () -> idx.withStore(Store.ENCODED),
                "store = encoded goes with format = image-folder, parquet, csv and");
    }

    @Test
    void whatIsThereIsNotOverwrittenUnasked() throws IOException {
        Path source = Packing.FOLDER.pack(directory.resolve("small"), idx());
        ImportConfiguration base = configuration(Format.IDX, source, "taken").withSplit("train");
        run(base);
        assertRefused(() -> run(base), "holds a data set already", "--overwrite");
        Files.createDirectories(directory.resolve("mine"));
        Files.write(directory.resolve("mine/thesis.txt"), new byte[1]);
        assertRefused(
                () -> run(configuration(Format.IDX, source, "mine").withSplit("train")),
                "holds thesis.txt and no dataset.json");
        ImportReport again = run(base.withSplit("test").withOverwrite(true));
        assertThat(again.info().rows()).isEqualTo(20);
        assertThat(DataSet.open(new Configuration(), base.to()).rows()).isEqualTo(20);
    }

    private static ImportConfiguration overwriting(ImportConfiguration base, String to) {
        return base.with().to(to).overwrite(true).build();
    }

    /** {@code import --from data/pics --to data --overwrite} deleted the pictures, with exit status 0. */
    @Test
    void theSourceOutlivesAnImportOntoTheFolderAboveIt() throws IOException {
        Path source = Packing.FOLDER.pack(directory.resolve("data/pics"), folders());
        Path thesis = Files.writeString(directory.resolve("data/thesis.txt"), "years of work");
        ImportConfiguration base =
                configuration(Format.IMAGE_FOLDER, source, "data").withSplit("train");
        assertRefused(() -> run(base), "lies in target", "name a target that neither holds the source nor lies in it");
        assertRefused(() -> run(overwriting(base, base.to())), "lies in target");
        assertRefused(() -> run(overwriting(base, base.to() + "/pics/../../data/")), "lies in target");
        assertThat(source.resolve("pets/train/cat/0.png")).exists();
        assertThat(thesis).hasContent("years of work");
        assertThat(directory.resolve(".data.importing")).doesNotExist();
    }

    /** An import that fails on the way, or finds a stranger when it is done, leaves the old data set as it was. */
    @Test
    void theOldDataSetStandsUntilTheNewOneIsWhole() throws IOException {
        Path source = Packing.TAR.pack(directory.resolve("standing"), cifar());
        ImportConfiguration base =
                configuration(Format.CIFAR_BINARY, source, "standing-out").withSplit("train");
        DatasetInfo before = run(base).info();
        ImportConfiguration again = overwriting(base.withSplit("test"), base.to());
        for (Phase phase : List.of(Phase.READING, Phase.WRITING)) {
            assertThatThrownBy(() -> ImportJob.run(spark.orElseThrow(), again, (at, done, total, pictures) -> {
                        if (at == phase) {
                            throw new UncheckedIOException(new IOException("the lights went out"));
                        }
                    }))
                    .hasMessageContaining("the lights went out");
            assertThat(DataSet.open(new Configuration(), base.to()).info()).isEqualTo(before);
        }
        Path stranger = directory.resolve("standing-out/notes.txt");
        assertRefused(
                () -> ImportJob.run(spark.orElseThrow(), again, (at, done, total, pictures) -> {
                    if (at == Phase.WRITING) {
                        try {
                            Files.writeString(stranger, "written meanwhile");
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }
                }),
                "holds notes.txt, which is no part of the data set there");
        assertThat(stranger).hasContent("written meanwhile");
        assertThat(DataSet.open(new Configuration(), base.to()).info()).isEqualTo(before);
        Files.delete(stranger);
        ImportReport report = run(again);
        assertThat(report.info().rows()).isEqualTo(30);
        assertThat(report.leftBehind()).isEmpty();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.contains("standing-out")))
                    .containsExactly("standing-out");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Packing.class,
            names = {"FOLDER", "TAR", "ZIP"})
    void onlyDotsAndKnownLitterHideAFileAndWhatIsLeftOutIsCounted(Packing packing) {
        Map<String, byte[]> files = new TreeMap<>();
        for (String name : List.of(
                "cat/_MG_0001.png",
                "cat/_DSC0002.png",
                "_background_noise_/a.png",
                "_background_noise_/_b.png",
                "dog/c.png",
                "dog/.d.png",
                ".trash/dog/e.png",
                "__MACOSX/cat/f.png")) {
            files.put(name, png(noise(name.length(), 90), 6, 5));
        }
        for (String name : List.of("cat/Thumbs.db", "_SUCCESS", "_temporary/0/g.png", "cat/readme.txt")) {
            files.put(name, new byte[] {1});
        }
        Path source = packing.pack(directory.resolve("litter-" + packing), files);
        ImportReport report = run(configuration(Format.IMAGE_FOLDER, source, "litter-out-" + packing));
        assertThat(report.info().classes()).containsExactly("_background_noise_", "cat", "dog");
        assertThat(report.classCounts()).containsExactly(2L, 2L, 1L);
        assertThat(report.leftOut()).extracting(LeftOut::files).containsExactly(6L, 1L);
        assertThat(report.leftOut().get(0).why()).startsWith("hidden");
        assertThat(report.leftOut().get(1).example()).endsWith("cat/readme.txt");
    }

    @Test
    void nothingButHiddenFilesIsNoEmptyDirectory() {
        Path source = Packing.FOLDER.pack(directory.resolve("all-hidden"), Map.of(".cat/1.png", new byte[1]));
        assertRefused(
                () -> run(configuration(Format.IMAGE_FOLDER, source, "out")), "holds hidden files only, as .cat/1.png");
    }

    @Test
    void aReaderIsToldOfAReplacementThatWasCutOff() throws IOException {
        Path source = Packing.FOLDER.pack(directory.resolve("cut-off"), idx());
        ImportConfiguration base =
                configuration(Format.IDX, source, "cut-off-out").withSplit("train");
        run(base);
        Files.move(directory.resolve("cut-off-out"), directory.resolve(".cut-off-out.replaced"));
        assertRefused(
                () -> DataSet.open(new Configuration(), base.to()),
                "was being replaced when that was cut off",
                ".cut-off-out.replaced; rename it back, or import again with --overwrite");
        assertRefused(() -> run(base), "holds a data set already");
        assertThat(DataSet.open(new Configuration(), base.to()).rows()).isEqualTo(40);
    }

    /** Whatever moment an import dies at, no reader takes what is left for a data set, and the next one succeeds. */
    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"READING", "WRITING"})
    void anImportThatDiesLeavesNoDataSet(Phase phase) throws IOException {
        Path source = Packing.TAR.pack(directory.resolve("dying-" + phase), cifar());
        ImportConfiguration base =
                configuration(Format.CIFAR_BINARY, source, "dying-out-" + phase).withSplit("train");
        assertThatThrownBy(() -> ImportJob.run(spark.orElseThrow(), base, (at, done, total, pictures) -> {
                    if (at == phase) {
                        throw new UncheckedIOException(new IOException("the lights went out"));
                    }
                }))
                .hasMessageContaining("the lights went out");
        assertThat(directory.resolve("dying-out-" + phase)).doesNotExist();
        assertRefused(() -> DataSet.open(new Configuration(), base.to()), "does not exist");
        // What a killed process leaves: files in the hidden directory, or all but dataset.json in place.
        Path hidden = Files.createDirectories(directory.resolve(".dying-out-" + phase + ".importing"));
        Files.write(hidden.resolve("part-00000-of-00009.parquet"), noise(1, 100));
        run(base);
        assertThat(hidden).doesNotExist();
        assertThat(read(base.to())).hasSize(120);
        Files.delete(directory.resolve("dying-out-" + phase + "/dataset.json"));
        assertRefused(() -> DataSet.open(new Configuration(), base.to()), "has no dataset.json");
    }

    /** The fuzz test does without Spark; here the same sources go through it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 6, 8, 11, 12, 14, 19, 20, 25})
    void drawnSourcesGiveWhatTheyWereMadeToHold(int seed) throws IOException {
        Scenario scenario = new Scenario(seed);
        ImportConfiguration configuration =
                scenario.write(Files.createDirectories(directory.resolve("drawn-" + seed)), "out");
        if (!scenario.refusals.isEmpty()) {
            assertThatThrownBy(() -> run(configuration))
                    .isInstanceOf(BadInputException.class)
                    .satisfies(e -> assertThat(scenario.refusals)
                            .anyMatch(part -> String.valueOf(e.getMessage()).contains(part)));
            return;
        }
        ImportReport report = run(configuration);
        List<Long> counts = report.info().classes().stream()
                .map(name -> scenario.rows.stream()
                        .filter(row -> row.name().equals(name))
                        .count())
                .toList();
        assertThat(report.classCounts()).isEqualTo(counts);
        assertThat(report.info().rows()).isEqualTo(scenario.rows.size());
        Map<String, Long> leftOut = new TreeMap<>();
        report.leftOut().forEach(left -> leftOut.put(left.why(), left.files()));
        assertThat(leftOut).isEqualTo(scenario.leftOut);
        // What was found stays with the data set, and is no part of what it is.
        DatasetInfo stored =
                DataSet.open(new Configuration(), configuration.to()).info();
        Provenance provenance = stored.provenance().orElseThrow();
        assertThat(provenance.from()).isEqualTo(configuration.from());
        assertThat(provenance.classCounts()).isEqualTo(counts);
        assertThat(provenance.leftOut())
                .extracting(Provenance.Counted::files)
                .containsExactlyElementsOf(
                        report.leftOut().stream().map(LeftOut::files).toList());
        assertThat(stored.fingerprint()).isEqualTo(report.info().fingerprint());
    }

    @Test
    void theListenerHearsOfBothPhases() {
        Path source = Packing.FOLDER.pack(directory.resolve("heard"), cifar());
        List<String> heard = new ArrayList<>();
        ImportJob.run(
                spark.orElseThrow(),
                configuration(Format.CIFAR_BINARY, source, "heard-out").withSplit("train"),
                (phase, done, total, pictures) -> {
                    if (done == total) {
                        heard.add(phase + " " + done + "/" + total + " " + pictures);
                    }
                });
        assertThat(heard).contains("READING 1/1 120", "WRITING 1/1 120");
    }
}
