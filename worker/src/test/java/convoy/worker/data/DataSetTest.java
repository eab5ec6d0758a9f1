package convoy.worker.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.records.BadInputException;
import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RowGroup;
import convoy.worker.data.format.SmallData;
import convoy.worker.data.image.SmallPictures;
import convoy.worker.data.order.RowLabels;
import convoy.worker.data.split.RowSet;
import convoy.worker.data.split.Split;
import convoy.worker.data.transform.Transforms;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DataSetTest {
    private final Path directory;

    DataSetTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private DataSet open() {
        return DataSet.open(new Configuration(), directory.toUri().toString());
    }

    private static void assertRefused(ThrowingCallable action, String... parts) {
        assertThatThrownBy(action).isInstanceOf(BadInputException.class).satisfies(e -> {
            assertThat(e.getMessage()).contains(parts).doesNotContain("\n");
        });
    }

    private void edit(String from, String to) throws IOException {
        Path file = directory.resolve("dataset.json");
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    @Test
    void whatIsWrittenIsReadByRowGroupInAnyOrder() {
        DataSet data = SmallDataSet.raw(directory, 100, 8);
        assertThat(data.rows()).isEqualTo(100);
        assertThat(data.rowGroupCount()).isEqualTo(13);
        assertThat(data.info().files()).hasSize(5);
        List<ImageRow> rows = SmallData.rawRows(100, 4, 8, 8);
        for (int group : new int[] {12, 0, 7, 3, 12}) {
            RowGroup read = data.read(group);
            for (int i = 0; i < read.rows(); i++) {
                ImageRow row = rows.get(8 * group + i);
                assertThat(read.ids()[i]).isEqualTo(row.id());
                assertThat(read.labels()[i]).isEqualTo(row.label());
                assertThat(read.heights()[i]).isEqualTo(8);
                assertThat(read.widths()[i]).isEqualTo(8);
                assertThat(read.channels()[i]).isEqualTo(3);
                assertThat(java.util.Arrays.copyOfRange(read.bytes(), read.offsets()[i], read.offsets()[i + 1]))
                        .isEqualTo(row.image());
            }
        }
        assertThat(data.rowGroupOf(0)).isZero();
        assertThat(data.rowGroupOf(7)).isZero();
        assertThat(data.rowGroupOf(8)).isEqualTo(1);
        assertThat(data.rowGroupOf(99)).isEqualTo(12);
    }

    @Test
    void equalRowsGiveEqualBytes() throws IOException {
        SmallDataSet.raw(directory.resolve("one"), 100, 8);
        SmallDataSet.raw(directory.resolve("two"), 100, 8);
        for (String name : List.of("part-0.parquet", "part-4.parquet", "dataset.json")) {
            assertThat(Files.readAllBytes(directory.resolve("one").resolve(name)))
                    .isEqualTo(Files.readAllBytes(directory.resolve("two").resolve(name)));
        }
    }

    @Test
    void severalPagesOfOneRowGroupAreOneColumn() {
        List<ImageRow> rows = SmallData.rawRows(6, 2, 500, 500);
        SmallData.write(directory, rows, 6, 1, Encoding.RAW, 500, 500, 2);
        RowGroup read = open().read(0);
        assertThat(read.rows()).isEqualTo(6);
        assertThat(java.util.Arrays.copyOfRange(read.bytes(), read.offsets()[5], read.offsets()[6]))
                .isEqualTo(rows.get(5).image());
    }

    /** What another program writes: optional columns in another order among others, a dictionary, compression. */
    @Test
    void filesOfOthersAreIndexedFromTheirFooters() throws IOException {
        MessageType schema = MessageTypeParser.parseMessageType("message spark_schema { optional binary note (UTF8);"
                + " optional int32 label; optional int32 width; optional int32 height; optional int32 channels;"
                + " optional binary image; optional int64 id; }");
        SimpleGroupFactory groups = new SimpleGroupFactory(schema);
        int next = 0;
        for (String name : List.of("part-00001-b.snappy.parquet", "part-00000-a.snappy.parquet")) {
            try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(
                            directory.resolve(name).toUri()))
                    .withType(schema)
                    .withCompressionCodec(CompressionCodecName.SNAPPY)
                    .withRowGroupSize(2000L)
                    .withMinRowCountForPageSizeCheck(1)
                    .build()) {
                for (int i = 0; i < 50; i++) {
                    writer.write(groups.newGroup()
                            .append("label", next % 4)
                            .append("width", 8)
                            .append("height", 8)
                            .append("channels", 3)
                            .append("image", Binary.fromConstantByteArray(SmallPictures.noise(next, 8, 8)))
                            .append("id", (long) next));
                    next++;
                }
            }
        }
        Files.writeString(directory.resolve("dataset.json"), """
                {"classes": ["a", "b", "c", "d"], "encoding": "raw", "height": 8, "width": 8, "channels": 3}""");
        DataSet data = open();
        assertThat(data.rows()).isEqualTo(100);
        assertThat(data.rowGroupCount()).isGreaterThan(4);
        assertThat(data.info().fingerprint()).startsWith("sha256:");
        // Files count in the order of their names.
        assertThat(data.read(0).ids()[0]).isEqualTo(50);
        long seen = 0;
        for (int group = 0; group < data.rowGroupCount(); group++) {
            RowGroup read = data.read(group);
            for (int i = 0; i < read.rows(); i++) {
                assertThat(java.util.Arrays.copyOfRange(read.bytes(), read.offsets()[i], read.offsets()[i + 1]))
                        .isEqualTo(SmallPictures.noise(read.ids()[i], 8, 8));
                seen++;
            }
        }
        assertThat(seen).isEqualTo(100);
        assertRefused(
                () -> new Transforms(List.of()).normalization(data.info()), "gives no mean and std", "kind: normalize");
    }

    @Test
    void labelsAreReadAlone() throws IOException {
        DataSet data = SmallDataSet.raw(directory, 100, 8);
        RowLabels labels = data.labels();
        assertThat(labels.classes()).isEqualTo(4);
        assertThat(labels.labels())
                .isEqualTo(IntStream.range(0, 100).map(i -> i % 4).toArray());
        assertThat(labels.counts()).containsOnly(25);
        data.requireAllClasses(labels);
        assertThat(data.onlyClass()).isEmpty();
        edit("\"class 3\"", "\"class 3\", \"class 4\"");
        edit("\"fingerprint\"", "\"once\"");
        assertRefused(
                () -> open().requireAllClasses(open().labels()), "has no row of class 4, class 4, which so cannot");
        Path file = directory.resolve("dataset.json");
        Files.writeString(file, Files.readString(file).replaceAll(", \"class 2\", \"class 3\", \"class 4\"", ""));
        assertRefused(() -> open().labels(), "part-0.parquet, row group 0, row 2: label = 2, outside [0, 2)");
        assertRefused(() -> open().onlyClass(), "part-0.parquet, row group 0, row 2: label = 2, outside [0, 2)");
    }

    /** Of 13 row groups in five files some have rows of both parts, some of one. */
    @Test
    void aPartHasItsRowsAloneAndReadsNoRowGroupWithoutThem() {
        DataSet data = SmallDataSet.raw(directory, 100, 8);
        RowSet some = RowSet.where(100, row -> row < 20 || row > 90 || (row % 7 == 0 && row < 60));
        for (RowSet rows : List.of(some, some.complement())) {
            DataSet part = data.only(rows);
            assertThat(part.rows()).isEqualTo(rows.size());
            List<Long> ids = new ArrayList<>();
            List<Integer> labels = new ArrayList<>();
            for (int group = 0; group < part.rowGroupCount(); group++) {
                RowGroup read = part.read(group);
                assertThat(read.rows()).isPositive();
                assertThat(part.rowGroupStart(group)).isEqualTo(ids.size());
                assertThat(part.rowGroupOf(ids.size())).isEqualTo(group);
                for (int i = 0; i < read.rows(); i++) {
                    ImageRow row = SmallData.rawRows(100, 4, 8, 8).get((int) read.ids()[i]);
                    assertThat(Arrays.copyOfRange(read.bytes(), read.offsets()[i], read.offsets()[i + 1]))
                            .isEqualTo(row.image());
                    assertThat(read.places()[i]).isEqualTo((int) (read.ids()[i] % 8));
                    ids.add(read.ids()[i]);
                    labels.add(read.labels()[i]);
                }
            }
            assertThat(ids)
                    .isEqualTo(IntStream.range(0, 100)
                            .filter(rows::has)
                            .mapToObj(row -> (long) row)
                            .toList());
            assertThat(part.labels().labels())
                    .isEqualTo(labels.stream().mapToInt(label -> label).toArray());
        }
        assertThat(data.only(some).rowGroupCount()).isEqualTo(10);
        assertThat(data.only(RowSet.where(100, row -> row % 4 == 2)).onlyClass())
                .contains("class 2");
        assertThatThrownBy(() -> data.only(RowSet.where(99, row -> true))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSplitKnowsTheLabelsThatItRead() throws IOException {
        Parts parts = SmallDataSet.raw(directory, 100, 8).split(new Split.Share(0.2, 0));
        assertThat(parts.heldOut().rows()).isEqualTo(20);
        assertThat(parts.heldOut().labels().counts()).containsOnly(5);
        RowLabels training = parts.training().labels();
        assertThat(training.counts()).containsOnly(20);
        assertThat(open().only(parts.rows().complement()).labels()).isEqualTo(training);
        Files.delete(directory.resolve("part-1.parquet"));
        assertThat(parts.training().labels()).isEqualTo(training);
    }

    @Test
    void rowsWithoutIdsOfTheirOwnCannotBeSplit() {
        List<ImageRow> rows = new ArrayList<>(SmallData.rawRows(60, 4, 8, 8));
        rows.set(50, new ImageRow(2, SmallPictures.noise(50, 8, 8), 1, 8, 8, 3));
        SmallData.write(directory, rows, 8, 3, Encoding.RAW, 8, 8, 4);
        assertRefused(
                () -> open().split(new Split.Share(0.2, 0)),
                "data set " + directory.toUri() + " has two rows or more with id = 2");
    }

    @Test
    void aFileThatIsThereAndCannotBeReadIsNotCalledGone() throws IOException {
        DataSet data = SmallDataSet.raw(directory, 100, 8);
        Files.delete(directory.resolve("part-1.parquet"));
        assertRefused(data::labels, "part-1.parquet is gone: copy it there or import again");
        Files.createDirectory(directory.resolve("part-0.parquet.moved"));
        Files.delete(directory.resolve("part-0.parquet"));
        Files.move(directory.resolve("part-0.parquet.moved"), directory.resolve("part-0.parquet"));
        assertRefused(data::labels, "part-0.parquet is a folder: name a file");
        assertRefused(() -> data.read(0), "part-0.parquet is a folder: name a file");
    }

    /** The first two files have it alone. */
    @Test
    void aDataSetOfOneClassKnowsIt() {
        List<ImageRow> rows = SmallData.rawRows(60, 1, 8, 8);
        SmallData.write(directory.resolve("one"), rows, 8, 3, Encoding.RAW, 8, 8, 2);
        String one = directory.resolve("one").toUri().toString();
        assertThat(DataSet.open(new Configuration(), one).onlyClass()).contains("class 0");
        List<ImageRow> two = new ArrayList<>(rows);
        two.set(59, new ImageRow(59, SmallPictures.noise(59, 8, 8), 1, 8, 8, 3));
        SmallData.write(directory.resolve("two"), two, 8, 3, Encoding.RAW, 8, 8, 2);
        assertThat(DataSet.open(
                                new Configuration(),
                                directory.resolve("two").toUri().toString())
                        .onlyClass())
                .isEmpty();
    }

    @Test
    void rowGroupsThatAreCutOtherwiseThanIsSaidAreRefused() throws IOException {
        SmallDataSet.raw(directory, 100, 8);
        Path file = directory.resolve("dataset.json");
        String text = Files.readString(file);
        Files.writeString(file, text.replace("fingerprint", "once").replaceFirst("\\[ 8, 8, 8 \\]", "[ 8, 9, 7 ]"));
        assertThat(Files.readString(file)).contains("[ 8, 9, 7 ]");
        assertRefused(() -> open().labels(), "row groups of part-0.parquet hold 24 rows", "cuts them otherwise");
    }

    @Test
    void aPlaceWithoutADataSetIsRefused() throws IOException {
        assertRefused(
                () -> DataSet.open(
                        new Configuration(),
                        directory.resolve("nowhere").toUri().toString()),
                "nowhere does not exist");
        assertRefused(this::open, "is an empty folder", "make it with `convoy import`");
        Files.writeString(directory.resolve("other.txt"), "");
        assertRefused(this::open, "has no dataset.json", "did not finish");
        Files.writeString(directory.resolve("dataset.json"), """
                {"classes": ["a"], "encoding": "raw", "height": 8, "width": 8, "channels": 3}""");
        assertRefused(this::open, "has no .parquet file");
        assertRefused(
                () -> DataSet.open(new Configuration(), "hdfs://no-such-host.invalid:8020/data"),
                "hdfs://no-such-host.invalid:8020/data",
                "no host is called no-such-host.invalid");
        assertRefused(() -> DataSet.open(new Configuration(), "floppy://a/data"), "no file system \"floppy\"");
        assertRefused(() -> DataSet.open(new Configuration(), ":"), "data set : is no address");
    }

    /** It was of another text then. */
    @Test
    void theFingerprintOfAnOldFormatIsWorkedOutAnew() throws IOException {
        SmallDataSet.raw(directory, 20, 10);
        String fingerprint = open().info().fingerprint();
        edit("\"format\" : 2", "\"format\" : 1");
        edit("sha256:", "sha256:0");
        assertThat(open().info().fingerprint()).isEqualTo(fingerprint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"rows\" : 20 | \"rows\" : 21 | rows = 21, its files add up to 20",
                "\"class 1\" | \"class one\" | its content gives sha256:",
                "\"raw\" | \"webp\" | encoding = webp is not one of raw, encoded",
                "\"height\" : 8 | \"height\" : \"eight\" | height = eight is not a whole number",
                "\"height\" : 8 | \"height\" : 65536 | height = 65536 is not in [0, 65535]: give pixels, or 0 where",
                "\"width\" : 8 | \"width\" : -1 | width = -1 is not in [0, 65535]",
                "\"channels\" : 3 | \"channels\" : 2 | channels = 2, must be 1 (grey) or 3",
                "\"format\" : 2 | \"format\" : 5 | format = 5, this version reads formats 1 to 4",
                "\"format\" : 2 | \"format\" : 3 | format = 3 is that of data sets that are joined, and parts is empty",
                "0.125 ] | 0.125, 1 ] | mean has 4 values and std has 3 for 3 channels",
                "[ 0.25, 0.5, 0.75 ] | [ 0.25, 0, 0.75 ] | std = [0.25, 0.0, 0.75], every value must be above 0",
                "part-0.parquet | ../part-0.parquet | name = \"../part-0.parquet\", must be the name of a file in the same directory",
                "\"classes\" : [ | \"classes\" : {}, \"other\" : [ | classes is a mapping with keys, but must be a list",
                "\"classes\" : [ | \"classes\" : [], \"other\" : [ | classes is empty: list the classes' names",
                "\"row-groups\" | \"groups\" | files.0.row-groups is missing; give a list",
                "\"row-groups\" : [ 10 | \"row-groups\" : [ -10 | files.0.row-groups = [-10, 10], must be the rows of each row group",
                "\"row-groups\" : [ | \"row-groups\" : [], \"groups\" : [ | files.0.row-groups = [], must be the rows of each row group",
                "\"mean\" : [ 0.5 | \"mean\" : [ \"NaN\" | mean.0 = NaN is not a number",
                "\"rows\" : 20 | \"lines\" : 20 | rows = nothing, its files add up to 20",
                "\"format\" : 2 | \"format\" : [2] | format = a list, this version reads formats 1 to 4",
                "\"format\" : 2 | \"format\" : 2, \"rows\" : 20 | the key rows is given twice",
                "{ | [[ | is not JSON"
            })
    void aGarbledDescriptionIsRefused(String from, String to, String complaint) throws IOException {
        SmallDataSet.raw(directory, 20, 10);
        edit(from, to);
        assertRefused(this::open, "dataset.json", complaint);
    }

    @Test
    void aMissingOrShortenedFileIsRefused() throws IOException {
        SmallDataSet.raw(directory, 100, 8);
        Path file = directory.resolve("part-1.parquet");
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength(raw.length() - 100);
        }
        assertRefused(this::open, "part-1.parquet is", "bytes long", "cut off");
        Files.delete(file);
        assertRefused(this::open, "lacks part-1.parquet", "import again");
    }

    /** The same without lengths in dataset.json: the footer is what is missing. */
    @Test
    void aTruncatedParquetFileIsRefused() throws IOException {
        SmallDataSet.raw(directory, 100, 8);
        Files.writeString(directory.resolve("dataset.json"), """
                {"classes": ["a", "b", "c", "d"], "encoding": "raw", "height": 8, "width": 8, "channels": 3}""");
        assertThat(open().rows()).isEqualTo(100);
        try (RandomAccessFile raw =
                new RandomAccessFile(directory.resolve("part-1.parquet").toFile(), "rw")) {
            raw.setLength(raw.length() / 2);
        }
        assertRefused(this::open, "part-1.parquet is no whole Parquet file");
        Files.write(directory.resolve("part-1.parquet"), new byte[3]);
        assertRefused(this::open, "part-1.parquet is no whole Parquet file");
    }

    @Test
    void changedBytesOfAPageAreNoticed() throws IOException {
        DataSet data = SmallDataSet.raw(directory, 100, 8);
        try (RandomAccessFile raw =
                new RandomAccessFile(directory.resolve("part-0.parquet").toFile(), "rw")) {
            raw.seek(700);
            raw.write(new byte[] {1, 2, 3, 4, 5});
        }
        assertThatThrownBy(() -> data.read(0))
                .isInstanceOfAny(BadInputException.class, UncheckedIOException.class)
                .hasMessageContaining("part-0.parquet, row group 0")
                .hasMessageContaining("CRC checksum verification failed");
    }

    @Test
    void rowsThatContradictTheDescriptionAreRefused() {
        SmallData.write(directory.resolve("label"), SmallData.rawRows(10, 4, 8, 8), 10, 1, Encoding.RAW, 8, 8, 3);
        assertRefused(
                () -> DataSet.open(
                                new Configuration(),
                                directory.resolve("label").toUri().toString())
                        .read(0),
                "row 3: label = 3, outside [0, 3)");
        SmallData.write(directory.resolve("size"), SmallData.rawRows(10, 4, 8, 8), 10, 1, Encoding.RAW, 8, 9, 4);
        assertRefused(
                () -> DataSet.open(
                                new Configuration(),
                                directory.resolve("size").toUri().toString())
                        .read(0),
                "row 0: 192 bytes for 3x8x8",
                "3x8x9 raw");
    }

    @Test
    void aColumnOfAnotherTypeIsRefused() throws IOException {
        MessageType schema = MessageTypeParser.parseMessageType(
                "message m { required int64 label; required int32 width;"
                        + " required int32 height; required int32 channels; required binary image; required int64 id; }");
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(
                        directory.resolve("a.parquet").toUri()))
                .withType(schema)
                .build()) {
            writer.write(new SimpleGroupFactory(schema)
                    .newGroup()
                    .append("label", 1L)
                    .append("width", 8)
                    .append("height", 8)
                    .append("channels", 3)
                    .append("image", Binary.fromConstantByteArray(SmallPictures.noise(0, 8, 8)))
                    .append("id", 1L));
        }
        Files.writeString(directory.resolve("dataset.json"), """
                {"classes": ["a", "b"], "encoding": "raw", "height": 8, "width": 8, "channels": 3}""");
        assertRefused(this::open, "a.parquet: column label is \"required int64 label\", must be INT32: cast it");
    }

    @Test
    void anotherNumberOfClassesOrAnotherDataSetIsRefused() {
        DataSet data = SmallDataSet.raw(directory.resolve("one"), 20, 10);
        SmallData.write(directory.resolve("two"), SmallData.rawRows(20, 4, 8, 8), 10, 1, Encoding.RAW, 8, 8, 5);
        DataSet other = DataSet.open(
                new Configuration(), directory.resolve("two").toUri().toString());
        data.requireClasses(4, "lenet5");
        assertRefused(() -> data.requireClasses(10, "lenet5"), "has 4 classes, lenet5 tells apart 10");
        assertRefused(
                () -> data.requireSameClasses(other),
                "has 5 classes",
                "has 4",
                "lacks ",
                "import both with the same classes, as with --classes ");
        List<String> names = new ArrayList<>(data.info().classes());
        data.requireClassNames(names, "m.safetensors");
        data.requireClassNames(List.of(), "m.safetensors");
        Collections.swap(names, 1, 2);
        assertRefused(
                () -> data.requireClassNames(names, "m.safetensors"),
                "class 1 of data set",
                "of m.safetensors it is " + names.get(1),
                "--classes " + String.join(",", names));
        data.requireFingerprint(data.info().fingerprint());
        assertRefused(() -> data.requireFingerprint(other.info().fingerprint()), "not the data set that the run began");
    }
}
