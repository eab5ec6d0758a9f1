package convoy.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;

import convoy.driver.importing.ImportConfiguration;
import convoy.driver.importing.ImportConfiguration.Format;
import convoy.driver.importing.ImportListener;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.importing.ImportJob;
import convoy.worker.data.drawn.DrawnShapes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data set is Parquet that anybody can query. */
final class SparkSqlTest {
    @Test
    void aDataSetIsATableForSparkSql(@TempDir Path directory) {
        String archive = directory.resolve("shapes.tar").toUri().toString();
        String data = directory.resolve("data").toUri().toString();
        try (SparkApplication spark = SparkApplication.start(
                Optional.of("local[2]"), "Spark SQL", Map.of("spark.ui.enabled", "false"), new RunSize(0, 1, 0))) {
            DrawnShapes.writeArchive(spark.hadoop(), archive, 1, 300, 50);
            ImportJob.run(
                    spark.context(),
                    ImportConfiguration.of(Format.CIFAR_BINARY, archive, data).withSplit("train"),
                    ImportListener.silent());
        }
        try (SparkSession session = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", "false")
                .getOrCreate()) {
            session.read().parquet(data + "/*.parquet").createOrReplaceTempView("shapes");
            assertThat(session.table("shapes").schema().fieldNames())
                    .containsExactlyInAnyOrder("id", "image", "label", "height", "width", "channels");
            Row all = session.sql(
                            "SELECT count(DISTINCT id), min(id), max(id), min(length(image)), max(length(image)) FROM shapes")
                    .first();
            assertThat(List.of(all.getLong(0), all.getLong(1), all.getLong(2))).containsExactly(300L, 0L, 299L);
            assertThat(List.of(all.getInt(3), all.getInt(4))).containsExactly(3072, 3072);
            List<Row> classes = session.sql("SELECT label, count(*) FROM shapes GROUP BY label ORDER BY label")
                    .collectAsList();
            assertThat(classes).hasSize(10);
            assertThat(classes.stream().mapToLong(row -> row.getLong(1)).sum()).isEqualTo(300);
        }
    }
}
