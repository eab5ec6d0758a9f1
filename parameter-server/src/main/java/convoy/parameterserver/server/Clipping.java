package convoy.parameterserver.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import convoy.parameterserver.range.RangeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.DoubleConsumer;

/**
 * The steps of a range whose gradients are clipped: none of its partitions is updated before the norm of the whole gradient is known. Safe
 * for use by several threads.
 */
final class Clipping {
    /** PyTorch's {@code clip_grad_norm_} divides by the norm and this, against a norm of 0. */
    private static final double NORM_EPSILON = 1e-6;

    private final RangeSpec spec;
    private final Counters counters;

    /** Sums of squares of the step that is being completed, and the partitions that wait for its norm. */
    @GuardedBy("this")
    private List<Averaged> averaged = new ArrayList<>();

    /** A partition of which a whole step has been averaged. */
    record Averaged(Partition partition, Partition.Complete complete, double squares) {}

    /** Says the norm of the whole gradient of a step, of which the range has these sums of squares. */
    interface Norm {
        void ask(long step, double[] squares, DoubleConsumer taker);
    }

    Clipping(RangeSpec spec, Counters counters) {
        this.spec = spec;
        this.counters = counters;
    }

    /** Averages a partition's step; with the last one all that wait are handed out. */
    Optional<List<Averaged>> average(Partition partition, Partition.Complete complete) {
        Averaged one = new Averaged(partition, complete, partition.averageAndSquare(complete));
        synchronized (this) {
            averaged.add(one);
            if (averaged.size() < spec.partitions().size()) {
                return Optional.empty();
            }
            List<Averaged> all = averaged;
            averaged = new ArrayList<>();
            return Optional.of(all);
        }
    }

    /** Updates the partitions of a range once the norm is known. */
    void apply(List<Averaged> all, Norm norms, Executor updates) {
        double[] squares = new double[all.size()];
        for (Averaged each : all) {
            squares[each.partition.index() - spec.partitions().begin()] = each.squares;
        }
        norms.ask(all.get(0).complete.step(), squares, norm -> {
            float scale = (float) Math.min(1, spec.rule().clipNorm().orElseThrow() / (norm + NORM_EPSILON));
            for (Averaged each : all) {
                updates.execute(() -> {
                    each.partition.updateClipped(each.complete, scale);
                    counters.updates.increment();
                });
            }
        });
    }
}
