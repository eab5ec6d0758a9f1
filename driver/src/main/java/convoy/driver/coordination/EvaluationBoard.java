package convoy.driver.coordination;

import convoy.worker.loop.EvaluationMetrics;
import convoy.worker.loop.EvaluationTurn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The blocks of one evaluation: which are to be scored, are being scored, are done. A block that has been out long is given
 * out again, since its worker may be lost; whichever result comes first counts, both are the same. Not safe for use by
 * several threads.
 */
final class EvaluationBoard {
    private static final long NEVER = Long.MIN_VALUE;

    private final List<Optional<EvaluationMetrics>> done = new ArrayList<>();
    private final long[] givenAt;
    private final long patienceNanos;
    private int missing;

    EvaluationBoard(int blocks, long patienceNanos) {
        this.givenAt = new long[blocks];
        this.patienceNanos = patienceNanos;
        this.missing = blocks;
        for (int block = 0; block < blocks; block++) {
            done.add(Optional.empty());
            givenAt[block] = NEVER;
        }
    }

    /** Takes in a block's metrics; true if they were the last ones missing. */
    boolean add(EvaluationMetrics metrics) {
        if (done.get(metrics.block()).isPresent()) {
            return false;
        }
        done.set(metrics.block(), Optional.of(metrics));
        missing--;
        return missing == 0;
    }

    boolean complete() {
        return missing == 0;
    }

    /** The metrics that are in, in the order of the blocks. */
    List<EvaluationMetrics> metrics() {
        return done.stream().flatMap(Optional::stream).toList();
    }

    /** What a worker that is free at time {@code now} does next. */
    EvaluationTurn next(long now) {
        if (complete()) {
            return new EvaluationTurn.Done();
        }
        int choice = -1;
        for (int block = 0; block < givenAt.length; block++) {
            if (done.get(block).isEmpty() && (choice < 0 || givenAt[block] < givenAt[choice])) {
                choice = block;
            }
        }
        if (givenAt[choice] != NEVER && now - givenAt[choice] < patienceNanos) {
            return new EvaluationTurn.Wait();
        }
        givenAt[choice] = now;
        return new EvaluationTurn.Block(choice);
    }
}
