package convoy.worker.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import convoy.architectures.random.RandomStream;
import convoy.records.BadInputException;
import convoy.worker.data.DataSet;
import convoy.worker.data.SmallDataSet;
import convoy.worker.data.format.DatasetInfo.Encoding;
import convoy.worker.data.format.ImageRow;
import convoy.worker.data.format.SmallData;
import convoy.worker.data.image.SmallPictures;
import convoy.worker.data.order.EpochOrder;
import convoy.worker.data.order.RowLabels;
import convoy.worker.data.order.Sampling;
import convoy.worker.data.transform.Flip;
import convoy.worker.data.transform.GaussianNoise;
import convoy.worker.data.transform.Normalize;
import convoy.worker.data.transform.PadCrop;
import convoy.worker.data.transform.Transforms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class BatchPipelineTest {
    private static final Transforms TRANSFORMS = Transforms.of(new PadCrop(2), new Flip(0.5), Normalize.defaults());
    private static final int V = 5;

    private final Path directory;

    BatchPipelineTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static BatchPipeline pipeline(DataSet data, int threads, int queue) {
        return new BatchPipeline(
                data,
                data.order(3, V, 4),
                TRANSFORMS,
                3,
                PipelineOptions.defaults()
                        .with()
                        .threads(threads)
                        .queue(queue)
                        .cacheMegabytes(64)
                        .build());
    }

    private static void assertSame(Batch one, Batch other) {
        assertThat(one.labels()).isEqualTo(other.labels());
        assertThat(one.images()).isEqualTo(other.images());
    }

    /** Step by step, micro-batch by micro-batch, as asked for by nobody before. */
    private static Map<String, Batch> reference(DataSet data, int steps) throws InterruptedException {
        Map<String, Batch> batches = new HashMap<>();
        try (BatchPipeline pipeline = pipeline(data, 1, 1)) {
            for (int step = 0; step < steps; step++) {
                for (int m = 0; m < V; m++) {
                    batches.put(step + " " + m, pipeline.take(step, m));
                }
            }
        }
        return batches;
    }

    private static Batch of(Map<String, Batch> batches, long step, int microBatch) {
        Batch batch = batches.get(step + " " + microBatch);
        if (batch == null) {
            return Assertions.fail("no batch for step " + step + ", micro-batch " + microBatch);
        }
        return batch;
    }

    @Test
    void everyRowComesOnceAnEpochWithItsLabel() throws InterruptedException {
        DataSet data = SmallDataSet.raw(directory, 100, 8);
        EpochOrder order = data.order(3, V, 4);
        int[] labels = new int[4];
        try (BatchPipeline pipeline = new BatchPipeline(
                data,
                order,
                Transforms.of(new Normalize(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0))),
                3,
                PipelineOptions.defaults())) {
            List<String> seen = new ArrayList<>();
            for (int step = 0; step < order.stepsPerEpoch(); step++) {
                for (int m = 0; m < V; m++) {
                    Batch batch = pipeline.take(step, m);
                    for (int i = 0; i < batch.examples(); i++) {
                        int red = Math.round(batch.images()[i * 192] * 255);
                        int green = Math.round(batch.images()[i * 192 + 64] * 255);
                        int blue = Math.round(batch.images()[i * 192 + 191] * 255);
                        seen.add(red + " " + green + " " + blue + " " + batch.labels()[i]);
                        labels[batch.labels()[i]]++;
                    }
                }
            }
            List<String> stored = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                byte[] planes = SmallPictures.noise(i, 8, 8);
                stored.add((planes[0] & 0xFF) + " " + (planes[64] & 0xFF) + " " + (planes[191] & 0xFF) + " " + i % 4);
            }
            assertThat(seen).containsExactlyInAnyOrderElementsOf(stored);
            assertThat(labels).containsOnly(25);
            assertThat(pipeline.statistics().rows()).isEqualTo(100);
            assertThat(pipeline.statistics().batches()).isEqualTo(25);
            assertThat(pipeline.statistics().rowGroupsRead()).isEqualTo(13);
        }
    }

    /** Threads, hints, their order, and what others take make no difference to what a batch holds. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
    void aBatchDependsOnStepAndMicroBatchAlone(long seed) throws InterruptedException {
        DataSet data = SmallDataSet.raw(directory, 200, 16);
        int steps = 25;
        Map<String, Batch> expected = reference(data, steps);
        RandomStream random = RandomStream.of(seed, "use");
        try (BatchPipeline pipeline = pipeline(data, 1 + random.nextInt(3), 1 + random.nextInt(6))) {
            for (long step = 0; step < steps; step++) {
                for (int ahead = 0; ahead < 3; ahead++) {
                    if (random.nextInt(3) > 0) {
                        pipeline.expect(step + random.nextInt(3), random.nextInt(V));
                    }
                }
                if (random.nextInt(10) == 0) {
                    step = Math.max(0, step - 5);
                }
                int m = random.nextInt(V);
                assertSame(pipeline.take(step, m), of(expected, step, m));
            }
        }
    }

    @Test
    void expectedBatchesAreReadyWhenTaken() throws InterruptedException {
        DataSet data = SmallDataSet.raw(directory, 200, 16);
        try (BatchPipeline pipeline = pipeline(data, 2, 4)) {
            for (int m = 0; m < 4; m++) {
                pipeline.expect(0, m);
            }
            waitUntilReady(pipeline, 4);
            for (int m = 0; m < 4; m++) {
                Optional<Batch> seen = pipeline.peek(0, m);
                assertThat(seen).containsSame(pipeline.take(0, m));
                assertThat(pipeline.peek(0, m)).isEmpty();
            }
            assertThat(pipeline.statistics().waits()).isZero();
        }
    }

    private static void waitUntilReady(BatchPipeline pipeline, int batches) throws InterruptedException {
        while (pipeline.ready() < batches) {
            Thread.sleep(1);
        }
    }

    /** However much is expected, no more than the queue holds is made. */
    @Test
    void theQueueIsBounded() throws InterruptedException {
        DataSet data = SmallDataSet.raw(directory, 200, 16);
        try (BatchPipeline pipeline = pipeline(data, 2, 3)) {
            for (long step = 100; step > 0; step--) {
                for (int m = 0; m < V; m++) {
                    pipeline.expect(step, m);
                }
            }
            waitUntilReady(pipeline, 3);
            Thread.sleep(50);
            assertThat(pipeline.ready()).isEqualTo(3);
            assertSame(pipeline.take(1, 0), of(reference(data, 2), 1, 0));
        }
    }

    /** After a step back, batches made ready for later steps do not keep the earlier ones from being made. */
    @Test
    void earlierStepsTakeThePlaceOfLaterOnes() throws InterruptedException {
        DataSet data = SmallDataSet.raw(directory, 200, 16);
        try (BatchPipeline pipeline = pipeline(data, 1, 2)) {
            pipeline.expect(50, 0);
            pipeline.expect(50, 1);
            waitUntilReady(pipeline, 2);
            pipeline.expect(3, 0);
            pipeline.expect(3, 1);
            while (pipeline.peek(3, 0).isEmpty() || pipeline.peek(3, 1).isEmpty()) {
                Thread.sleep(1);
            }
            assertThat(pipeline.ready()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void anUndecodablePictureIsNamed() {
        List<ImageRow> rows = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] file = SmallPictures.encode(".jpg", SmallPictures.gradient(16, 16), 16, 16);
            if (i == 13) {
                file = java.util.Arrays.copyOf(file, 40);
            }
            rows.add(new ImageRow(1000 + i, file, i % 4, 16, 16, 3));
        }
        SmallData.write(directory, rows, 10, 2, Encoding.ENCODED, 16, 16, 4);
        DataSet data = DataSet.open(new Configuration(), directory.toUri().toString());
        for (boolean hinted : new boolean[] {true, false}) {
            try (BatchPipeline pipeline = new BatchPipeline(
                    data,
                    data.order(0, 1, 20),
                    TRANSFORMS,
                    0,
                    PipelineOptions.defaults()
                            .with()
                            .threads(1)
                            .queue(2)
                            .cacheMegabytes(64)
                            .build())) {
                if (hinted) {
                    pipeline.expect(0, 0);
                }
                assertThatThrownBy(() -> pipeline.take(0, 0))
                        .isInstanceOf(BadInputException.class)
                        .hasMessageContaining("row group 1, row 3 (id 1013)")
                        .hasMessageContaining("is cut off: its end is missing");
            }
        }
    }

    @Test
    void oneWhoWaitsIsToldWhenThePipelineCloses() throws InterruptedException {
        DataSet data = SmallDataSet.raw(directory, 200, 16);
        BatchPipeline pipeline = pipeline(data, 1, 1);
        pipeline.close();
        assertThatThrownBy(() -> pipeline.take(0, 0)).hasMessageContaining("closed");
        pipeline.expect(0, 0);
        pipeline.close();
    }

    @Test
    void aSmallCacheReadsAgainAndGivesTheSame() throws InterruptedException {
        List<ImageRow> rows = SmallData.rawRows(60, 4, 256, 256);
        SmallData.write(directory, rows, 6, 5, Encoding.RAW, 256, 256, 4);
        DataSet data = DataSet.open(new Configuration(), directory.toUri().toString());
        EpochOrder order = data.order(1, 3, 5);
        List<Batch> batches = new ArrayList<>();
        for (int megabytes : new int[] {64, 1}) {
            try (BatchPipeline pipeline = new BatchPipeline(
                    data,
                    order,
                    TRANSFORMS,
                    1,
                    PipelineOptions.defaults()
                            .with()
                            .threads(1)
                            .queue(2)
                            .cacheMegabytes(megabytes)
                            .build())) {
                for (int step = 0; step < 8; step++) {
                    for (int m = 0; m < 3; m++) {
                        Batch batch = pipeline.take(step, m);
                        if (megabytes == 64) {
                            batches.add(batch);
                        } else {
                            assertSame(batch, batches.get(3 * step + m));
                        }
                    }
                }
                long reads = pipeline.statistics().rowGroupsRead();
                assertThat(reads).isGreaterThanOrEqualTo(10);
                assertThat(reads > 20)
                        .as("%d reads with %d MB", reads, megabytes)
                        .isEqualTo(megabytes == 1);
            }
        }
    }

    @Test
    void evaluationReadsEveryRowOnceInOrder() throws InterruptedException {
        DataSet data = SmallDataSet.raw(directory, 100, 8);
        List<Integer> labels = new ArrayList<>();
        int batches = 0;
        try (EvaluationReader reader = new EvaluationReader(
                data,
                TRANSFORMS,
                5,
                98,
                10,
                PipelineOptions.defaults()
                        .with()
                        .threads(2)
                        .queue(3)
                        .cacheMegabytes(64)
                        .build())) {
            for (var batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                for (int i = 0; i < batch.get().examples(); i++) {
                    int row = 5 + labels.size();
                    float first = batch.get().images()[i * 192];
                    assertThat(first).isEqualTo(((SmallPictures.noise(row, 8, 8)[0] & 0xFF) / 255f - 0.5f) / 0.25f);
                    labels.add(batch.get().labels()[i]);
                    assertThat(labels.get(labels.size() - 1)).isEqualTo(row % 4);
                }
                batches++;
            }
        }
        assertThat(labels).hasSize(93);
        assertThat(batches).isEqualTo(10);
        assertThatThrownBy(() -> new EvaluationReader(data, TRANSFORMS, 0, 101, 10, PipelineOptions.defaults()))
                .hasMessageContaining("rows [0, 101) of 100");
    }

    /** Closing while threads are busy ends them. */
    @Test
    void closingEndsTheThreads() throws InterruptedException {
        DataSet data = SmallDataSet.raw(directory, 200, 16);
        int before = Thread.activeCount();
        for (int i = 0; i < 10; i++) {
            try (BatchPipeline pipeline = pipeline(data, 3, 8)) {
                for (int m = 0; m < V; m++) {
                    pipeline.expect(i, m);
                }
            }
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (Thread.activeCount() > before && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(before);
    }

    /** One row of class 1 among a hundred: half of all examples, and no two of them alike. */
    @Test
    void whatIsDrawnAgainIsAugmentedAnew() throws InterruptedException {
        List<ImageRow> rows = new ArrayList<>(SmallData.rawRows(100, 1, 8, 8));
        ImageRow first = rows.get(37);
        rows.set(37, new ImageRow(first.id(), first.image(), 1, 8, 8, 3));
        SmallData.write(directory, rows, 8, 3, Encoding.RAW, 8, 8, 2);
        DataSet data = DataSet.open(new Configuration(), directory.toUri().toString());
        RowLabels labels = data.labels();
        ClassBalance balance = new ClassBalance(Sampling.BALANCED, List.of(1.0, 3.0), Optional.of(labels));
        EpochOrder order = balance.order(data, 3, V, 4);
        int[] counts = new int[2];
        List<Integer> pictures = new ArrayList<>();
        try (BatchPipeline pipeline = new BatchPipeline(
                data,
                order,
                Transforms.of(new GaussianNoise(0.1)),
                new Finish(List.of(), balance.weights(order)),
                3,
                PipelineOptions.defaults())) {
            for (int step = 0; step < order.stepsPerEpoch(); step++) {
                for (int m = 0; m < V; m++) {
                    Batch batch = pipeline.take(step, m);
                    assertThat(batch.classWeights().orElseThrow())
                            .isEqualTo(balance.weights(order).orElseThrow().of(step));
                    for (int i = 0; i < batch.examples(); i++) {
                        counts[batch.labels()[i]]++;
                        if (batch.labels()[i] == 1) {
                            pictures.add(Arrays.hashCode(Arrays.copyOfRange(batch.images(), i * 192, (i + 1) * 192)));
                        }
                    }
                }
            }
        }
        assertThat(counts).containsExactly(50, 50);
        assertThat(pictures).doesNotHaveDuplicates();
    }

    @Test
    void optionsThatCannotWorkAreRefused() {
        assertThatThrownBy(() -> PipelineOptions.defaults()
                        .with()
                        .threads(0)
                        .queue(1)
                        .cacheMegabytes(1)
                        .build())
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("threads = 0, must lie in [1, 256]");
    }
}
