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
import convoy.driver.importing.ListOptions;
import convoy.driver.importing.PictureColumns;
import convoy.driver.importing.PictureColumns.Column;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.RowGroup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
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

/** Pictures that a list names: CSV files, Parquet files of paths, ImageNet's validation set. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ListImportTest {
    private static final int SIDE = 4;
    private static final MessageType PATHS =
            MessageTypeParser.parseMessageType("message t { optional binary file (UTF8); optional int32 kind; }");

    private final Path directory;
    private Optional<JavaSparkContext> spark = Optional.empty();
    private int folders;

    ListImportTest(@TempDir Path directory) {
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

    private static byte[] png(int grey) {
        byte[] planes = new byte[SIDE * SIDE];
        Arrays.fill(planes, (byte) grey);
        return PictureTable.png(planes, SIDE);
    }

    /** A folder with four pictures, of which one has an odd name. */
    private Path pictures() throws Exception {
        Path folder = Files.createDirectories(directory.resolve("pictures" + folders++));
        for (String name : List.of("1.png", "in/2.png", "in/a, b 18h47.png", "4")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, png(name.equals("4") ? 4 : name.startsWith("1") ? 1 : name.endsWith("2.png") ? 2 : 3));
        }
        return folder;
    }

    private ImportConfiguration configuration(Format format, Path from) {
        return ImportConfiguration.of(
                        format,
                        from.toUri().toString(),
                        directory.resolve("out").toUri().toString())
                .with()
                .store(Store.RAW)
                .overwrite(true)
                .build();
    }

    private ImportConfiguration csv(Path folder, String... lines) throws Exception {
        Path list = folder.resolve("list.csv");
        Files.writeString(list, String.join("\n", lines));
        return configuration(Format.CSV, list);
    }

    private ImportReport run(ImportConfiguration configuration) {
        return ImportJob.run(spark.orElseThrow(), configuration, ImportListener.silent());
    }

    private void refused(ImportConfiguration configuration, String... parts) {
        assertThatThrownBy(() -> run(configuration))
                .isInstanceOf(BadInputException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
    }

    /** Writes a table, in place of one that is there. */
    private static void write(Path file, MessageType schema, List<Consumer<Group>> rows) throws Exception {
        Files.deleteIfExists(file);
        PictureTable.write(file, schema, rows);
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

    // ---- CSV

    @Test
    void pathsAreThoseOfTheListsFolderAbsoluteOrWholeAddresses() throws Exception {
        Path folder = pictures();
        ImportConfiguration list = csv(
                folder,
                "\uFEFFid,path,label",
                "a,1.png,cat",
                "b,in/../in/2.png,\"dog\"",
                "",
                "c,\"" + folder.resolve("in/a, b 18h47.png") + "\", dog ",
                "d," + folder.resolve("4").toUri() + ",\"a \"\"cow\"\"\"\r");
        ImportReport report = run(list);
        assertThat(report.info().classes()).containsExactly("a \"cow\"", "cat", "dog");
        assertThat(report.classCounts()).containsExactly(1L, 1L, 2L);
        assertThat(rows(list)).containsExactly("a \"cow\" 4", "cat 1", "dog 2", "dog 3");
        assertThat(run(list.withClasses(List.of("dog", "cat", "a \"cow\"", "hen")))
                        .classCounts())
                .containsExactly(2L, 1L, 1L, 0L);
    }

    @Test
    void columnsHaveAnyNameOrNone() throws Exception {
        Path folder = pictures();
        ImportConfiguration bare = csv(folder, "1;1.png", "2;in/2.png")
                .withList(ListOptions.defaults()
                        .withHeader(false)
                        .withSeparator(";")
                        .withPathColumn(Optional.of("2"))
                        .withFirstLabel(1))
                .withColumns(new PictureColumns(Column.named("image"), Column.named("1")));
        assertThat(run(bare).info().classes()).containsExactly("1", "2");
        assertThat(rows(bare)).containsExactly("1 1", "2 2");
        ImportConfiguration numbered = csv(folder, "1.png,2", "in/2.png,0")
                .withList(ListOptions.defaults().withHeader(false));
        assertThat(run(numbered).info().classes()).containsExactly("0", "1", "2");
        assertThat(rows(numbered)).containsExactly("0 2", "2 1");
        assertThat(run(numbered.withClasses(List.of("x", "y", "z"))).info().classes())
                .containsExactly("x", "y", "z");
    }

    /** Each is told with its line, or left out and counted. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "gone.png,cat| list.csv, line 3 (gone.png): file:|gone.png does not exist: mend the list, or put it there",
                "in,cat| list.csv, line 3 (in): file:|is a folder",
                "1.png,dog| list.csv, line 3 (1.png) is listed before, in list.csv, line 2: leave one of the rows|",
                "./1.png,dog| line 3 (./1.png) is listed before, in list.csv, line 2|",
                "in/2.png,| list.csv, line 3 (in/2.png) has a label without a letter: name its class|",
                ",cat| list.csv, line 3 has no path: name a picture|",
                "in/2.png,cat,x| list.csv, line 3 has 3 fields, there are 2 columns: put what holds a separator|",
                "in/2.zip,cat| list.csv, line 3 (in/2.zip) names an archive: unpack it|",
                "list.csv,cat| list.csv, line 3 (list.csv) is|",
            })
    void rowsThatCannotBeUsedAreToldOrCounted(String row, String complaint, String end) throws Exception {
        Path folder = pictures();
        ImportConfiguration list = csv(folder, "path,label", "1.png,cat", row, "4,dog");
        refused(list, complaint.strip(), end == null ? "" : end.strip());
        ImportReport report = run(list.withOnBad(OnBad.SKIP));
        assertThat(report.skipped()).isEqualTo(1);
        assertThat(report.firstSkipped().get(0)).contains(complaint.strip());
        assertThat(rows(list)).containsExactly("cat 1", "dog 4");
    }

    @Test
    void labelsThatAreNoClassesAreTold() throws Exception {
        Path folder = pictures();
        ImportConfiguration named =
                csv(folder, "path,label", "1.png,cat", "4,dgo").withClasses(List.of("cat", "dog"));
        refused(named, "line 3 (4) has the label dgo, which is none of the classes given; did you mean dog?");
        assertThat(run(named.withOnBad(OnBad.SKIP)).classCounts()).containsExactly(1L, 0L);
        ImportConfiguration numbered =
                csv(folder, "path,label", "1.png,0", "4,2").withClasses(List.of("cat", "dog"));
        refused(numbered, "line 3 (4) has label 2, outside [0, 2): if classes are counted from 1, say --first-label 1");
        refused(csv(folder, "path,label", "1.png,70000"), "has label 70000, outside [0, 65536)");
        refused(csv(folder, "path,label", "1.png,99999999999"), "has label 99999999999, outside [0, 65536)");
        refused(csv(folder, "path,label", "1.png," + "x".repeat(201)), "has a label of 201 letters, at most 200");
    }

    @Test
    void filesThatAreNoListsAreRefused() throws Exception {
        Path folder = pictures();
        refused(csv(folder, "file,label", "1.png,cat"), "list.csv has no column path, its columns are file, label");
        refused(csv(folder, "paths,label", "1.png,cat"), "did you mean paths?");
        refused(csv(folder, "path,path", "1.png,cat"), "list.csv names two columns path");
        refused(csv(folder, "path,label"), "lists no picture: write a row for each");
        refused(csv(folder, ""), "is empty");
        refused(csv(folder, "\n\n"), "list.csv holds no row");
        refused(csv(folder, "path,label", "1.png,\"cat", "2.png,x"), "line 2 has a quotation mark that nothing closes");
        refused(csv(folder, "path,label", "1.png,\"cat\"s"), "line 2 goes on after a closing quotation mark");
        refused(csv(folder, "path,label", "1.png,\"" + "x".repeat(70_000)), "line 2 has a field of more than 65,536");
        Files.write(folder.resolve("list.csv"), "path,label\n1.png,caf\u00E9".getBytes(StandardCharsets.ISO_8859_1));
        refused(configuration(Format.CSV, folder.resolve("list.csv")), "list.csv is not in UTF-8, near line ");
        refused(configuration(Format.CSV, folder.resolve("none.csv")), "none.csv does not exist");
        refused(configuration(Format.CSV, folder), "is a folder: name a file");
        refused(csv(folder, "path,label", "1.png,cat").withSplit("train"), "split = train: a list has no parts");
        assertThatThrownBy(() -> ListOptions.defaults().withSeparator("--")).hasMessageContaining("separator = '--'");
        assertThatThrownBy(() -> ListOptions.defaults().withFirstLabel(-1)).hasMessageContaining("first-label = -1");
        assertThatThrownBy(() -> configuration(Format.IDX, folder)
                        .withList(ListOptions.defaults().withHeader(false)))
                .hasMessageContaining("go with format = csv, parquet and imagenet-validation only");
        assertThatThrownBy(() -> configuration(Format.CSV, folder)
                        .withList(ListOptions.defaults().withSynsets(Optional.of("x"))))
                .hasMessageContaining("label-file and synsets go with format = imagenet-validation only");
        assertThatThrownBy(() -> configuration(Format.PARQUET, folder)
                        .withList(ListOptions.defaults().withHeader(false)))
                .hasMessageContaining("header and separator go with format = csv only");
        assertThatThrownBy(() -> configuration(Format.PARQUET, folder)
                        .withList(ListOptions.defaults().withFirstLabel(1)))
                .hasMessageContaining("first-label = 1 goes with lists of paths only");
    }

    // ---- Parquet

    @Test
    void aTableMayHavePathsInPlaceOfPictures() throws Exception {
        Path folder = pictures();
        write(
                folder.resolve("a.parquet"),
                PATHS,
                List.of(row -> row.append("file", "1.png").append("kind", 1), row -> row.append("file", "in/2.png")
                        .append("kind", 0)));
        write(Files.createDirectories(folder.resolve("in")).resolve("b.parquet"), PATHS, List.of(row -> row.append(
                        "file", "2.png")
                .append("kind", 0)));
        ImportConfiguration table = configuration(Format.PARQUET, folder)
                .withList(ListOptions.defaults().withPathColumn(Optional.of("file")))
                .withColumns(new PictureColumns(Column.named("image"), Column.named("kind")));
        refused(table, "in/b.parquet, row 0 (2.png) is listed before, in a.parquet, row 1");
        assertThat(run(table.withOnBad(OnBad.SKIP)).skipped()).isEqualTo(1);
        assertThat(rows(table)).containsExactly("0 2", "1 1");
        write(
                folder.resolve("in/b.parquet"),
                PATHS,
                List.of(row -> row.append("kind", 0), row -> row.append("file", "a, b 18h47.png")));
        refused(table, "in/b.parquet, row 0 is null in column file: write the path of a picture");
        assertThat(run(table.withOnBad(OnBad.SKIP)).firstSkipped()).anySatisfy(line -> assertThat(line)
                .contains("row 1 is null in column kind: write the name or number"));
        write(
                folder.resolve("in/b.parquet"),
                MessageTypeParser.parseMessageType("message t { required binary file; required binary kind (UTF8); }"),
                List.of(row -> row.append("file", "2.png").append("kind", "cat")));
        refused(table, "tells classes by number in some files, and by name in others, as in/b.parquet");
        refused(
                table.withList(ListOptions.defaults().withPathColumn(Optional.of("path"))),
                "a.parquet has no column path, its columns are file, kind");
    }

    // ---- several labels

    /** Classes of every row, and its brightness. */
    private static Set<String> shown(ImportConfiguration configuration) {
        DataSet data = DataSet.open(new Configuration(), configuration.to());
        Set<String> rows = new TreeSet<>();
        for (int number = 0; number < data.rowGroupCount(); number++) {
            RowGroup group = data.read(number);
            for (int row = 0; row < group.rows(); row++) {
                List<Integer> set = data.info().labelSets().get(group.labels()[row]);
                rows.add(set.stream().map(data.info().classes()::get).toList() + " "
                        + (group.bytes()[group.offsets()[row]] & 0xFF));
            }
        }
        return rows;
    }

    @Test
    void aPictureMayShowSeveralClassesOrNone() throws Exception {
        Path folder = pictures();
        ImportConfiguration list = csv(folder, "path,label", "1.png,dog|cat", "in/2.png, ", "4,hen| dog |dog")
                .withList(ListOptions.defaults().withLabelSeparator(Optional.of("|")));
        ImportReport report = run(list);
        assertThat(report.info().classes()).containsExactly("cat", "dog", "hen");
        assertThat(report.info().labelSets()).containsExactly(List.of(), List.of(0, 1), List.of(1, 2));
        assertThat(report.classCounts()).containsExactly(1L, 2L, 1L);
        assertThat(shown(list)).containsExactly("[] 2", "[cat, dog] 1", "[dog, hen] 4");
        ImportConfiguration given = list.withClasses(List.of("cat", "dog"));
        refused(given, "line 4 (4) has the label hen, which is none of the classes given");
        assertThat(run(given.withOnBad(OnBad.SKIP)).skipped()).isEqualTo(1);
        ImportConfiguration numbered = csv(folder, "path,label", "1.png,3 1", "in/2.png,1")
                .withList(ListOptions.defaults()
                        .withLabelSeparator(Optional.of(" "))
                        .withFirstLabel(1));
        assertThat(run(numbered).info().classes()).containsExactly("1", "2", "3");
        assertThat(shown(numbered)).containsExactly("[1, 3] 1", "[1] 2");
        refused(
                csv(folder, "path,label", "1.png,", "4,")
                        .withList(ListOptions.defaults().withLabelSeparator(Optional.of("|"))),
                "has no label on any picture: give the column of classes with --label-column");
        assertThatThrownBy(() -> ListOptions.defaults().withLabelSeparator(Optional.of(",")))
                .hasMessageContaining("label-separator = ',', must be a text other than separator = ','");
        assertThatThrownBy(() -> configuration(Format.PARQUET, folder)
                        .withList(ListOptions.defaults().withLabelSeparator(Optional.of("|"))))
                .hasMessageContaining("label-separator = '|' goes with lists of paths only");
    }

    private static final MessageType LISTS = MessageTypeParser.parseMessageType(
            "message t { required binary path (UTF8); optional group kinds (LIST) { repeated group list {"
                    + " optional binary element (UTF8); } } }");

    private static Consumer<Group> listed(String path, String... kinds) {
        return row -> {
            Group list = row.append("path", path).addGroup("kinds");
            for (String kind : kinds) {
                Group entry = list.addGroup("list");
                if (!kind.isEmpty()) {
                    entry.append("element", kind);
                }
            }
        };
    }

    @Test
    void aColumnOfATableMayHaveListsOfClasses() throws Exception {
        Path folder = pictures();
        write(
                folder.resolve("a.parquet"),
                LISTS,
                List.of(listed("1.png", "dog", "cat"), listed("in/2.png"), listed("4", "dog")));
        ImportConfiguration table = configuration(Format.PARQUET, folder)
                .withList(ListOptions.defaults().withPathColumn(Optional.of("path")))
                .withColumns(new PictureColumns(Column.named("image"), Column.named("kinds")));
        run(table);
        assertThat(shown(table)).containsExactly("[] 2", "[cat, dog] 1", "[dog] 4");
        write(
                folder.resolve("a.parquet"),
                LISTS,
                List.of(listed("1.png", "dog", ""), row -> row.append("path", "4"), listed("in/2.png", "cat")));
        refused(table, "a.parquet, row 0 is null in column kinds: write the name or number of its class");
        assertThat(run(table.withOnBad(OnBad.SKIP)).skipped()).isEqualTo(2);
        refused(
                table.withList(ListOptions.defaults())
                        .withColumns(new PictureColumns(Column.named("path"), Column.named("kinds"))),
                "column kinds is",
                "and must hold names or numbers of classes");
    }

    // ---- ImageNet

    private static final String SYNSETS = "n03 plane\nn01 tench, Tinca tinca\nn02 cock\n";

    private static Map<String, byte[]> flat(int count) {
        Map<String, byte[]> files = new TreeMap<>();
        for (int i = 1; i <= count; i++) {
            files.put(String.format("ILSVRC2012_val_%08d.JPEG", i), png(i));
        }
        return files;
    }

    private ImportConfiguration imageNet(Path from, String labels, Optional<String> synsets, int first)
            throws Exception {
        Path file = directory.resolve("labels" + folders++ + ".txt");
        Files.writeString(file, labels);
        ListOptions options = ListOptions.defaults()
                .withLabelFile(Optional.of(file.toUri().toString()))
                .withFirstLabel(first);
        if (synsets.isPresent()) {
            Path named = Files.writeString(directory.resolve("synsets" + folders++ + ".txt"), synsets.get());
            options = options.withSynsets(Optional.of(named.toUri().toString()));
        }
        return ImportConfiguration.of(
                        Format.IMAGENET_VALIDATION,
                        from.toUri().toString(),
                        directory.resolve("out").toUri().toString())
                .with()
                .list(options)
                .store(Store.RAW)
                .overwrite(true)
                .build();
    }

    /** Classes are in the order of the synsets, as folders of the training set are. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1;3;2;2| 1",
                "n03;n02;n01;n01| 0",
                "ILSVRC2012_val_00000002.JPEG 2;ILSVRC2012_val_00000001.JPEG 0;ILSVRC2012_val_00000003.JPEG 1;ILSVRC2012_val_00000004.JPEG 1| 0",
                "ImageId,PredictionString;ILSVRC2012_val_00000001,n03 1 2 3 4;ILSVRC2012_val_00000004,n01 1 2 3 4 n01 5 6 7 8 ;ILSVRC2012_val_00000002,n02 1 1 1 1 ;ILSVRC2012_val_00000003,n01 1 2 3 4| 0",
            })
    void everyFormOfLabelFileGivesTheSame(String labels, int first) throws Exception {
        Path tar = Packing.TAR.pack(directory.resolve("val" + folders++), flat(4));
        String text = labels.replace(';', '\n') + "\n";
        ImportConfiguration archive = imageNet(tar, text, Optional.of(SYNSETS), first);
        ImportReport report = run(archive);
        assertThat(report.info().classes()).containsExactly("n01", "n02", "n03");
        assertThat(rows(archive)).containsExactly("n01 3", "n01 4", "n02 2", "n03 1");
        Path folder = Packing.FOLDER.pack(directory.resolve("val" + folders++), flat(4));
        assertThat(run(imageNet(folder, text, Optional.of(SYNSETS), first))
                        .info()
                        .fingerprint())
                .isEqualTo(report.info().fingerprint());
    }

    @Test
    void labelFilesThatDoNotFitAreRefused() throws Exception {
        Path folder = Packing.FOLDER.pack(directory.resolve("val" + folders++), flat(3));
        Optional<String> synsets = Optional.of(SYNSETS);
        refused(imageNet(folder, "1\n2\n3", synsets, 0), "has the label 3, outside [0, 3) of the file of synsets: if");
        refused(
                imageNet(folder, "1\n2\n4", synsets, 1),
                "has the label 4, outside [1, 4)",
                "give the one that its numbers");
        refused(imageNet(folder, "1\n2 3\n4", synsets, 1), "line 2 has 2 words: one is wanted in each");
        refused(imageNet(folder, "a 1 2\n", synsets, 1), "line 1 has 3 words");
        refused(imageNet(folder, "1\n\n2", synsets, 1), "has an empty line, 2");
        refused(imageNet(folder, "1\n2\n3", Optional.of(" \n"), 1), "synsets ", "has no line with a word in it");
        refused(imageNet(folder, "a 1\na.JPEG 1", synsets, 1), "line 2 has a.JPEG again: leave one line");
        refused(imageNet(folder, "ImageId,PredictionString\n", synsets, 1), "tells no class");
        refused(imageNet(folder, "x".repeat(100_001), synsets, 1), "has a line longer than 100000 or more lines than");
        refused(imageNet(folder, "70000\n", Optional.empty(), 0), "picture #1, has label 70000, outside [0, 65536)");
        ImportConfiguration few = imageNet(folder, "1\n2", synsets, 1);
        refused(few, "ILSVRC2012_val_00000003.JPEG has no line in the label file");
        assertThat(run(few.withOnBad(OnBad.SKIP)).info().rows()).isEqualTo(2);
        ImportConfiguration many = imageNet(folder, "1\n2\n3\n1\n", synsets, 1);
        refused(many, "tells the classes of 4 pictures, the source holds 3 pictures: add the others, or say --on-bad");
        assertThat(run(many.withOnBad(OnBad.SKIP)).leftOut())
                .extracting(LeftOut::why)
                .contains("pictures of the label file that are not in the source");
        assertThat(run(imageNet(folder, "1\n0\n1", Optional.empty(), 0)).info().classes())
                .containsExactly("0", "1");
        refused(many.withSplit("val"), "split = val: ImageNet's validation set has no parts");
        refused(
                configuration(Format.IMAGENET_VALIDATION, folder),
                "format = imagenet-validation needs label-file, which tells the class of each picture");
        assertThatThrownBy(() -> many.withList(many.list().withHeader(false)))
                .hasMessageContaining("path-column, header, separator and label-separator go with lists of paths only");
    }
}
