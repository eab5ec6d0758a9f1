package convoy.jobs.report.norms;

import convoy.driver.metrics.MetricsLine;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps of a run whose gradient and update were measured layer by layer, in memory that does not grow with the run: once there
 * are too many, every second one is dropped, and from then on every second one is taken.
 */
public final class MeasuredSteps {
    private static final int MOST = 256;

    private final List<MeasuredStep> kept = new ArrayList<>();
    private long taken;
    private long every = 1;

    /** Has none yet. */
    public MeasuredSteps() {}

    /**
     * Takes a step in.
     *
     * @param line of the log
     * @param epoch epochs done by then, with a fraction
     */
    public void add(MetricsLine.Norms line, double epoch) {
        if (taken++ % every != 0) {
            return;
        }
        kept.add(new MeasuredStep(line.step(), epoch, line.layers()));
        if (kept.size() >= MOST) {
            List<MeasuredStep> before = List.copyOf(kept);
            kept.clear();
            for (int i = 0; i < before.size(); i += 2) {
                kept.add(before.get(i));
            }
            every *= 2;
        }
    }

    /** {@return those that are kept, in their order} */
    public List<MeasuredStep> all() {
        return List.copyOf(kept);
    }
}
