package convoy.worker.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.PictureData;
import convoy.worker.data.transform.Flip;
import convoy.worker.data.transform.Transforms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows whose pictures cannot be decoded, in batches of training and of evaluation. */
final class BadRowsTest {
    private static final int ROWS = 40;
    private static final int SIDE = 8;
    private static final int PICTURE = 3 * SIDE * SIDE;
    private static final Set<Long> CUT_OFF = Set.of(3L, 17L);
    private static final Set<Long> HUGE = Set.of(29L);
    private static final Transforms TRANSFORMS = Transforms.of(new Flip(0.5));

    private final Path directory;
    private final DataSet good;
    private final DataSet bad;

    BadRowsTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        this.good = data("good", Set.of(), Set.of());
        this.bad = data("bad", CUT_OFF, HUGE);
    }

    private DataSet data(String name, Set<Long> cutOff, Set<Long> huge) throws IOException {
        List<ImageRow> rows = IntStream.range(0, ROWS)
                .mapToObj(id -> {
                    RandomStream random = RandomStream.of(1, "picture", id);
                    byte[] planes = new byte[PICTURE];
                    for (int i = 0; i < planes.length; i++) {
                        planes[i] = (byte) random.nextInt(256);
                    }
                    // The label is the row.
                    return PictureData.encoded(new ImageRow(id, planes, id, SIDE, SIDE, 3), cutOff, huge);
                })
                .toList();
        return DataSet.open(new Configuration(), PictureData.write(directory.resolve(name), ROWS, rows, 16));
    }

    private static PipelineOptions options(OnBadRow onBad) {
        return PipelineOptions.defaults().with().cacheMegabytes(16).onBad(onBad).build();
    }

    private static BatchPipeline pipeline(DataSet data, OnBadRow onBad, int microBatch) {
        return new BatchPipeline(data, data.order(5, ROWS / microBatch, microBatch), TRANSFORMS, 5, options(onBad));
    }

    private static List<Batch> epoch(BatchPipeline pipeline, int microBatch) throws InterruptedException {
        List<Batch> batches = new ArrayList<>();
        for (int i = 0; i < ROWS / microBatch; i++) {
            batches.add(pipeline.take(0, i));
        }
        return batches;
    }

    @Test
    void theFirstOfAMicroBatchIsNamedWithWhatToDo() {
        try (BatchPipeline pipeline = pipeline(bad, OnBadRow.FAIL, 5)) {
            assertThatThrownBy(() -> epoch(pipeline, 5))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageMatching(
                            ".*part-0.parquet, row group \\d+, row \\d+ \\(id (3|17|29)\\) .*: import again, with"
                                    + " --on-bad skip if the source is at fault, or leave such rows out with data.on-bad = skip");
        }
    }

    /** Left out, they change nothing of the others, in whatever order and by however many threads the batches are made. */
    @Test
    void leftOutTheyChangeNothingOfTheOthers() throws Exception {
        List<Batch> whole;
        try (BatchPipeline pipeline = pipeline(good, OnBadRow.SKIP, 5)) {
            whole = epoch(pipeline, 5);
        }
        assertThat(whole)
                .allMatch(batch -> batch.examples() == 5 && batch.leftOut().isEmpty());
        List<String> leftOut = new ArrayList<>();
        try (BatchPipeline pipeline = pipeline(bad, OnBadRow.SKIP, 5)) {
            List<Batch> lacking = epoch(pipeline, 5);
            for (int i = 0; i < lacking.size(); i++) {
                Batch batch = lacking.get(i);
                leftOut.addAll(batch.leftOut());
                assertThat(batch.examples() + batch.leftOut().size()).isEqualTo(5);
                for (int example = 0; example < batch.examples(); example++) {
                    int label = batch.labels()[example];
                    int there =
                            IntStream.of(whole.get(i).labels()).boxed().toList().indexOf(label);
                    assertThat(picture(batch, example)).isEqualTo(picture(whole.get(i), there));
                }
            }
        }
        assertThat(leftOut)
                .hasSize(3)
                .anyMatch(line -> line.contains("row 3 (id 3) is cut off"))
                .anyMatch(line -> line.contains("row group 1, row 1 (id 17) is cut off"))
                .anyMatch(line -> line.contains(
                        "row group 1, row 13 (id 29) has 32768 x 32768 pixels; between 1 and 100000000 are" + " read"));
    }

    private static float[] picture(Batch batch, int example) {
        return Arrays.copyOfRange(batch.images(), example * PICTURE, (example + 1) * PICTURE);
    }

    @Test
    void aMicroBatchWithoutAPictureIsRefused() {
        try (BatchPipeline pipeline = pipeline(bad, OnBadRow.SKIP, 1)) {
            assertThatThrownBy(() -> epoch(pipeline, 1))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageMatching(
                            "no picture of micro-batch \\d+ of step 0 can be decoded, the first is .*: import again, or"
                                    + " raise micro-batch");
        }
    }

    @Test
    void anEvaluationLeavesThemOutAsWell() throws Exception {
        try (EvaluationReader reader = new EvaluationReader(bad, TRANSFORMS, 0, ROWS, 1, options(OnBadRow.SKIP))) {
            List<Integer> labels = new ArrayList<>();
            for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
                labels.add(next.get().labels()[0]);
            }
            assertThat(labels).hasSize(ROWS - 3).doesNotContain(3, 17, 29).isSorted();
        }
        try (EvaluationReader reader = new EvaluationReader(bad, TRANSFORMS, 0, ROWS, 10, options(OnBadRow.FAIL))) {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("row 3 (id 3)");
        }
    }
}
