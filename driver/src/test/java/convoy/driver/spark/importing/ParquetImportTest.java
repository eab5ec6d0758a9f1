package convoy.driver.spark.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.fixture.PictureTable;
import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportConfiguration.OnBad;
import convoy.driver.importing.ImportConfiguration.Store;
import convoy.driver.importing.ImportListener;
import convoy.driver.importing.ImportReport;
import convoy.driver.importing.LeftOut;
import convoy.driver.importing.PictureColumns;
import convoy.driver.importing.PictureColumns.Column;
import convoy.driver.importing.source.Source;
import convoy.driver.importing.source.SourceFile;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.RowGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures in a column of Parquet files. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ParquetImportTest {
    private static final int SIDE = 4;
    private static final MessageType NUMBERED =
            MessageTypeParser.parseMessageType("message t { required binary image; required int64 label; }");
    private static final MessageType NESTED = MessageTypeParser.parseMessageType(
            "message t { optional group image { optional binary bytes; optional binary path (UTF8); } required int32 y; }");

    private final Path directory;
    private Optional<JavaSparkContext> spark = Optional.empty();

    ParquetImportTest(@TempDir Path directory) {
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

    private static byte[] planes(int seed) {
        byte[] planes = new byte[SIDE * SIDE];
        Arrays.fill(planes, (byte) seed);
        return planes;
    }

    private static byte[] png(int seed) {
        return PictureTable.png(planes(seed), SIDE);
    }

    private static Consumer<Group> numbered(int seed, long label) {
        return row ->
                row.append("image", Binary.fromConstantByteArray(png(seed))).append("label", label);
    }

    private Path folder(String name) throws Exception {
        return Files.createDirectories(directory.resolve(name));
    }

    private ImportConfiguration configuration(Path from) {
        return ImportConfiguration.of(
                        Format.PARQUET,
                        from.toUri().toString(),
                        from.resolveSibling(from.getFileName() + "-out").toUri().toString())
                .withStore(Store.RAW);
    }

    private ImportReport run(ImportConfiguration configuration) {
        return ImportJob.run(spark.orElseThrow(), configuration, ImportListener.silent());
    }

    /** Class and brightness of every row. */
    private static Set<String> rows(ImportConfiguration configuration) {
        DataSet data = DataSet.open(new Configuration(), configuration.to());
        Set<String> rows = new TreeSet<>();
        for (int number = 0; number < data.rowGroupCount(); number++) {
            RowGroup group = data.read(number);
            for (int row = 0; row < group.rows(); row++) {
                rows.add(data.info().classes().get(group.labels()[row]) + " "
                        + (group.bytes()[group.offsets()[row]] & 0xFF));
            }
        }
        assertThat(rows).hasSize((int) data.rows());
        return rows;
    }

    private void refused(ImportConfiguration configuration, String part) {
        assertThatThrownBy(() -> run(configuration))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(part);
    }

    @Test
    void namesOfClassesAreRead() throws Exception {
        Path from = folder("named");
        PictureTable.write(
                from.resolve("a.parquet"),
                PictureTable.NAMED,
                List.of(PictureTable.row(png(1), "dog"), PictureTable.row(png(2), "cat")));
        PictureTable.write(
                Files.createDirectories(from.resolve("day=1")).resolve("b.parquet"),
                PictureTable.NAMED,
                List.of(PictureTable.row(png(3), "dog")));
        Files.writeString(from.resolve("notes.txt"), "x");
        ImportReport report = run(configuration(from));
        assertThat(report.info().classes()).containsExactly("cat", "dog");
        assertThat(report.info().channels()).isEqualTo(1);
        assertThat(report.classCounts()).containsExactly(1L, 2L);
        assertThat(report.leftOut()).extracting(LeftOut::example).containsExactly("notes.txt");
        assertThat(rows(configuration(from))).containsExactly("cat 2", "dog 1", "dog 3");
        ImportConfiguration kept = configuration(from)
                .withStore(Store.ENCODED)
                .withClasses(List.of("dog", "cat"))
                .withOverwrite(true);
        assertThat(run(kept).info().classes()).containsExactly("dog", "cat");
        refused(
                kept.withClasses(List.of("dog", "bird")),
                "has the label cat, which is none of the classes given: dog, bird");
        refused(kept.withSplit("train"), "split = train: a table has no parts by folders");
    }

    @Test
    void numbersOfClassesAreReadAndColumnsHaveAnyName() throws Exception {
        Path from = folder("numbered");
        PictureTable.write(from.resolve("a.parquet"), NUMBERED, List.of(numbered(1, 2), numbered(2, 0)));
        assertThat(run(configuration(from)).info().classes()).containsExactly("0", "1", "2");
        assertThat(rows(configuration(from))).containsExactly("0 2", "2 1");
        refused(
                configuration(from).withOverwrite(true).withClasses(List.of("a", "b")),
                "a.parquet, row 0 has label 2, outside [0, 2); mend it, or leave such records out with --on-bad skip");

        Path nested = folder("nested");
        PictureTable.write(
                nested.resolve("a.parquet"),
                NESTED,
                List.of(
                        row -> {
                            row.addGroup("image").append("bytes", Binary.fromConstantByteArray(png(7)));
                            row.append("y", 0);
                        },
                        row -> row.append("y", 1)));
        ImportConfiguration columns =
                configuration(nested).withColumns(new PictureColumns(Column.named("image.bytes"), Column.named("y")));
        refused(columns, "a.parquet, row 1 is null in column image.bytes: write a picture");
        ImportReport some = run(columns.withOnBad(OnBad.SKIP));
        assertThat(some.skipped()).isEqualTo(1);
        assertThat(rows(columns)).containsExactly("0 7");
        PictureTable.write(nested.resolve("b.parquet"), PictureTable.NAMED, List.of());
        refused(columns.withOverwrite(true), "b.parquet has no column");
    }

    @Test
    void rowsThatCannotBeUsedAreTold() throws Exception {
        Path from = folder("bad");
        PictureTable.write(
                from.resolve("a.parquet"),
                PictureTable.NAMED,
                List.of(
                        PictureTable.row(png(1), "cat"),
                        PictureTable.row(new byte[] {1, 2, 3}, "cat"),
                        PictureTable.row(png(2), " "),
                        PictureTable.row(png(3), "x".repeat(201)),
                        row -> row.append("image", Binary.fromConstantByteArray(png(4)))));
        refused(configuration(from), "a.parquet, row 1 ");
        ImportReport report = run(configuration(from).withOnBad(OnBad.SKIP));
        assertThat(report.firstSkipped())
                .hasSize(4)
                .anySatisfy(line -> assertThat(line).contains("row 2 has a label without a letter"))
                .anySatisfy(line -> assertThat(line).contains("row 3 has a label of 201 letters, at most 200"))
                .anySatisfy(line -> assertThat(line).contains("row 4 is null in column label"));
        assertThat(rows(configuration(from))).containsExactly("cat 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "required binary image; required double label| column label is \"required double label\", and must hold names",
                "required int32 image; required int32 label| column image is \"required int32 image\", and must hold the bytes",
                "required binary image; required int32 label (DATE)| column label is",
                "repeated binary image; required int32 label| and one value is wanted in each row: cast it",
                "required binary picture; required int32 label| has no column image, its columns are picture, label: name the right",
            })
    void columnsOfOtherKindsAreRefused(String columns, String part) throws Exception {
        Path from = folder("kinds" + Integer.toHexString(columns.hashCode()));
        PictureTable.write(
                from.resolve("a.parquet"),
                MessageTypeParser.parseMessageType("message t { " + columns + "; }"),
                List.of());
        refused(configuration(from), part);
    }

    @Test
    void filesThatAreNoneAreRefused() throws Exception {
        Path from = folder("garbled");
        Files.writeString(from.resolve("a.parquet"), "PAR1 and nothing that follows");
        refused(configuration(from), "a.parquet is no whole Parquet file (");
        Path mixed = folder("mixed");
        PictureTable.write(mixed.resolve("a.parquet"), NUMBERED, List.of(numbered(1, 0)));
        PictureTable.write(mixed.resolve("b.parquet"), PictureTable.NAMED, List.of(PictureTable.row(png(1), "cat")));
        refused(configuration(mixed), "tells classes by number in some files, and by name in others, as cat");
        Path cut = folder("cut");
        PictureTable.write(
                cut.resolve("a.parquet"),
                PictureTable.NAMED,
                IntStream.range(0, 50)
                        .mapToObj(i -> PictureTable.row(png(i), "cat"))
                        .toList());
        byte[] whole = Files.readAllBytes(cut.resolve("a.parquet"));
        for (int i = 200; i < whole.length / 2; i++) {
            whole[i] ^= 0x55;
        }
        Files.write(cut.resolve("a.parquet"), whole);
        refused(configuration(cut), "a.parquet is no whole Parquet file (");
        assertThatThrownBy(() -> Column.named("a..b")).hasMessageContaining("column = 'a..b' is no name");
        assertThatThrownBy(() -> ImportConfiguration.of(Format.IDX, "a", "b")
                        .withColumns(new PictureColumns(Column.named("x"), Column.named("y"))))
                .hasMessageContaining("columns = x and y go with format = parquet only");
    }

    @Test
    void knownFilesAreReadByFieldIdWhateverTheirNames() throws Exception {
        Path from = folder("known");
        MessageType before = MessageTypeParser.parseMessageType(
                "message t { required binary label = 1; required binary class (UTF8) = 2; }");
        PictureTable.write(from.resolve("000000_0"), before, List.of(row -> row.append(
                        "label", Binary.fromConstantByteArray(png(9)))
                .append("class", "cat")));
        PictureTable.write(from.resolve("b"), PictureTable.NAMED, List.of(PictureTable.row(png(8), "dog")));
        List<SourceFile> files = new ArrayList<>();
        for (String name : List.of("b", "000000_0")) {
            Path file = from.resolve(name);
            files.add(new SourceFile(file.toUri().toString(), name, Files.size(file), true, false, ""));
        }
        ImportConfiguration byId = configuration(from)
                .withSplit("snapshot-1")
                .withColumns(new PictureColumns(new Column("image", 1), new Column("label", 2)));
        ImportJob.run(spark.orElseThrow(), byId, Source.of(files), ImportListener.silent());
        assertThat(rows(byId)).containsExactly("cat 9", "dog 8");
        assertThatThrownBy(() -> ImportJob.run(
                        spark.orElseThrow(),
                        byId.withOverwrite(true)
                                .withColumns(new PictureColumns(new Column("image", 1), new Column("label", 5))),
                        Source.of(files),
                        ImportListener.silent()))
                .hasMessageContaining("has no column label (field id 5)");
        files.add(new SourceFile(from.resolve("c").toUri().toString(), "c", 10, true, false, ""));
        assertThatThrownBy(() -> ImportJob.run(
                        spark.orElseThrow(), byId.withOverwrite(true), Source.of(files), ImportListener.silent()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("c is gone");
    }
}
