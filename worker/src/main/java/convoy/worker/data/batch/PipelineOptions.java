package convoy.worker.data.batch;

import convoy.records.BadInputException;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * How far and how wide a worker reads ahead of its engine.
 *
 * @param threads that decode and augment
 * @param queue batches made ready ahead, at most
 * @param cacheMegabytes row groups held in memory, at most, as stored
 * @param onBad what to do about a row whose picture cannot be decoded
 */
@RecordBuilder
public record PipelineOptions(int threads, int queue, int cacheMegabytes, OnBadRow onBad)
        implements PipelineOptionsBuilder.With {
    public PipelineOptions {
        atLeastOne("threads", threads, 256);
        atLeastOne("queue", queue, 4096);
        atLeastOne("cache-megabytes", cacheMegabytes, 1 << 20);
    }

    /** {@return one thread, four batches, a quarter of the heap, and an end at a row that cannot be decoded} */
    public static PipelineOptions defaults() {
        long quarter = Runtime.getRuntime().maxMemory() / (4 << 20);
        return new PipelineOptions(1, 4, (int) Math.max(64, Math.min(8192, quarter)), OnBadRow.FAIL);
    }

    private static void atLeastOne(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new BadInputException("reading: " + name + " = " + value + ", must lie in [1, " + most + "]");
        }
    }
}
