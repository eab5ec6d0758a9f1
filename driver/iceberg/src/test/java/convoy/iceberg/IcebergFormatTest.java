package convoy.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.driver.importing.PictureColumns;
import convoy.driver.importing.PictureColumns.Column;
import convoy.driver.importing.table.TableContent;
import convoy.driver.importing.table.TableContent.Addition;
import convoy.driver.importing.table.TableFormat;
import convoy.driver.importing.table.WantedTable;
import convoy.records.BadInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RewriteFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that Iceberg itself writes, and what is said to be in them. */
final class IcebergFormatTest {
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "image", Types.BinaryType.get()),
            Types.NestedField.optional(2, "label", Types.StringType.get()),
            Types.NestedField.optional(3, "weight", Types.DoubleType.get()),
            Types.NestedField.optional(
                    4, "picture", Types.StructType.of(Types.NestedField.optional(5, "bytes", Types.BinaryType.get()))));

    private final HadoopTables tables = new HadoopTables(new Configuration());
    private final String uri;

    IcebergFormatTest(@TempDir Path directory) {
        uri = directory.resolve("table").toString();
    }

    private Table table(int format) {
        return tables.create(
                SCHEMA,
                PartitionSpec.unpartitioned(),
                Map.of(TableProperties.FORMAT_VERSION, String.valueOf(format)),
                uri);
    }

    private DataFile file(String name, long rows) {
        return file(name, rows, FileFormat.PARQUET);
    }

    private DataFile file(String name, long rows, FileFormat format) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(uri + "/data/" + name)
                .withFileSizeInBytes(100 + rows)
                .withRecordCount(rows)
                .withFormat(format)
                .build();
    }

    private static long append(Table table, DataFile... files) {
        AppendFiles append = table.newAppend();
        List.of(files).forEach(append::appendFile);
        append.commit();
        return table.currentSnapshot().snapshotId();
    }

    private static long rewrite(Table table, List<DataFile> from, DataFile to) {
        RewriteFiles rewrite = table.newRewrite();
        from.forEach(rewrite::deleteFile);
        rewrite.addFile(to).commit();
        return table.currentSnapshot().snapshotId();
    }

    /** Removes all snapshots but the newest, and leaves the files of rows. */
    private static void expire(Table table) {
        table.expireSnapshots()
                .expireOlderThan(Long.MAX_VALUE)
                .retainLast(1)
                .cleanExpiredFiles(false)
                .commit();
    }

    private TableContent read() {
        return read("image", "label");
    }

    private TableContent read(String image, String label) {
        return TableFormat.named("iceberg").read(new Configuration(), new WantedTable(uri, image, label));
    }

    /** Names of files by snapshots, as {@code 123 a b}. */
    private List<String> additions() {
        return read().additions().stream().map(this::text).toList();
    }

    private String text(Addition addition) {
        StringBuilder text = new StringBuilder(String.valueOf(addition.snapshot()));
        addition.files().forEach(file -> text.append(' ').append(file.uri().substring((uri + "/data/").length())));
        return text.toString();
    }

    private void refused(String part) {
        assertThatThrownBy(this::read)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(part)
                .satisfies(refused ->
                        assertThat(String.valueOf(refused.getMessage())).hasLineCount(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void eachAppendIsAnAdditionOfItsOwn(int format) {
        Table table = table(format);
        assertThat(read().additions()).isEmpty();
        assertThat(read().notes()).containsExactly("Table " + uri + " has no snapshot yet.");
        long first = append(table, file("b", 2), file("a", 3));
        assertThat(additions()).containsExactly(first + " a b");
        Addition addition = read().additions().get(0);
        assertThat(addition.rows()).isEqualTo(5);
        assertThat(addition.milliseconds()).isEqualTo(table.currentSnapshot().timestampMillis());
        assertThat(addition.files().get(0).bytes()).isEqualTo(103);
        long second = append(table, file("c", 4));
        append(table);
        assertThat(additions()).containsExactly(first + " a b", second + " c");
        assertThat(read().notes()).isEmpty();
        assertThat(read().id())
                .isEqualTo(((BaseTable) table).operations().current().uuid());
    }

    @Test
    void aMetadataFileIsATableOfItsMoment() {
        Table table = table(2);
        long first = append(table, file("a", 3));
        String then = ((BaseTable) table).operations().current().metadataFileLocation();
        append(table, file("b", 3));
        TableContent content =
                TableFormat.named("iceberg").read(new Configuration(), new WantedTable(then, "image", "label"));
        assertThat(content.additions()).extracting(Addition::snapshot).containsExactly(first);
        assertThat(content.id()).isEqualTo(read().id());
    }

    @Test
    void whatWasOverwrittenOrDeletedIsNotThere() {
        Table table = table(2);
        long first = append(table, file("a", 3), file("b", 3));
        long second = append(table, file("c", 3));
        table.newOverwrite().deleteFile(file("a", 3)).addFile(file("d", 3)).commit();
        long third = table.currentSnapshot().snapshotId();
        assertThat(additions()).containsExactly(first + " b", second + " c", third + " d");
        table.newDelete().deleteFile(file("c", 3)).commit();
        assertThat(additions()).containsExactly(first + " b", third + " d");
    }

    @Test
    void rewrittenRowsStayThoseOfTheirSnapshots() {
        Table table = table(2);
        long first = append(table, file("a", 3));
        long second = append(table, file("b", 3), file("c", 1));
        rewrite(table, List.of(file("a", 3), file("b", 3)), file("ab", 6));
        assertThat(additions()).containsExactly(first + " a", second + " b c");
        long third = append(table, file("d", 2));
        rewrite(table, List.of(file("ab", 6), file("d", 2)), file("abd", 8));
        assertThat(additions()).containsExactly(first + " a", second + " b c", third + " d");
        assertThat(read().notes()).isEmpty();
        table.newDelete().deleteFile(file("abd", 8)).commit();
        assertThat(additions()).containsExactly(second + " c");
    }

    @Test
    void whatWasRewrittenAndIsNotKnownAnyMoreCountsAsItsOwn() {
        Table table = table(2);
        long first = append(table, file("a", 3));
        append(table, file("b", 3));
        long rewritten = rewrite(table, List.of(file("b", 3)), file("c", 3));
        expire(table);
        assertThat(additions()).containsExactlyInAnyOrder(first + " a", rewritten + " c");
        assertThat(read().notes())
                .containsExactly(
                        "Snapshot " + rewritten + " of " + uri
                                + " rewrote files, and the one before it has expired (keep"
                                + " snapshots until a retraining has seen them): what it wrote counts as rows of its own,"
                                + " though they may have been trained on.",
                        "1 snapshot of " + uri
                                + " whose files are still there has expired, and counts as of the time of the"
                                + " eldest that is known.");
    }

    @Test
    void whatLostRowsWhenItWasRewrittenCountsAsItsOwn() {
        Table table = table(2);
        append(table, file("a", 3));
        long rewritten = rewrite(table, List.of(file("a", 3)), file("b", 2));
        assertThat(additions()).containsExactly(rewritten + " b");
        assertThat(read().notes()).singleElement().asString().contains("left out rows that had been deleted");
    }

    @Test
    void filesOfExpiredSnapshotsStayUnderTheirNumbers() {
        Table table = table(2);
        long first = append(table, file("a", 3));
        long second = append(table, file("b", 3));
        long third = append(table, file("c", 3));
        expire(table);
        assertThat(additions()).containsExactlyInAnyOrder(first + " a", second + " b", third + " c");
        assertThat(read().additions())
                .extracting(Addition::milliseconds)
                .containsOnly(table.currentSnapshot().timestampMillis());
        assertThat(read().notes()).singleElement().asString().startsWith("2 snapshots of ");
        long fourth = append(table, file("d", 3));
        assertThat(additions()).containsExactlyInAnyOrder(first + " a", second + " b", third + " c", fourth + " d");
    }

    @Test
    void aTableThatWasRolledBackHasWhatItHadThen() throws Exception {
        Table table = table(2);
        long first = append(table, file("a", 3));
        append(table, file("b", 3));
        table.manageSnapshots().rollbackTo(first).commit();
        assertThat(additions()).containsExactly(first + " a");
    }

    @Test
    void columnsAreFoundByTheirFieldIds() {
        Table table = table(2);
        table.updateSchema().renameColumn("label", "class").commit();
        assertThat(read("image", "class").columns())
                .isEqualTo(new PictureColumns(new Column("image", 1), new Column("class", 2)));
        assertThat(read("picture.bytes", "class").columns().image()).isEqualTo(Column.named("picture.bytes"));
        refused("has no column label, its columns are image, class, weight, picture: name the right one");
        assertThatThrownBy(() -> read("weight", "class"))
                .hasMessageContaining("column weight is of type double, and must hold bytes of picture files (binary)");
        assertThatThrownBy(() -> read("image", "weight"))
                .hasMessageContaining("must hold names or numbers of classes (string, int or long)");
    }

    @Test
    void rowsThatOtherFilesDeleteAreRefused() {
        Table table = table(2);
        append(table, file("a", 3));
        table.newRowDelta()
                .addDeletes(FileMetadata.deleteFileBuilder(PartitionSpec.unpartitioned())
                        .ofPositionDeletes()
                        .withPath(uri + "/data/deletes")
                        .withFileSizeInBytes(10)
                        .withRecordCount(1)
                        .withFormat(FileFormat.PARQUET)
                        .build())
                .commit();
        refused("has rows that are deleted by files of their own, as " + uri + "/data/deletes: rewrite its data files");
    }

    @Test
    void filesOfOtherFormatsAreRefused() {
        append(table(2), file("a", 3, FileFormat.ORC));
        refused("has the file " + uri + "/data/a of format orc: Parquet is read");
    }

    @Test
    void whatIsNoTableIsRefused() {
        refused("is no Iceberg table of a Hadoop catalog");
        assertThatThrownBy(() -> TableFormat.named("iceberg")
                        .read(new Configuration(), new WantedTable(uri + "/v9.metadata.json", "image", "label")))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("v9.metadata.json is not whole, or not there (");
        assertThatThrownBy(() -> TableFormat.named("hudi"))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(
                        "convoy-hudi.jar, which is not on the class path: give it to spark-submit with --jars");
    }
}
