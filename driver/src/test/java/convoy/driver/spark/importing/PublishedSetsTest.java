package convoy.driver.spark.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.importing.Adjusted;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportConfiguration.Labels;
import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.driver.importing.ImportListener;
import convoy.driver.importing.ImportReport;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.RowGroup;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Sets in the form in which they are published: EMNIST, Fashion-MNIST, CIFAR-100. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PublishedSetsTest {
    private static final int HEIGHT = 3;
    private static final int WIDTH = 2;

    private final Path directory;
    private Optional<JavaSparkContext> spark = Optional.empty();

    PublishedSetsTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    void startSpark() {
        spark = Optional.of(new JavaSparkContext(
                new SparkConf().setMaster("local[1]").setAppName("import").set("spark.ui.enabled", "false")));
    }

    @AfterAll
    void stopSpark() {
        spark.ifPresent(JavaSparkContext::close);
    }

    private ImportConfiguration configuration(Format format, Path from) {
        return ImportConfiguration.of(
                        format,
                        from.toUri().toString(),
                        directory.resolve("out").toUri().toString())
                .withOverwrite(true);
    }

    private ImportReport run(ImportConfiguration configuration) {
        return ImportJob.run(spark.orElseThrow(), configuration, ImportListener.silent());
    }

    private void refused(ImportConfiguration configuration, String... parts) {
        assertThatThrownBy(() -> run(configuration))
                .isInstanceOf(BadInputException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
    }

    /** Class, then bytes, of the row with the least id. */
    private static String first(ImportConfiguration configuration) {
        DataSet data = DataSet.open(new Configuration(), configuration.to());
        for (int number = 0; number < data.rowGroupCount(); number++) {
            RowGroup group = data.read(number);
            for (int row = 0; row < group.rows(); row++) {
                if (group.ids()[row] == 0) {
                    int begin = group.offsets()[row];
                    return data.info().classes().get(group.labels()[row])
                            + IntStream.range(begin, group.offsets()[row + 1])
                                    .mapToObj(at -> " " + group.bytes()[at])
                                    .collect(Collectors.joining());
                }
            }
        }
        throw new AssertionError("no row 0");
    }

    // ---- EMNIST

    /** Pictures of {@code HEIGHT x WIDTH} as they are stored: pixel i has the value i + 1. */
    private static byte[] images(int count) {
        ByteBuffer file = ByteBuffer.allocate(16 + count * HEIGHT * WIDTH)
                .putInt(0x803)
                .putInt(count)
                .putInt(HEIGHT)
                .putInt(WIDTH);
        for (int i = 0; i < count * HEIGHT * WIDTH; i++) {
            file.put((byte) (i % (HEIGHT * WIDTH) + 1));
        }
        return file.array();
    }

    private static byte[] labels(int... values) {
        ByteBuffer file = ByteBuffer.allocate(8 + values.length).putInt(0x801).putInt(values.length);
        for (int value : values) {
            file.put((byte) value);
        }
        return file.array();
    }

    private static void add(Map<String, byte[]> files, String prefix, int... values) {
        files.put(prefix + "-images-idx3-ubyte", images(values.length));
        files.put(prefix + "-labels-idx1-ubyte", labels(values));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String letters() {
        return IntStream.rangeClosed(1, 26)
                .mapToObj(i -> i + " " + (64 + i) + " " + (96 + i) + "\n")
                .collect(Collectors.joining());
    }

    private static Map<String, byte[]> emnist() {
        Map<String, byte[]> files = new TreeMap<>();
        add(files, "gzip/emnist-letters-train", 26, 1, 2);
        add(files, "gzip/emnist-letters-test", 3, 3);
        files.put("gzip/emnist-letters-mapping.txt", text(letters()));
        add(files, "gzip/emnist-byclass-train", 61, 0);
        add(files, "gzip/emnist-byclass-test", 10);
        // The mapping of the real set, in which the small letters come last.
        files.put(
                "gzip/emnist-byclass-mapping.txt",
                text(IntStream.range(0, 62)
                        .mapToObj(i -> i + " " + (i < 10 ? 48 + i : i < 36 ? 55 + i : 61 + i) + "\r\n")
                        .collect(Collectors.joining())));
        add(files, "gzip/emnist-mnist-train", 7, 9);
        add(files, "gzip/emnist-mnist-test", 5);
        return files;
    }

    @Test
    void emnistIsBroughtUprightAndItsLettersBeginAtOne() {
        Path zip = Packing.ZIP.pack(directory.resolve("emnist"), emnist());
        ImportConfiguration train = configuration(Format.IDX, zip).withSplit("letters-train");
        ImportReport report = run(train);
        assertThat(report.info().classes()).hasSize(26).startsWith("A", "B").endsWith("Z");
        assertThat(report.classCounts()).startsWith(1L, 1L, 0L).endsWith(1L);
        assertThat(report.info().height()).isEqualTo(WIDTH);
        assertThat(report.info().width()).isEqualTo(HEIGHT);
        assertThat(report.adjusted())
                .extracting(Adjusted::what)
                .containsExactly("stored lying on their side, as EMNIST's are: rows and columns were exchanged");
        // Stored row by row as 1 2 / 3 4 / 5 6.
        assertThat(first(train)).isEqualTo("Z 1 3 5 2 4 6");
        ImportReport test = run(configuration(Format.IDX, zip).withSplit("letters-test"));
        assertThat(test.classCounts()).startsWith(0L, 0L, 2L);
        ImportConfiguration byClass = configuration(Format.IDX, zip).withSplit("byclass-train");
        assertThat(run(byClass).info().classes()).hasSize(62).endsWith("z").contains("0", "A", "a");
        assertThat(first(byClass)).startsWith("z ");
        ImportReport digits = run(configuration(Format.IDX, zip).withSplit("mnist-train"));
        assertThat(digits.info().classes()).hasSize(10);
    }

    @Test
    void ofSeveralSetsOneIsToBeNamed() {
        Path folder = Packing.GZ.pack(directory.resolve("several"), emnist());
        refused(
                configuration(Format.IDX, folder).withSplit("train"),
                "holds labels of byclass-train, letters-train, mnist-train: say --split byclass-train or");
        refused(
                configuration(Format.IDX, folder).withSplit("kana-train"),
                "split = kana-train: the format has train and test, and of EMNIST's sets letters-train");
        refused(configuration(Format.IDX, folder).withSplit("digits-test"), "holds nothing of split digits-test");
        Map<String, byte[]> one = new TreeMap<>();
        add(one, "emnist-digits-train", 4, 0);
        add(one, "emnist-digits-test", 1);
        Path alone = Packing.FOLDER.pack(directory.resolve("alone"), one);
        assertThat(run(configuration(Format.IDX, alone).withSplit("train"))
                        .info()
                        .rows())
                .isEqualTo(2);
        refused(configuration(Format.IDX, alone), "say --split digits-test or --split digits-train");
    }

    @Test
    void listsOfClassesThatDoNotFitAreRefused() {
        assertMapping("1 65 97\n2 x\n", "emnist-letters-mapping.txt, line 2 is '2 x': a label below 256");
        assertMapping("1 65 97\n1 66\n", "line 2 is '1 66': a label below 256 and the codes");
        assertMapping("1 65\n2 65\n", "line 2 is '2 65'");
        assertMapping("256 65\n", "line 1 is '256 65'");
        assertMapping("1 9999999\n", "line 1 is '1 9999999'");
        assertMapping("\n \n", "emnist-letters-mapping.txt lists no class");
        assertMapping("1 65\n".repeat(1 << 18), "emnist-letters-mapping.txt is longer than 1048576 bytes");
        assertMapping("1 65\n2 66\n", "record 0 has label 26, which emnist-letters-mapping.txt does not list");
        Path folder = Packing.FOLDER.pack(directory.resolve("some"), emnist());
        ImportConfiguration letters = configuration(Format.IDX, folder).withSplit("letters-train");
        refused(
                letters.withClasses(List.of("a", "b")),
                "emnist-letters-mapping.txt lists 26 classes, --classes names 2: name as many, or leave");
        Map<String, byte[]> without = emnist();
        without.remove("gzip/emnist-letters-mapping.txt");
        ImportConfiguration bare = configuration(Format.IDX, Packing.FOLDER.pack(directory.resolve("without"), without))
                .withSplit("letters-train");
        refused(bare, "has no emnist-letters-mapping.txt beside it, which lists its classes: add it, or name them");
        List<String> names = IntStream.range(0, 26).mapToObj(i -> "letter-" + i).toList();
        assertThat(run(bare.withClasses(names)).classCounts())
                .startsWith(1L, 1L, 0L)
                .endsWith(1L);
        refused(bare.withClasses(names.subList(0, 25)), "record 0 has label 26, outside [1, 26)");
    }

    private void assertMapping(String mapping, String complaint) {
        Map<String, byte[]> files = emnist();
        files.put("gzip/emnist-letters-mapping.txt", text(mapping));
        Path folder = Packing.FOLDER.pack(directory.resolve("mapping"), files);
        refused(configuration(Format.IDX, folder).withSplit("letters-train"), complaint);
    }

    // ---- Fashion-MNIST

    @Test
    void fashionIsKnownByItsFolderAndSaidToBe() {
        Map<String, byte[]> files = new TreeMap<>();
        add(files, "train", 9, 0, 1);
        Path known = Packing.GZ.pack(directory.resolve("FashionMNIST/raw"), files);
        ImportReport report = run(configuration(Format.IDX, known));
        assertThat(report.info().classes())
                .hasSize(10)
                .startsWith("T-shirt/top")
                .endsWith("Ankle boot");
        assertThat(report.adjusted()).singleElement().satisfies(note -> {
            assertThat(note.what()).startsWith("named as Fashion-MNIST names its classes");
            assertThat(note.pictures()).isEqualTo(3);
        });
        List<String> own = IntStream.range(0, 10).mapToObj(i -> "kind" + i).toList();
        ImportReport named = run(configuration(Format.IDX, known).withClasses(own));
        assertThat(named.info().classes()).isEqualTo(own);
        assertThat(named.adjusted()).isEmpty();
        Path unknown = Packing.GZ.pack(directory.resolve("raw"), files);
        assertThat(run(configuration(Format.IDX, unknown)).info().classes())
                .startsWith("0", "1")
                .endsWith("9");
        add(files, "train", 10);
        Path wrong = Packing.GZ.pack(directory.resolve("fashion-mnist"), files);
        refused(configuration(Format.IDX, wrong), "record 0 has label 10, outside [0, 10)");
    }

    // ---- CIFAR-100

    private static byte[] hundred(int... coarseAndFine) {
        ByteBuffer file = ByteBuffer.allocate(coarseAndFine.length / 2 * 3074);
        for (int i = 0; i < coarseAndFine.length; i += 2) {
            file.put((byte) coarseAndFine[i]).put((byte) coarseAndFine[i + 1]).put(new byte[3072]);
        }
        return file.array();
    }

    private static String names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i + "\n").collect(Collectors.joining());
    }

    @Test
    void eitherLabelOfCifarIsTaken() {
        Map<String, byte[]> files = new TreeMap<>();
        files.put("cifar-100-binary/train.bin", hundred(19, 99, 0, 3, 19, 4));
        files.put("cifar-100-binary/fine_label_names.txt", text(names("fine", 100)));
        files.put("cifar-100-binary/coarse_label_names.txt", text(names("group", 20)));
        Path tar = Packing.TAR_GZ.pack(directory.resolve("hundred"), files);
        ImportReport fine = run(configuration(Format.CIFAR_BINARY, tar));
        assertThat(fine.info().classes()).hasSize(100).endsWith("fine99");
        ImportConfiguration groups = configuration(Format.CIFAR_BINARY, tar).withLabels(Labels.COARSE);
        ImportReport coarse = run(groups);
        assertThat(coarse.info().classes()).hasSize(20).endsWith("group19");
        assertThat(coarse.classCounts()).startsWith(1L, 0L).endsWith(2L);
        assertThat(coarse.info().fingerprint()).isNotEqualTo(fine.info().fingerprint());

        files.put("cifar-100-binary/train.bin", hundred(20, 99, 0, 3));
        Path bad = Packing.FOLDER.pack(directory.resolve("bad-hundred"), files);
        ImportConfiguration outside = configuration(Format.CIFAR_BINARY, bad).withLabels(Labels.COARSE);
        refused(outside, "train.bin, record 0 has label 20, outside [0, 20)");
        assertThat(run(outside.withOnBad(OnBad.SKIP)).skipped()).isEqualTo(1);
        Map<String, byte[]> ten = new TreeMap<>();
        ten.put("data_batch_1.bin", new byte[3073]);
        refused(
                configuration(Format.CIFAR_BINARY, Packing.FOLDER.pack(directory.resolve("ten"), ten))
                        .withLabels(Labels.COARSE),
                "data_batch_1.bin is CIFAR-10's, which has one label a picture: leave --labels out");
        assertThatThrownBy(() -> configuration(Format.IDX, bad).withLabels(Labels.COARSE))
                .hasMessageContaining("labels = coarse goes with format = cifar-binary only");
    }
}
