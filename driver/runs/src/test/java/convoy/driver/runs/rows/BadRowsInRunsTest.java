package convoy.driver.runs.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.random.RandomStream;
import convoy.driver.configuration.RunConfiguration;
import convoy.driver.configuration.Validation;
import convoy.driver.runs.SmallRuns;
import convoy.driver.runs.SmallRuns.Heard;
import convoy.driver.spark.RunSize;
import convoy.driver.spark.SparkApplication;
import convoy.driver.spark.training.SparkTraining;
import convoy.driver.training.TrainingOptions;
import convoy.driver.training.TrainingResult;
import convoy.records.BadInputException;
import convoy.worker.data.batch.OnBadRow;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.PictureData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows whose pictures cannot be decoded, one of which claims 2^30 pixels, in whole runs. */
final class BadRowsInRunsTest {
    private static final Set<Long> CUT_OFF = Set.of(3L, 117L);
    private static final Set<Long> HUGE = Set.of(60L);

    private static SmallRuns runs;
    private static SparkApplication spark;
    private static String data = "";

    @BeforeAll
    static void start(@TempDir Path temporary) throws IOException {
        runs = new SmallRuns(temporary);
        List<ImageRow> rows = IntStream.range(0, 200)
                .mapToObj(id -> {
                    RandomStream random = RandomStream.of(9, "picture", id);
                    byte[] planes = new byte[3 * 32 * 32];
                    for (int i = 0; i < planes.length; i++) {
                        planes[i] = (byte) random.nextInt(256);
                    }
                    return PictureData.encoded(new ImageRow(id, planes, id % 4, 32, 32, 3), CUT_OFF, HUGE);
                })
                .toList();
        data = PictureData.write(temporary.resolve("pictures"), 4, rows, 40);
        spark = SparkApplication.start(
                Optional.of("local[4]"), "bad rows", Map.of("spark.ui.enabled", "false"), new RunSize(3, 1, 0));
    }

    @AfterAll
    static void stop() {
        spark.close();
    }

    private static RunConfiguration configuration(String name, int workers, OnBadRow onBad) {
        RunConfiguration small = runs.configuration(name, workers, 2);
        return small.withData(small.data()
                .with()
                .train(data)
                .validation(Optional.of(Validation.at(data)))
                .onBad(onBad)
                .build());
    }

    private static TrainingResult train(RunConfiguration configuration, Optional<Long> until, Heard heard) {
        return SparkTraining.run(spark, configuration, new TrainingOptions(run -> "", until), heard);
    }

    @Test
    void aRunEndsAtTheFirstAndSaysWhatToDo() {
        assertThatThrownBy(() -> train(configuration("fails", 2, OnBadRow.FAIL), Optional.empty(), new Heard()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("part-0.parquet, row group ")
                .hasMessageContaining("data.on-bad = skip");
    }

    /** The same rows lack on any cluster and after a resume, and what is left gives the same bits. */
    @Test
    void leftOutTheyAreCountedAndTheBitsAreTheSameOnAnyCluster() throws Exception {
        Heard heard = new Heard();
        TrainingResult alone = train(configuration("alone", 1, OnBadRow.SKIP), Optional.empty(), heard);
        assertThat(heard.lines)
                .filteredOn(line -> line.startsWith("left out, as data.on-bad = skip: "))
                .hasSize(3)
                .anyMatch(line -> line.contains("(id 60) has 32768 x 32768 pixels"));
        // Each in each epoch; 200 rows of which the last streams' ends may be none of the epoch's.
        assertThat(heard.lines)
                .anyMatch(line ->
                        line.matches("3 rows of the training data cannot be decoded and were left out [789] times:"
                                + " `left-out` in metrics.jsonl counts them by step"));
        assertThat(Files.readString(runs.of("alone").resolve("metrics.jsonl"))).contains("\"left-out\":1");
        assertThat(alone.evaluation().orElseThrow().rows()).isEqualTo(200 - 3);

        train(configuration("three", 3, OnBadRow.SKIP), Optional.of(9L), new Heard());
        TrainingResult three = train(configuration("three", 3, OnBadRow.SKIP), Optional.empty(), new Heard());
        assertThat(SmallRuns.sha256(three)).isEqualTo(SmallRuns.sha256(alone));
        assertThat(runs.figures("three")).isEqualTo(runs.figures("alone"));
    }
}
