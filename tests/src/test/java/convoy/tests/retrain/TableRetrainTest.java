package convoy.tests.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.jobs.Main;
import convoy.worker.data.format.ImageRow;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An Iceberg table that grows, is rewritten and loses rows, from the command line to what is trained. */
final class TableRetrainTest {
    private final Days days;
    private final DaysTable stripes;
    private final Table table;

    TableRetrainTest(@TempDir Path directory) throws IOException {
        days = new Days(directory);
        stripes = new DaysTable(directory);
        table = stripes.table();
    }

    private record Ran(int status, String out, String err) {}

    private static Ran convoy(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(List.of(words), new PrintWriter(out, true), new PrintWriter(err, true));
        return new Ran(status, out.toString(), err.toString());
    }

    @BeforeEach
    void onTwoCores() {
        System.setProperty("spark.master", "local[2]");
    }

    @AfterEach
    void asBefore() {
        System.clearProperty("spark.master");
    }

    @Test
    void whatSnapshotsAddIsTrainedOn() throws Exception {
        Path pipeline = stripes.pipeline(days.pipeline(""));
        List<ImageRow> first = Days.rows(1001, 160);
        DataFile a = stripes.file("a.parquet", first);
        table.newAppend().appendFile(a).commit();
        long snapshot = table.currentSnapshot().snapshotId();
        Ran begun = convoy("retrain", pipeline.toString());
        assertThat(begun.status()).as(begun.err()).isZero();
        assertThat(begun.out()).startsWith("Version 1 is champion now.");
        assertThat(begun.err()).contains("160 images");
        Ran shown = convoy("registry", "show", days.registry() + "#1");
        assertThat(shown.status()).as(shown.err()).isZero();
        assertThat(versionText()).contains("\"snapshot-" + snapshot + "\"");

        table.newAppend().commit();
        List<ImageRow> second = Days.rows(1002, 40);
        DataFile small = stripes.file("small.parquet", first.subList(0, 20));
        Ran nothing = convoy("retrain", pipeline.toString());
        assertThat(nothing.status()).as(nothing.err()).isZero();
        assertThat(nothing.out()).startsWith("Nothing is new.");

        table.newAppend().appendFile(stripes.file("b.parquet", second)).commit();
        Ran few = convoy("retrain", pipeline.toString());
        assertThat(few.status()).as(few.err()).isEqualTo(11);
        assertThat(few.out()).contains("40 new rows");

        table.newOverwrite().deleteFile(a).addFile(small).commit();
        List<ImageRow> third = new ArrayList<>(Days.rows(1003, 100));
        table.newAppend().appendFile(stripes.file("c.parquet", third)).commit();
        Ran more = convoy("retrain", pipeline.toString());
        assertThat(more.status()).as(more.err()).isIn(0, 10);
        assertThat(more.err())
                .as("40 rows of b, 20 that are left of a, 100 of c")
                .contains("160 images")
                .contains("is not there any more, snapshot-" + snapshot + ".");
        Ran made = convoy("reproduce", days.registry() + "#1", "--check");
        assertThat(made.status())
                .as("its data are kept: %s", made.out() + made.err())
                .isZero();
        Ran other = convoy("retrain", pipeline.toString(), "--set", "data.classes=[down]");
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err()).contains("has the label across, which is none of the classes given: down");
        Ran column = convoy("retrain", pipeline.toString(), "--set", "data.label=kind");
        assertThat(column.status()).isEqualTo(2);
        assertThat(column.err()).contains("has no column kind, its columns are image, label");
    }

    private String versionText() throws IOException {
        try (var files = Files.walk(days.registry().resolve("versions"))) {
            Path file = files.filter(path -> path.endsWith("retraining.json"))
                    .findFirst()
                    .orElseThrow();
            return Files.readString(file);
        }
    }
}
