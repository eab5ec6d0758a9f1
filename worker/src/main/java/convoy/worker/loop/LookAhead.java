package convoy.worker.loop;

import convoy.worker.data.batch.Batches;
import java.util.List;

/** Tells the reader what will be wanted: the step in hand and as many more as the look-ahead asks for. For one thread. */
final class LookAhead {
    private final Batches batches;
    private final int microBatches;
    private long toldThrough = -1;
    private long toldByView = -1;

    /** @param microBatches that the reader is told of before they are wanted */
    LookAhead(Batches batches, int microBatches) {
        this.batches = batches;
        this.microBatches = microBatches;
    }

    /**
     * Tells of what was not told yet.
     *
     * @param open micro-batches of {@code step} that the view gives this worker and that are not computed yet
     */
    void tell(View view, long step, List<Integer> open) {
        if (view.number() != toldByView) {
            toldByView = view.number();
            toldThrough = step - 1;
        }
        int told = open.size();
        if (toldThrough < step) {
            open.forEach(microBatch -> batches.expect(step, microBatch));
            toldThrough = step;
        }
        for (long ahead = step + 1; told < microBatches + 1 && ahead < view.until(); ahead++) {
            List<Integer> later = view.microBatches(ahead);
            if (later.isEmpty()) {
                break;
            }
            if (ahead > toldThrough) {
                for (int microBatch : later) {
                    batches.expect(ahead, microBatch);
                }
                toldThrough = ahead;
            }
            told += later.size();
        }
    }
}
