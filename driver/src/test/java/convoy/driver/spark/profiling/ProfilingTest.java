package convoy.driver.spark.profiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.random.RandomStream;
import convoy.driver.profile.CommonRows;
import convoy.driver.profile.DataProfile;
import convoy.driver.profile.Rows;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.Parts;
import convoy.worker.data.content.PixelCounts;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.RawData;
import convoy.worker.data.split.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts small data sets on a real Spark, with Kryo and registration required. */
final class ProfilingTest {
    private final Path directory;

    ProfilingTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static JavaSparkContext spark(int cores) {
        return new JavaSparkContext(new SparkConf()
                .setMaster("local[" + cores + "]")
                .setAppName("profile")
                .set("spark.ui.enabled", "false")
                .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
                .set("spark.kryo.registrationRequired", "true")
                .set("spark.kryo.registrator", "convoy.driver.spark.ConvoyRegistrator"));
    }

    /** Picture {@code content} under {@code id}. */
    private static ImageRow row(long id, int content) {
        RandomStream random = RandomStream.of(3, "picture", content);
        byte[] plane = new byte[16];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = (byte) random.nextLong();
        }
        return new ImageRow(id, plane, content % 2, 4, 4, 1);
    }

    private String write(String name, List<ImageRow> rows) throws IOException {
        return RawData.write(directory.resolve(name), List.of("even", "odd"), rows, 7);
    }

    private String rows(String name, int firstId, int firstContent, int rows) throws IOException {
        List<ImageRow> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            all.add(row(firstId + i, firstContent + i));
        }
        return write(name, all);
    }

    @Test
    void theProfileDoesNotDependOnTheNumberOfTasks() throws Exception {
        String uri = rows("data", 0, 0, 101);
        DataSet data = DataSet.open(new Configuration(), uri);
        DataProfile expected = DataProfile.of(data.info(), PixelCounts.count(data, 0, data.rowGroupCount()));
        assertThat(expected.rows()).isEqualTo(101);
        for (int cores : List.of(1, 3, 20)) {
            try (JavaSparkContext spark = spark(cores)) {
                assertThat(ProfileJob.run(spark, uri)).isEqualTo(expected);
            }
        }
    }

    @Test
    void rowsInCommonAreFoundByPixelsAndByIds() throws Exception {
        String held = rows("held", 0, 0, 30);
        // Contents 20 to 29 are in both, and ids 25 to 29 too, of other pictures.
        String trained = rows("trained", 25, 20, 50);
        String apart = rows("apart", 100, 1000, 20);
        try (JavaSparkContext spark = spark(2)) {
            assertThat(CommonRowsJob.run(spark, Rows.all(held), Rows.all(trained)))
                    .isEqualTo(
                            new CommonRows(held, trained, false, 10, 5, Optional.of(new CommonRows.Example(20, 25))));
            assertThat(CommonRowsJob.run(spark, Rows.all(held), Rows.all(apart)))
                    .isEqualTo(new CommonRows(held, apart, false, 0, 0, Optional.empty()));
            assertThat(CommonRowsJob.run(spark, Rows.all(held), Rows.all(held)))
                    .isEqualTo(new CommonRows(held, held, true, 30, 30, Optional.of(new CommonRows.Example(0, 0))));
        }
    }

    /** A share that is held out has no row of the rest, but perhaps a picture that is stored twice. */
    @Test
    void partsOfADataSetAreCompared() throws Exception {
        List<ImageRow> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(row(i, i));
        }
        String uri = write("data", all);
        Parts parts = DataSet.open(new Configuration(), uri).split(new Split.Share(0.2, 0));
        Rows held = new Rows(uri, Optional.of(parts.rows()));
        Rows rest = new Rows(uri, Optional.of(parts.rows().complement()));
        int heldOut = parts.rows().within(0, 40)[0];
        int trained = parts.rows().complement().within(0, 40)[0];
        try (JavaSparkContext spark = spark(2)) {
            assertThat(CommonRowsJob.run(spark, held, rest))
                    .isEqualTo(new CommonRows(uri, uri, true, 0, 0, Optional.empty()));
            all.set(trained, new ImageRow(trained, row(heldOut, heldOut).image(), trained % 2, 4, 4, 1));
            String copies = write("copies", all);
            assertThat(CommonRowsJob.run(spark, new Rows(copies, held.part()), new Rows(copies, rest.part())))
                    .isEqualTo(new CommonRows(
                            copies, copies, true, 1, 0, Optional.of(new CommonRows.Example(heldOut, trained))));
        }
    }

    @Test
    void aRowThatCannotBeReadIsOneLine() throws Exception {
        String uri = rows("data", 0, 0, 30);
        Path part = directory.resolve("data").resolve(RawData.FILE);
        byte[] bytes = Files.readAllBytes(part);
        for (int i = 200; i < 260; i++) {
            bytes[i] ^= 0x55;
        }
        Files.write(part, bytes);
        try (JavaSparkContext spark = spark(2)) {
            assertThatThrownBy(() -> ProfileJob.run(spark, uri))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining(RawData.FILE)
                    .hasMessageNotContaining("\n");
            assertThatThrownBy(() -> ProfileJob.run(spark, uri + "-gone"))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageNotContaining("\n");
        }
    }
}
